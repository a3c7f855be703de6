"""Brands, campaigns and the plan of a campaign kit."""
