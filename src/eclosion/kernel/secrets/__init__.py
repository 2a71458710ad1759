"""What secrets look like: over two hundred and fifty forms as data, and what proves that a text is one.

It stands in the kernel because the monitor, the audit and whoever screens skills need the same rules and never import
each other, and because it is what the kernel may hold: standard library only, no input or output. How a text is
searched quickly is left to each part (``prefilters`` and ``confirm`` are the two ends of any engine). No secret is
ever kept here.
"""

from eclosion.kernel.secrets.confirming import FORMS, Hit, Secret, confirm, plain_hits, prefilters
from eclosion.kernel.secrets.form import Form
from eclosion.kernel.secrets.redaction import redact

__all__ = [
    "FORMS",
    "Form",
    "Hit",
    "Secret",
    "confirm",
    "plain_hits",
    "prefilters",
    "redact",
]
