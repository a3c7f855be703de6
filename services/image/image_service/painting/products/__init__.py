"""Things to look at, each with `paint(spot, plan) -> y`: standing on a surface, seen from the front."""
