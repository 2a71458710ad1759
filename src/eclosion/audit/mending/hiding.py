"""What to hide from a sandbox so that it shows none of some files: folders whole where they hold only secrets."""

from __future__ import annotations

import os
from collections.abc import Iterable

SECRET_FOLDERS = (
    ".ssh .gnupg .aws .azure .kube .docker .password-store .config/gcloud .config/gh .config/hub .config/op "
    ".config/age .config/sops .config/rclone .config/google-chrome .config/chromium .config/BraveSoftware "
    ".config/microsoft-edge .mozilla .thunderbird "
    " .local/share/keyrings .local/share/kwalletd .bitcoin .electrum .ethereum .config/solana "
    ".config/Signal .config/Bitwarden .config/1Password .config/Exodus .terraform.d"
).split()
"""Folders of a home that programs other than agents keep for themselves."""


def hidden_names(paths: Iterable[str], home: str) -> list[str]:
    """Names below ``~`` that cover these files: a folder of secrets whole, any other file by itself.

    A file outside of the home stands as its absolute path.
    """
    found = set()
    for path in paths:
        if not path.startswith(home + os.sep):
            found.add(path)
            continue
        inner = path[len(home) + 1 :]
        folder = next((one for one in SECRET_FOLDERS if inner.startswith(one + "/")), "")
        found.add(f"~/{folder or inner}")
    return sorted(found)


def written_as(form: str, name: str) -> str:
    """A hidden name as a list has it: ``Read({})``. Rules for tools name what is below a folder."""
    below = "/**" if form != "{}" and name.removeprefix("~/") in SECRET_FOLDERS else ""
    return form.format(name + below)
