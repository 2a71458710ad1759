"""Readers: whatever keeps what agents say becomes observations, each with the place where it stood.

Session files of OpenClaw, Claude Code and Codex, OpenTelemetry's account of generative AI, lists of messages,
LangChain and LangSmith, Moltbook, Eclosion, syslog, tables, JSON of any shape and plain text; packed or not. Which it
is, is found out record by record (``recognizing``). Everything read is a stranger's: nothing of it is followed, and
what is broken, endless or swollen is told of and costs no more than its size.
"""

from eclosion.monitor.readers.reading import INPUT, read, read_input

__all__ = ["INPUT", "read", "read_input"]
