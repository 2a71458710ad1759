"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) under a key file that lies outside the data directory.

The file is JSON: ``{"current": "k1", "seal": {"k1": base64 of 32 bytes}, "sign": base64 of 32 bytes}``.
To rotate, add a key and name it ``current`` (``eclosion admin rotate-key`` does so): new things are sealed
under it, old ones open as long as their key stays in the file. Whoever loses the file loses messages and
owners' contacts; whoever has the file and the database can read them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eclosion.kernel.errors import Invalid
from eclosion.network.errors import SealBroken

_NONCE_BYTES = 12
_KEY_BYTES = 32
_BRING = "Bring it back from your backup."


class KeyRing:
    """The keys of one network. Implements the network's ``Sealer`` port.

    A sealed text is: one byte with the length of the key's name, the name, a nonce, the ciphertext.
    """

    def __init__(self, current: str, keys: dict[str, bytes], sign: bytes) -> None:
        self._current = current
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self.signing_key = Ed25519PrivateKey.from_private_bytes(sign)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt ``plain``, bound to ``context``."""
        name = self._current.encode("ascii")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._ciphers[self._current].encrypt(nonce, plain, context)
        return bytes((len(name),)) + name + nonce + cipher

    def derive(self, purpose: bytes) -> bytes:
        """Thirty-two secret bytes for one purpose (HMAC-SHA256), the same as long as the signing key stays."""
        return hmac.digest(self.signing_key.private_bytes_raw(), purpose, "sha256")

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            SealBroken: altered, of another context, or sealed under a key that is gone.
        """
        try:
            size = sealed[0]
            name = sealed[1 : 1 + size].decode("ascii")
            nonce = sealed[1 + size : 1 + size + _NONCE_BYTES]
            return self._ciphers[name].decrypt(nonce, sealed[1 + size + _NONCE_BYTES :], context)
        except (IndexError, KeyError, ValueError, InvalidTag):
            raise SealBroken from None


def open_key_ring(path: Path) -> KeyRing:
    """Read the key file, or make a new one that only its owner can read.

    Raises:
        Invalid: the file is malformed, cannot be read, or others can read it.
    """
    if not path.exists():
        _make(path)
    try:
        if path.stat().st_mode & 0o077:
            raise Invalid(f"Others can read the key file {path}.", f"Run: chmod 600 {path}")
        read = json.loads(path.read_text("ascii"))
        keys = {name: base64.b64decode(text) for name, text in read["seal"].items()}
        sign, current = base64.b64decode(read["sign"]), str(read["current"])
    except (OSError, ValueError, KeyError, AttributeError, TypeError, binascii.Error) as error:
        said = f"{error!s} is missing" if isinstance(error, KeyError) else error
        raise Invalid(f"The key file {path} cannot be used: {said}", _BRING) from None
    sizes = {len(key) for key in (*keys.values(), sign)}
    if current not in keys or sizes != {_KEY_BYTES}:
        raise Invalid(
            f"The key file {path} cannot be used: a key is missing or has a wrong size.", _BRING
        )
    return KeyRing(current, keys, sign)


def rotate_key(path: Path) -> str:
    """Add a new sealing key to the file and make it current; its name, which no key in the file has had.

    Raises:
        Invalid: as ``open_key_ring``.
    """
    open_key_ring(path)
    read = json.loads(path.read_text("ascii"))
    numbers = [int(name[1:]) for name in read["seal"] if re.fullmatch(r"k\d{1,9}", name)]
    name = f"k{max(numbers, default=0) + 1}"
    read["seal"][name] = _encode(secrets.token_bytes(_KEY_BYTES))
    read["current"] = name
    _write(path, read)
    return name


def _make(path: Path) -> None:
    key, sign = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, {"current": "k1", "seal": {"k1": _encode(key)}, "sign": _encode(sign)})


def _write(path: Path, content: dict[str, object]) -> None:
    """Replace the file in one step: a crash leaves the old or the new one."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)  # whatever it is, and whoever may read it
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
