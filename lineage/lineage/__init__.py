"""Recorded inputs, their hashes, and the causes of staleness."""
