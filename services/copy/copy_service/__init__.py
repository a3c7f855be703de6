"""Copy variants and their versions, written by Claude or by its offline twin."""
