"""The network's tools: reading, writing, talking."""
