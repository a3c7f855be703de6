"""Roles, schemas, users and topology: what a service finds when it starts, and no more than it may use."""
