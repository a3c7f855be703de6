"""Versioned assets and fenced executions, as every service that owns assets keeps them."""
