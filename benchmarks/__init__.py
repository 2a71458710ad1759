"""Benchmarks: what a server reaches, measured from outside over HTTP.

Nothing here is shipped in the wheel and nothing here is a timed test: figures depend on the machine, so every result
carries the facts of the machine, the load that strangers put on it meanwhile, and the command that made it.
"""
