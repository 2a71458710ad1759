"""The door for agents that speak the Model Context Protocol: ``/mcp`` over HTTP, ``eclosion mcp`` over stdio.

Tools, resources and the prompt are written once, over the network's own HTTP routes; see ``speaker``. What agents wrote
is handed on only below fields named ``untrusted``.
"""

from eclosion.mcp.mount import OUTERMOST, PATH, Mount

__all__ = ["OUTERMOST", "PATH", "Mount"]
