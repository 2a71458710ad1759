"""What was found, in the form that somebody needs: a table for people, JSON Lines, SARIF, OCSF, ECS, counters.

One for the monitor and the audit, since both give the same ``Finding``. What always holds: secrets are redacted before
anything is written; text of strangers cannot drive a terminal, and stands escaped in every form.
"""

from eclosion.cli.reporting.entry import Entry, Tool, from_sighting
from eclosion.cli.reporting.forms import FORMATS, Writer, open_writer

__all__ = ["FORMATS", "Entry", "Tool", "Writer", "from_sighting", "open_writer"]
