"""Keeps a vault in order: a new passphrase, and a look whether all is as it should be."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

from eclosion.audit.vault import journal, sealing
from eclosion.audit.vault.disk import FOLDER
from eclosion.audit.vault.folders import closing, read_whole, replace_whole
from eclosion.audit.vault.model import FILE, Item
from eclosion.audit.vault.place import IDENTITY, ITEMS, Vault, Wrap
from eclosion.audit.vault.restoring import opened_item, read_manifest
from eclosion.audit.vault.sealing import unseal
from eclosion.audit.vault.taking import content_name
from eclosion.kernel.errors import EclosionError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

_CLOUDS = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "mobile documents",
)


class State(NamedTuple):
    """What a vault is, without opening it.

    Attributes:
        items: what lies in it.
        pending: what was interrupted, as phase and paths.
        recipients: for whom is encrypted.
    """

    items: list[Item]
    pending: list[tuple[str, tuple[str, ...]]]
    recipients: list[str]


def look(vault: Vault) -> State:
    """What lies in it, and what was interrupted."""
    with vault.opened() as here:
        records = journal.pending(vault, here)
        busy = {one.id for one in records if one.phase in (journal.TAKING, journal.LEAVING)}
        items = [item for item in vault.items(here) if item.id not in busy]
        recipients = [str(one) for one in vault.recipients(here)]
    return State(items, [(one.phase, one.roots) for one in records], recipients)


def change_passphrase(
    vault: Vault, identity: Identity, passphrase: str, *, wrap: Wrap = sealing.wrap
) -> None:
    """Put the identity under another passphrase; the old file or the new one is there at every moment.

    The identity stays the same: who has an old copy of the file and the old passphrase still opens the vault.
    """
    wrapped = wrap(identity, passphrase)
    sealing.unwrap(wrapped, passphrase)
    with vault.locked() as here:
        replace_whole(vault.disk, IDENTITY, here, wrapped)


def examine(vault: Vault, identity: Identity | None = None) -> list[str]:
    """What is wrong with a vault, in sentences; with the identity every content is opened, too."""
    told = []
    with vault.opened() as here:
        for phase, roots in look(vault).pending:
            told.append(
                f"A command was interrupted while {phase} {', '.join(roots)}: eclosion vault recover"
            )
        known = {item.id for item in vault.items(here)}
        with closing(vault.disk, vault.disk.open(ITEMS, FOLDER, here)) as items:
            told += [
                f"items/{name} tells nothing of itself."
                for name in vault.disk.names(items)
                if name not in known
            ]
        if b"-> scrypt" not in sealing.plain_head(read_whole(vault.disk, IDENTITY, here)):
            told.append(
                "identity.age is under no passphrase: make a new vault and move everything there."
            )
        if identity is not None:
            vault.check(here, identity)
            for item in vault.items(here):
                told += _examine_item(vault, here, item, identity)
    if any(word in vault.path.lower() for word in _CLOUDS):
        told.append(
            "The vault lies in a folder that is copied to a cloud: only its passphrase guards it there."
        )
    for item in look(vault).items:
        told += [
            f"{root} is in the vault, and there again."
            for root in item.roots
            if os.path.lexists(root)
        ]
    return told


def _examine_item(vault: Vault, here: int, item: Item, identity: Identity) -> list[str]:
    told = []
    try:
        with opened_item(vault, here, item) as place:
            for entry in read_manifest(vault, place, identity):
                if entry.kind != FILE:
                    continue
                digest = hashlib.sha256()
                unseal(vault.disk, content_name(entry.content), place, digest.update, [identity])
                if digest.hexdigest() != entry.digest:
                    told.append(f"{item.id}: content {entry.content} is not what was moved in.")
    except (OSError, EclosionError) as problem:
        told.append(f"{item.id}: {problem}")
    return told
