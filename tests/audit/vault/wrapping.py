"""Puts an identity under a passphrase with little work, so that tests need not pay for age's.

Written from the format's description (https://age-encryption.org/v1) and not with the library that the vault uses: so
it also shows that the vault's identity file is what others write.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

WORK = 4


def wrap_cheaply(identity: str = "") -> Callable[[Any, str], bytes]:
    """For ``create_vault(wrap=…)``.

    Args:
        identity: one to put there in the place of the new one; name it with ``also``, too.
    """

    def wrap(fresh: Any, passphrase: str) -> bytes:
        return scrypt_file(f"{identity or fresh}\n".encode(), passphrase)

    return wrap


def scrypt_file(content: bytes, passphrase: str) -> bytes:
    """An age file for a passphrase."""
    key, salt = os.urandom(16), os.urandom(16)
    wrapping = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << WORK, r=8, p=1)
    body = ChaCha20Poly1305(wrapping.derive(passphrase.encode())).encrypt(bytes(12), key, b"")
    header = f"age-encryption.org/v1\n-> scrypt {_b64(salt)} {WORK}\n{_b64(body)}\n---".encode()
    mac = HMAC(_derive(key, b"", b"header"), SHA256())
    mac.update(header)
    nonce = os.urandom(16)
    assert len(content) < 1 << 16  # one chunk
    chunk = ChaCha20Poly1305(_derive(key, nonce, b"payload")).encrypt(
        bytes(11) + b"\x01", content, b""
    )
    return header + f" {_b64(mac.finalize())}\n".encode() + nonce + chunk


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
