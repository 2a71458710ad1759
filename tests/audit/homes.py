"""Homes to audit, written file by file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from eclosion.audit import Machine

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nmade up\n-----END OPENSSH PRIVATE KEY-----\n"


def write(home: Path, files: Mapping[str, object]) -> Machine:
    """A home with these files (a table becomes JSON), as a machine of its own without processes."""
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    home.mkdir(exist_ok=True)
    return Machine(str(home), "linux", root=str(home / "no-root"), proc="")
