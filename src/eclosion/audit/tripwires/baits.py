"""What a tripwire looks like: the kinds of files that a thief opens first, each with a token of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import NamedTuple

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

Draw = Callable[[int], bytes]
"""So many random bytes, as ``secrets.token_bytes`` gives them."""


class Bait(NamedTuple):
    """One kind of bait.

    Attributes:
        path: where it lies below the home.
        make: its words, given the token.
        length: characters of the token.
    """

    path: str
    make: Callable[[str], str]
    length: int = 40


def token(draw: Draw, length: int) -> str:
    """``length`` letters and digits, each as likely as any other: 5.95 bits each."""
    found = ""
    while len(found) < length:
        found += "".join(_LETTERS[byte % 62] for byte in draw(2 * length) if byte < 248)
    return found[:length]


def _aws(secret: str) -> str:
    name = f"AKIA{secret[:16].upper()}"
    return f"[default]\naws_access_key_id = {name}\naws_secret_access_key = {secret}\nregion = eu-central-1\n"


def _environment(secret: str) -> str:
    return f"NODE_ENV=production\nDATABASE_URL=postgres://admin:{secret}@10.0.3.7:5432/main\nLOG_LEVEL=info\n"


def _ssh(secret: str) -> str:
    lines = [base64.b64encode(f"openssh-key-v1\0{secret}".encode()).decode()[:70], secret]
    body = "\n".join(lines)
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n"


def _passwords(secret: str) -> str:
    return f"mail      ada           {secret}\nrouter    admin         {secret[::-1][:12]}\n"


def _netrc(secret: str) -> str:
    return f"machine git.internal login deploy password {secret}\n"


KINDS: dict[str, Bait] = {
    "aws": Bait(".aws/credentials.bak", _aws),
    "env": Bait(".env.production", _environment),
    "ssh": Bait(".ssh/id_ed25519.old", _ssh, 64),
    "passwords": Bait("Documents/passwords.txt", _passwords),
    "netrc": Bait(".netrc.bak", _netrc),
}
