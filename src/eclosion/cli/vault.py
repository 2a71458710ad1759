"""``eclosion vault``: moves what no agent should read into encryption, and brings it back exactly."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.audit_report import plain
from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.cli.vault_helping import helper
from eclosion.cli.vault_running import run
from eclosion.cli.vault_unlocking import (
    IdentityFile,
    PassphraseCommand,
    PassphraseFd,
    VaultDir,
    new_passphrase,
    the_vault,
    unlock,
)

if TYPE_CHECKING:
    from eclosion.audit.vault import Added, Recovered
    from eclosion.audit.vault.proving import Tries

vault = typer.Typer(
    help="Move what no agent should read into encryption, and bring it back exactly.",
    no_args_is_help=True,
)
vault.command("run")(run)
vault.command("helper")(helper)
_EXAMPLES_MAX = 5


@vault.command("init")
def init(
    vault_dir: VaultDir = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AGE1...",
            help="Encrypt for this age recipient too: a key kept on paper, for the day the passphrase is lost.",
        ),
    ] = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
) -> None:
    """Make a vault: a new key under a passphrase that is asked for.

    Example: eclosion vault init
    """
    from eclosion.audit.vault import create_vault, default_path

    path = str(vault_dir) if vault_dir else default_path()
    made = create_vault(path, new_passphrase(passphrase_fd, passphrase_command), also=also or ())
    put(made.path)
    say(
        "Nobody can reset a lost passphrase. Back up that folder; without the passphrase it opens nothing."
    )


@vault.command("add")
def add(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files and folders, moved together.")
    ],
    vault_dir: VaultDir = None,
    probe: Annotated[
        bool, typer.Option(help="Try before and after whether what is moved can be opened.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Move files and folders into the vault. Needs no passphrase, and leaves nothing in their place.

    Everything is encrypted, written, read back and compared before an original is removed. If something changes
    meanwhile, or the disk is full, nothing is moved.

    Examples: eclosion vault add ~/.ssh/id_ed25519; eclosion vault add ~/.aws ~/.netrc
    """
    from eclosion.audit.vault import add as move
    from eclosion.audit.vault.place import real_path
    from eclosion.audit.vault.proving import files_of, try_all, whose

    opened = the_vault(vault_dir)
    real = [real_path(path) for path in paths]
    files = files_of(real) if probe else []
    identity = whose(files[0]) if files else None
    before = try_all(files, identity) if identity else None
    done = move(opened, paths, at_ms=time.time_ns() // 1_000_000)
    after = try_all(files, identity) if identity else None
    if as_json:
        put_json(_added_json(done, before, after))
    else:
        _tell_added(done, before, after, identity.uid if identity else 0)
    if done.kept or (after and after.opened):
        raise typer.Exit(FINDINGS)


@vault.command("list")
def list_items(vault_dir: VaultDir = None, as_json: AsJson = False) -> None:
    """List what lies in the vault: no passphrase, no contents."""
    from eclosion.audit.vault.keeping import look

    state = look(the_vault(vault_dir))
    if as_json:
        put_json({"items": [one._asdict() for one in state.items]})
        return
    for one in state.items:
        moved = datetime.fromtimestamp(one.moved_at_ms / 1_000, UTC)
        put(
            f"{one.id}  {moved:%Y-%m-%d %H:%M}  {one.files:>6,} files {one.size:>14,} bytes  "
            + plain(", ".join(one.roots))
        )
    if state.pending:
        say("Something was interrupted: eclosion vault recover")


@vault.command("show")
def show(
    path: Annotated[str, typer.Argument(metavar="PATH", help="Where the file was.")],
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    identity: IdentityFile = None,
) -> None:
    """Write one file of the vault to standard output. It stays in the vault.

    Example: eclosion vault show ~/.netrc
    """
    from eclosion.audit.vault import show as give

    opened = the_vault(vault_dir)
    key = unlock(opened, passphrase_fd, passphrase_command, identity)
    give(opened, path, key, _out)
    sys.stdout.buffer.flush()


@vault.command("restore")
def restore(
    item: Annotated[
        str, typer.Argument(metavar="ID|PATH", help="As `eclosion vault list` shows it.")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Bring it here instead of where it was.")
    ] = None,
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    identity: IdentityFile = None,
) -> None:
    """Bring back what was moved, with owners, modes, times, attributes and links, and take it out of the vault.

    Example: eclosion vault restore ~/.aws
    """
    from eclosion.audit.vault import restore as bring_back

    opened = the_vault(vault_dir)
    key = unlock(opened, passphrase_fd, passphrase_command, identity)
    back = bring_back(opened, item, key, to=str(to) if to else "")
    for root in back.roots:
        put(plain(root))
    say(f"{back.files:,} files are back, and readable again to whoever could read them.")


@vault.command("recover")
def recover(vault_dir: VaultDir = None) -> None:
    """End what was interrupted: by a power cut, a full disk, a kill. Needs no passphrase.

    Every other command does this first, too.
    """
    from eclosion.audit.vault import recover as end

    done = end(the_vault(vault_dir))
    for one in done:
        put(_told(one))
    if not done:
        say("Nothing was interrupted.")


@vault.command("status")
def status(vault_dir: VaultDir = None, as_json: AsJson = False) -> None:
    """Say where the vault is, how much lies in it, for whom it encrypts, and what was interrupted."""
    from eclosion.audit.vault.keeping import look

    opened = the_vault(vault_dir)
    state = look(opened)
    told = {
        "vault": opened.path,
        "items": len(state.items),
        "files": sum(one.files for one in state.items),
        "bytes": sum(one.size for one in state.items),
        "recipients": state.recipients,
        "interrupted": [{"phase": phase, "paths": list(roots)} for phase, roots in state.pending],
    }
    if as_json:
        put_json(told)
        return
    put(
        f"{plain(opened.path)}: {told['items']} items, {told['files']:,} files, {told['bytes']:,} bytes"
    )
    put(f"encrypts for {', '.join(state.recipients)}")
    for phase, roots in state.pending:
        put(f"interrupted while {phase}: {plain(', '.join(roots))}")


@vault.command("change-passphrase")
def change_passphrase(
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    new_passphrase_fd: Annotated[
        int | None, typer.Option(metavar="N", help="Read the new one from this open file.")
    ] = None,
) -> None:
    """Put the vault's key under another passphrase.

    The key stays: who has a copy of the old identity.age and the old passphrase still opens the vault.
    """
    from eclosion.audit.vault.keeping import change_passphrase as change

    opened = the_vault(vault_dir)
    key = unlock(opened, passphrase_fd, passphrase_command)
    change(opened, key, new_passphrase(new_passphrase_fd, None))
    say("The new passphrase counts from now on.")


@vault.command("doctor")
def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Also open every content; asks for the passphrase.")
    ] = False,
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    identity: IdentityFile = None,
) -> None:
    """Say what is wrong with the vault. Ends with 1 if something is."""
    from eclosion.audit.vault.keeping import examine

    opened = the_vault(vault_dir)
    key = unlock(opened, passphrase_fd, passphrase_command, identity) if deep else None
    told = examine(opened, key)
    for one in told:
        put(plain(one))
    if told:
        raise typer.Exit(FINDINGS)
    say("All is as it should be." if deep else "All is as it should be; contents were not opened.")


def _out(piece: bytes) -> None:
    sys.stdout.buffer.write(piece)


def _told(one: Recovered) -> str:
    went = "as before the command" if one.went == "back" else "as the command was to leave it"
    kept = f"; left beside it, as it was new: {', '.join(one.kept)}" if one.kept else ""
    return plain(f"{', '.join(one.roots)}: {went}{kept}")


def _tell_added(done: Added, before: Tries | None, after: Tries | None, uid: int) -> None:
    for path in done.already:
        say(f"{plain(path)} is in the vault already.")
    if done.item:
        put(f"{done.item.id}  {done.item.files:,} files  {plain(', '.join(done.item.roots))}")
    if before is not None and after is not None:
        if before.trouble:
            say(f"Nothing was tried: {plain(before.trouble)}.")
        else:
            say(
                f"User {uid} could open {len(before.opened):,} of these files before, now {len(after.opened):,}."
            )
    for path in sorted(after.opened if after else ())[:_EXAMPLES_MAX]:
        say(f"  still opens: {plain(path)}")
    for path in done.kept:
        say(f"  appeared while it was moved, and was left: {plain(path)}")
    if done.item:
        say("What an agent may have read before must be rotated all the same.")
        say("Its old bytes may still be on the disk, in snapshots and in backups.")


def _added_json(done: Added, before: Tries | None, after: Tries | None) -> dict[str, object]:
    return {
        "item": done.item._asdict() if done.item else None,
        "already": list(done.already),
        "kept": list(done.kept),
        "opened_before": len(before.opened) if before else None,
        "opened_after": len(after.opened) if after else None,
        "trouble": before.trouble if before else "",
    }
