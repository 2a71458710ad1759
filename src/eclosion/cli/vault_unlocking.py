"""Where a vault's passphrase comes from: the terminal, an open file, or a command; never an argument.

Arguments and environment variables can be read by every program of the same user while a command runs.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.output import say
from eclosion.kernel.errors import Invalid, Unauthenticated

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

    from eclosion.audit.vault import Vault

PASSPHRASE_CHARS_MIN = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_TRIES = 3
_COMMAND_S_MAX = 120

VaultDir = Annotated[
    Path | None,
    typer.Option(
        "--vault",
        metavar="DIR",
        help="The vault; by default ECLOSION_VAULT, or eclosion/vault in the folder for programs' data.",
    ),
]
PassphraseFd = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Read the passphrase from this open file, up to its first line's end."
    ),
]
PassphraseCommand = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        envvar="ECLOSION_VAULT_PASSPHRASE_COMMAND",
        help="Run this for the passphrase (no shell); its first line counts: a keyring, a hardware token.",
    ),
]
IdentityFile = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        metavar="FILE",
        help="An age identity that the vault encrypts for too; no passphrase then.",
    ),
]


def the_vault(path: Path | None) -> Vault:
    """The vault that was named, or the usual one."""
    from eclosion.audit.vault import default_path, open_vault

    return open_vault(str(path) if path else default_path())


def unlock(
    vault: Vault, fd: int | None, command: str | None, identity: Path | None = None
) -> Identity:
    """The identity; asked for at most three times at a terminal.

    Raises:
        WrongPassphrase: it does not open the vault.
        Unauthenticated: there is nobody to ask.
    """
    if identity is not None:
        from eclosion.audit.vault.sealing import read_identity

        return read_identity(identity.read_text("utf-8", "replace"))
    given = given_passphrase(fd, command)
    if given is not None:
        return vault.unlock(given)
    from eclosion.audit.vault.errors import WrongPassphrase

    for left in reversed(range(_TRIES)):
        try:
            return vault.unlock(_ask("Passphrase of the vault: "))
        except WrongPassphrase:
            if not left:
                raise
            say("That does not open it.")
    raise AssertionError


def new_passphrase(fd: int | None, command: str | None) -> str:
    """One for a new vault: given, or asked for twice. Nothing at the terminal has one made, which is shown once."""
    given = given_passphrase(fd, command)
    if given is None:
        given = _ask("New passphrase (leave it empty to have one made): ")
        if not given:
            made = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(5))
            say(f"The passphrase is  {made}")
            say("Write it down, on paper: without it nobody opens the vault.")
            return made
        if _ask("Once more: ") != given:
            raise Invalid("These two differ.", hint="Nothing was changed. Try again.")
    if len(given) < PASSPHRASE_CHARS_MIN:
        raise Invalid(
            f"A passphrase needs {PASSPHRASE_CHARS_MIN} characters or more.",
            hint="Five random words are easy to keep and hard to guess.",
        )
    return given


def given_passphrase(fd: int | None, command: str | None) -> str | None:
    """What an open file or a command says; None if neither was named."""
    if fd is not None:
        try:
            with os.fdopen(os.dup(fd), "rb") as source:
                return _first_line(source.readline(4_096))
        except OSError:
            raise Invalid(f"There is no open file {fd} to read.") from None
    if not command:
        return None
    try:
        done = subprocess.run(
            shlex.split(command), stdout=subprocess.PIPE, timeout=_COMMAND_S_MAX, check=False
        )
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        raise Unauthenticated(f"The passphrase command could not be run: {problem}") from None
    if done.returncode:
        raise Unauthenticated(f"The passphrase command ended with {done.returncode}.")
    return _first_line(done.stdout)


def _first_line(raw: bytes) -> str:
    return raw.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "surrogateescape")


def _ask(prompt: str) -> str:
    """Ask at the terminal, whatever standard input is."""
    try:
        with Path("/dev/tty").open("rb+", buffering=0):
            return getpass.getpass(prompt)
    except OSError:
        if sys.stdin.isatty():
            return getpass.getpass(prompt)
    raise Unauthenticated(
        "There is no terminal to ask for the passphrase.",
        hint="Give it by --passphrase-fd or --passphrase-command.",
    )
