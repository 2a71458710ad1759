"""``eclosion vault helper``: answers programs that know how to ask for a secret, from a file in the vault."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from eclosion.cli.output import FINDINGS, put
from eclosion.cli.vault_unlocking import (
    IdentityFile,
    PassphraseCommand,
    PassphraseFd,
    VaultDir,
    the_vault,
    unlock,
)

ASKED_CHARS_MAX = 1 << 20


class Kind(StrEnum):
    """Whose protocol."""

    git = "git"
    docker = "docker"
    aws = "aws"
    openclaw = "openclaw"
    apikey = "apikey"


_USUAL = {
    Kind.git: "~/.git-credentials",
    Kind.docker: "~/.docker/config.json",
    Kind.aws: "~/.aws/credentials",
    Kind.openclaw: "~/.openclaw/.env",
    Kind.apikey: "~/.anthropic/api_key",
}


def helper(
    kind: Annotated[Kind, typer.Argument(help="Whose protocol is spoken.")],
    action: Annotated[
        str,
        typer.Argument(
            metavar="[ACTION]", help="As the program gives it: get, list, store, erase."
        ),
    ] = "get",
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="PATH", help="The file in the vault; each kind has a usual one."
        ),
    ] = "",
    key: Annotated[
        str,
        typer.Option(metavar="NAME", help="apikey: the name in that file; without one all of it."),
    ] = "",
    profile: Annotated[str, typer.Option(metavar="NAME", help="aws: which profile.")] = "default",
    vault_dir: VaultDir = None,
    passphrase_fd: PassphraseFd = None,
    passphrase_command: PassphraseCommand = None,
    identity: IdentityFile = None,
) -> None:
    """Answer a program that asks for a secret in its own protocol. It only reads: what is to be stored is not.

    Examples: git config credential.helper '!eclosion vault helper git'; credential_process = eclosion vault helper aws
    """
    from eclosion.audit.vault import show

    if kind is Kind.git and action != "get":
        return
    asked = (
        sys.stdin.read(ASKED_CHARS_MAX) if kind in (Kind.git, Kind.docker, Kind.openclaw) else ""
    )
    opened = the_vault(vault_dir)
    unlocked = unlock(opened, passphrase_fd, passphrase_command, identity)
    pieces: list[bytes] = []
    show(opened, source or _USUAL[kind], unlocked, pieces.append)
    stored = b"".join(pieces).decode("utf-8", "surrogateescape")
    _answer(kind, action, asked, stored, key, profile)


def _answer(kind: Kind, action: str, asked: str, stored: str, key: str, profile: str) -> None:
    """Say it in the program's words."""
    from eclosion.audit.vault import answering
    from eclosion.audit.vault.errors import NoSuchItem

    if kind is Kind.docker:
        try:
            put(answering.for_docker(action, asked, stored))
        except NoSuchItem as problem:
            put(str(problem))  # docker reads the reason from standard output
            raise typer.Exit(FINDINGS) from None
    elif kind is Kind.git:
        sys.stdout.write(answering.for_git(asked, stored))
    elif kind is Kind.aws:
        put(answering.for_aws(profile, stored))
    elif kind is Kind.openclaw:
        put(answering.for_openclaw(asked, stored))
    else:
        put(answering.pick(stored, key))
