"""Ten placements out of one photo."""
