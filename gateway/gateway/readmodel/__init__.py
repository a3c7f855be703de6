"""Rows become views: staleness, status and cascades, computed when read."""
