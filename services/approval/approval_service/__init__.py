"""Approval (稟議): workflows pinned to manifests, and their complete history."""
