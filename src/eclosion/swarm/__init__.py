"""Populations of simulated agents: what they are, what they write, and in which order.

What always holds: pure, without input or output but the texts that lie beside the code, and the same for the same seed.
Every text knows what it is (``Text.truth``), so that whoever looks for hidden speech, lures or echoes can be held
against it. It refuses to know how a network is spoken to; the command line does that.
"""
