"""age, the file encryption (https://age-encryption.org/v1), through pyrage: streams in and out of the disk's seam.

What always holds: contents are streamed, never held whole; what is written can be opened with the ``age`` tool and the
vault's identity. What was encrypted is read back before anything relies on it, with a key that lives in memory only:
so moving something in needs no passphrase, and is proved all the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eclosion.audit.vault.disk import NEW, READ, Disk
from eclosion.audit.vault.errors import Damaged, VaultUnsafe, WrongIdentity, WrongPassphrase
from eclosion.audit.vault.folders import closing, write_all

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

Take = Callable[[int], bytes]
"""Gives at most so many bytes of a stream, and none at its end."""
Put = Callable[[bytes], None]


def new_identity() -> Identity:
    """A new X25519 key."""
    from pyrage import x25519

    return x25519.Identity.generate()


def read_identity(text: str) -> Identity:
    """An identity as age writes it: one line beginning with AGE-SECRET-KEY-1, comments allowed.

    Raises:
        WrongIdentity: there is none.
    """
    from pyrage import IdentityError, x25519

    for line in text.splitlines():
        if line.startswith("AGE-SECRET-KEY-1"):
            try:
                return x25519.Identity.from_str(line.strip())
            except IdentityError:
                break
    raise WrongIdentity("This is no age identity.", hint="It begins with AGE-SECRET-KEY-1.")


def read_recipients(text: str) -> list[Recipient]:
    """Recipients, one a line, as age's ``-R`` takes them.

    Raises:
        VaultUnsafe: one is none, or there is none.
    """
    from pyrage import RecipientError, x25519

    lines = [line.strip() for line in text.splitlines()]
    words = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [x25519.Recipient.from_str(word) for word in words]
    except RecipientError:
        raise VaultUnsafe("The vault's file `recipients` holds something that is none.") from None
    if not found:
        raise VaultUnsafe("The vault's file `recipients` is empty.")
    return found


def wrap(identity: Identity, passphrase: str) -> bytes:
    """The identity under a passphrase: age's scrypt, which costs about a second to try once."""
    from pyrage import passphrase as by_passphrase

    text = f"# public key: {identity.to_public()}\n{identity}\n"
    return bytes(by_passphrase.encrypt(text.encode(), passphrase, armored=True))


def unwrap(wrapped: bytes, passphrase: str) -> Identity:
    """The identity again.

    Raises:
        WrongPassphrase: it is another passphrase, or the file is damaged; age cannot tell these apart.
    """
    from pyrage import DecryptError
    from pyrage import passphrase as by_passphrase

    try:
        text = by_passphrase.decrypt(wrapped, passphrase)
    except DecryptError:
        raise WrongPassphrase(
            hint="Try again. Nobody can reset it: without it, only an identity named with --also opens the vault."
        ) from None
    return read_identity(text.decode())


class _Source:
    """A stream to read, as pyrage wants it; what went wrong is kept, because pyrage turns it into text."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self.problem: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            return self._take(size)
        except BaseException as problem:
            self.problem = problem
            raise


class _Sink:
    """A stream to write, likewise."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self.problem: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._put(bytes(piece))
        except BaseException as problem:
            self.problem = problem
            raise
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


def encrypt(take: Take, put: Put, recipients: Sequence[Recipient]) -> None:
    """Encrypt a stream.

    Raises:
        OSError: as ``take`` and ``put`` raise it.
    """
    import pyrage

    source, sink = _Source(take), _Sink(put)
    try:
        pyrage.encrypt_io(source, sink, recipients)
    except (pyrage.EncryptError, OSError) as problem:
        raise _cause(source, sink) or Damaged(str(problem)) from None


def decrypt(take: Take, put: Put, identities: Sequence[Identity]) -> None:
    """Decrypt a stream. What was given to ``put`` counts only if this returns.

    Raises:
        WrongIdentity: none of these identities opens it.
        Damaged: it was changed or cut.
        OSError: as ``take`` and ``put`` raise it.
    """
    import pyrage

    source, sink = _Source(take), _Sink(put)
    try:
        pyrage.decrypt_io(source, sink, identities)
    except (pyrage.DecryptError, OSError) as problem:
        if cause := _cause(source, sink):
            raise cause from None
        if "No matching keys" in str(problem):
            raise WrongIdentity from None
        raise Damaged(f"A file of the vault is damaged: {problem}.") from None


def _cause(source: _Source, sink: _Sink) -> BaseException | None:
    """What pyrage met on our side and told as its own."""
    return source.problem or sink.problem


def seal(disk: Disk, take: Take, name: str, at: int, recipients: Sequence[Recipient]) -> str:
    """Encrypt a stream into a new file, and read it back from there.

    Returns:
        SHA-256 of the content, hexadecimal.

    Raises:
        Damaged: what was read back is not what was written.
    """
    witness = new_identity()
    given = hashlib.sha256()

    def counted(size: int) -> bytes:
        piece = take(size)
        given.update(piece)
        return piece

    with closing(disk, disk.open(name, NEW, at)) as handle:
        encrypt(
            counted,
            lambda piece: write_all(disk, handle, piece),
            [*recipients, witness.to_public()],
        )
        disk.sync(handle)
    kept = hashlib.sha256()
    unseal(disk, name, at, kept.update, [witness])
    if kept.digest() != given.digest():
        raise Damaged("The disk did not keep what was written to it.")
    return given.hexdigest()


def unseal(disk: Disk, name: str, at: int, put: Put, identities: Sequence[Identity]) -> None:
    """Decrypt a file of the vault into ``put``; raises what ``decrypt`` raises."""
    with closing(disk, disk.open(name, READ, at)) as handle:
        decrypt(lambda size: disk.read(handle, size), put, identities)


def taking_from(content: bytes) -> Take:
    """A stream of these bytes."""
    rest = memoryview(content)

    def take(size: int) -> bytes:
        nonlocal rest
        piece, rest = bytes(rest[:size]), rest[size:]
        return piece

    return take


def plain_head(content: bytes) -> bytes:
    """The beginning of an age file, with its armour taken off: it says for whom it is."""
    lines = content.split(b"\n")
    if not lines[0].startswith(b"-----BEGIN AGE ENCRYPTED FILE"):
        return content[:512]
    try:
        return base64.b64decode(b"".join(lines[1:12]) + b"====")[:512]
    except ValueError:
        return b""
