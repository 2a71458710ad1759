"""The vault's folder: how it is made, opened, locked, and what lies where.

    vault/                 0700
      README               how to open it without Eclosion
      recipients           for whom is encrypted: age's public keys
      identity.age         the identity, under the passphrase
      lock                 held by the one command that works here
      journal/ID           what is going on, or was when the power went
      items/ID/            about.json, manifest.age, 000001.age, ...
      stage/               always empty; a private file system is mounted here while a program runs

What always holds: nothing in it is plaintext of what was moved in. The folder belongs to who uses it and is closed to
all others; links on the way to it are resolved once, and what is found then is opened without following any.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclosion.audit.vault import sealing
from eclosion.audit.vault.disk import CLOEXEC, FOLDER, Disk
from eclosion.audit.vault.errors import (
    NoSuchItem,
    NoVault,
    RecipientsChanged,
    VaultBusy,
    VaultExists,
    VaultUnsafe,
)
from eclosion.audit.vault.folders import closing, exists, folder, read_whole, write_whole
from eclosion.audit.vault.model import Item, item_from_json

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

README, RECIPIENTS, IDENTITY, LOCK = "README", "recipients", "identity.age", "lock"
JOURNAL, ITEMS, STAGE, ABOUT, MANIFEST = "journal", "items", "stage", "about.json", "manifest.age"
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | CLOEXEC
_TOLD = b"""This folder is a vault of Eclosion: files that were moved where no agent reads them.

    eclosion vault list          what lies here
    eclosion vault restore ID    bring it back

Without Eclosion, with the age tool (https://age-encryption.org):

    age -d identity.age > identity        asks for the passphrase; keep the result off the disk
    age -d -i identity items/ID/manifest.age
    age -d -i identity items/ID/000001.age

Copy this whole folder to back it up. Who has it and the passphrase has everything in it.
"""

Wrap = Callable[["Identity", str], bytes]


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault that is there.

    Attributes:
        path: its folder, absolute, without links.
        disk: how the system is called.
        made: how an item's name comes about; unique.
    """

    path: str
    disk: Disk
    made: Callable[[], str] = lambda: secrets.token_hex(6)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Have the vault for oneself: gives its open folder.

        Raises:
            VaultBusy: another command has it.
            VaultUnsafe: others may write to its folder.
        """
        with (
            self.opened() as here,
            closing(self.disk, self.disk.open(LOCK, _LOCK_FLAGS, here)) as handle,
        ):
            if not self.disk.lock(handle):
                raise VaultBusy(hint="Wait until it has ended.")
            yield here

    @contextmanager
    def opened(self) -> Iterator[int]:
        """The open folder, without the lock: for who only reads."""
        with folder(self.disk, self.path) as here:
            found = self.disk.look(here)
            if found.st_uid != os.geteuid() or found.st_mode & 0o077:
                raise VaultUnsafe(
                    f"{self.path} belongs to somebody else, or others may enter it.",
                    hint=f"It must be yours alone: chmod 700 {self.path}",
                )
            yield here

    def recipients(self, here: int) -> list[Recipient]:
        """For whom is encrypted."""
        return sealing.read_recipients(
            read_whole(self.disk, RECIPIENTS, here).decode("utf-8", "replace")
        )

    def unlock(self, passphrase: str) -> Identity:
        """The identity, and a look whether the vault still encrypts for it.

        Raises:
            WrongPassphrase: it does not open it.
            RecipientsChanged: somebody put other recipients in.
        """
        with self.opened() as here:
            identity = sealing.unwrap(read_whole(self.disk, IDENTITY, here), passphrase)
            self.check(here, identity)
        return identity

    def check(self, here: int, identity: Identity) -> None:
        """Whether the vault encrypts for this identity; raises ``RecipientsChanged`` if not."""
        words = [str(one) for one in self.recipients(here)]
        if str(identity.to_public()) not in words:
            raise RecipientsChanged(
                hint="Somebody changed the file `recipients`: put back the line that begins with age1 in identity.age. "
                "What was moved in since then may be lost to you."
            )

    def items(self, here: int) -> list[Item]:
        """What lies in it, oldest first; without what is just on its way in."""
        found = []
        with closing(self.disk, self.disk.open(ITEMS, FOLDER, here)) as items:
            for name in self.disk.names(items):
                with closing(self.disk, self.disk.open(name, FOLDER, items)) as one:
                    if exists(self.disk, ABOUT, one):
                        found.append(item_from_json(read_whole(self.disk, ABOUT, one)))
        return sorted(found, key=lambda item: (item.moved_at_ms, item.id))

    def choose(self, here: int, word: str) -> Item:
        """The item of this id, or the one that was taken from this path.

        Raises:
            NoSuchItem: there is none.
        """
        path = real_path(word)
        for item in reversed(self.items(here)):
            if item.id == word or path in item.roots:
                return item
        raise NoSuchItem(
            f"The vault holds nothing by {word!r}.",
            hint="`eclosion vault list` shows what it does.",
        )


def real_path(path: str) -> str:
    """The absolute path with links resolved on the way, but not the last name."""
    whole = os.path.abspath(os.path.expanduser(path))
    return os.path.join(os.path.realpath(os.path.dirname(whole)), os.path.basename(whole))


def default_path() -> str:
    """Where a vault is if nobody says: ``ECLOSION_VAULT``, or in the folder for programs' data (XDG)."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.environ.get("ECLOSION_VAULT") or os.path.join(data, "eclosion", "vault")


def open_vault(path: str, disk: Disk | None = None) -> Vault:
    """The vault at this path.

    Raises:
        NoVault: there is none.
    """
    real = os.path.realpath(path)
    if not os.path.isfile(os.path.join(real, IDENTITY)):
        raise NoVault(f"There is no vault at {path}.", hint="Make one: eclosion vault init")
    return Vault(real, disk or Disk())


def create_vault(
    path: str,
    passphrase: str,
    *,
    also: Sequence[str] = (),
    disk: Disk | None = None,
    wrap: Wrap = sealing.wrap,
) -> Vault:
    """Make a vault: a new identity under the passphrase, proved to open again.

    Args:
        path: a folder that is not there yet, or is empty.
        passphrase: at least one character; whether it is good is for the door to say.
        also: further age recipients who can open everything: a key kept on paper, for the day the passphrase is lost.
        disk: how the system is called.
        wrap: how the identity is put under the passphrase.

    Raises:
        VaultExists: there is one, or something else.
        VaultUnsafe: one of ``also`` is no recipient.
    """
    disk = disk or Disk()
    if os.path.isdir(path) and os.listdir(path):
        raise VaultExists(
            f"{path} is there and not empty.", hint="Name another place with --vault DIR."
        )
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    real = real_path(path)
    identity = sealing.new_identity()
    lines = [str(one) for one in (identity.to_public(), *also)]
    sealing.read_recipients("\n".join(lines))
    wrapped = wrap(identity, passphrase)
    sealing.unwrap(wrapped, passphrase)
    with folder(disk, os.path.dirname(real)) as parent:
        name = os.path.basename(real)
        found = exists(disk, name, parent)
        if found and not stat.S_ISDIR(found.st_mode):
            raise VaultExists(f"{path} is there and no folder.")
        if not found:
            disk.make_folder(name, parent)
        with closing(disk, disk.open(name, FOLDER, parent)) as here:
            if disk.names(here):
                raise VaultExists(f"Something came to be in {path} just now.")
            disk.set_mode(here, 0o700)
            for inner in (JOURNAL, ITEMS, STAGE):
                disk.make_folder(inner, here)
            write_whole(disk, README, here, _TOLD)
            write_whole(disk, RECIPIENTS, here, ("\n".join(lines) + "\n").encode())
            write_whole(disk, IDENTITY, here, wrapped)
            disk.sync(here)
        disk.sync(parent)
    return Vault(real, disk)
