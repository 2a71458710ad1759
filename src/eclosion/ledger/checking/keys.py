"""A runner's Ed25519 key in a file that nobody else may read: 32 bytes as hex, on one line."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from eclosion.kernel.errors import Conflict, Invalid

_KEY = re.compile(rb"[0-9a-f]{64}\n?")
_FOR_OTHERS = 0o077


def make_key(file: Path) -> str:
    """Make a key in a new file (0600); the public key in hex, to be named in bounties.

    Raises:
        Conflict: the file is there already.
    """
    secret = secrets.token_bytes(32)
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(f"{file} is there already.", "A key is never written over.") from None
    with os.fdopen(opened, "w") as writing:
        writing.write(secret.hex() + "\n")
    return public_key(secret)


def read_key(file: Path) -> bytes:
    """The 32 secret bytes.

    Raises:
        Invalid: there is no such file, others may read it, or it holds no key.
    """
    try:
        with file.open("rb") as opened:
            mode, raw = os.fstat(opened.fileno()).st_mode, opened.read(128)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from None
    if mode & _FOR_OTHERS:
        raise Invalid(f"Others may read {file}.", f"chmod 600 {file}, or make a new one")
    if not _KEY.fullmatch(raw):
        raise Invalid(f"{file} holds no runner's key.", "Make one: eclosion bounty key FILE")
    return bytes.fromhex(raw.decode().strip())


def public_key(secret: bytes) -> str:
    """The public key of 32 secret bytes, in hex (RFC 8032)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()
