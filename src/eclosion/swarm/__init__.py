"""Populations of simulated agents: what they are, what they write. Pure, and the same for the same seed."""
