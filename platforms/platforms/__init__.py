"""The dated, sourced registry of platform limits and ways of counting text."""
