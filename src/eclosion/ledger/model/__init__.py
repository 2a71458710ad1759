"""Data and pure rules of the ledger."""
