"""What the network is made of: rows with names, and rules that are pure functions."""
