"""Which renderer this is."""

RENDERER = "compositor/2"
"""The renderer's version, an input of every composite and platform image.

Raise it with any change after which the same inputs give other bytes: geometry, typography, layouts, colours,
scrim, encoding, or a new version of Pillow, libvips, the fonts or BudouX. Every composite then becomes stale.
"""
