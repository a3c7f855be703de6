"""The ledger of regeneration jobs."""
