"""A seeded simulation of the ledger on a disk that loses power, with an auditor that knows the rules another way."""
