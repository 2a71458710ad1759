"""``eclosion vault run``: a program that needs what lies in the vault works, and nobody else sees it."""

from __future__ import annotations

from typing import Annotated

import typer

from eclosion.cli.vault_unlocking import (
    IdentityFile,
    PassphraseCommand,
    PassphraseFd,
    VaultDir,
    the_vault,
    unlock,
)
from eclosion.kernel.errors import Invalid


def run(
    command: Annotated[
        list[str], typer.Argument(metavar="-- COMMAND", help="The program with its arguments.")
    ],
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID|PATH", help="Only this item of the vault; may stand several times."
        ),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH", help="Hand over a file's text as an environment variable."
        ),
    ] = None,
    file: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH",
            help="Hand over a file, open and in memory; the variable says where to read it.",
        ),
    ] = None,
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    identity: IdentityFile = None,
) -> None:
    """Run a program with its files in place, in memory, for it alone. Ends with the program's status.

    On Linux the files stand where they were, in a file system that only this program and what it starts can see.
    Nothing is written to a disk, and what the program changes in them is gone afterwards. When it ends, all that it
    started ends. Where the system does not allow that, hand single files over with --file or --env.

    Examples: eclosion vault run -- aws s3 ls; eclosion vault run --env TOKEN=~/.token -- deploy
    """
    from eclosion.audit.vault.running import run_in_place, run_with

    texts, files = _pairs(env), _pairs(file)
    opened = the_vault(vault_dir)
    key = unlock(opened, passphrase_fd, passphrase_command, identity)
    if texts or files:
        status = run_with(opened, key, command, files=files, texts=texts)
    else:
        status = run_in_place(opened, key, command, only=only or ())
    raise typer.Exit(status)


def _pairs(words: list[str] | None) -> dict[str, str]:
    pairs = {}
    for word in words or ():
        name, equals, path = word.partition("=")
        if not name or not equals or not path:
            raise Invalid(f"{word!r} is not NAME=PATH.")
        pairs[name] = path
    return pairs
