"""Composites with Japanese text set on them, and the sizes each platform wants."""
