"""Runs a client's command line the way that an agent's shell would, and reads the JSON that it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND_TIMEOUT_S = 60


class CommandFailed(Exception):
    """The command ended with an error; the text is all that it printed."""


class NoJson(Exception):
    """The command printed no JSON document."""


def program(name: str) -> str:
    """Return the path of a console script of the environment whose interpreter runs this."""
    return str(Path(sys.executable).with_name(name))


def run(command: list[str], home: str, text: str | None = None) -> str:
    """Run one command with its own home directory and a very wide terminal; return standard output.

    Raises:
        CommandFailed: it ended with another status than 0.
    """
    environment = os.environ | {"HOME": home, "COLUMNS": "20000", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        command,
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        text=True,
        timeout=COMMAND_TIMEOUT_S,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(f"exit status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def documents(printed: str) -> list[Any]:
    """Return the JSON documents in what was printed, leaving out the prose around them.

    Raises:
        NoJson: there is none.
    """
    decoder = json.JSONDecoder()
    found: list[Any] = []
    position = 0
    while (start := min_of(printed.find("{", position), printed.find("[", position))) >= 0:
        try:
            document, position = decoder.raw_decode(printed, start)
        except json.JSONDecodeError:
            position = start + 1
        else:
            found.append(document)
    if not found:
        raise NoJson(printed.strip())
    return found


def min_of(one: int, other: int) -> int:
    """Return the smaller of two positions, where -1 means none."""
    return max(one, other) if min(one, other) < 0 else min(one, other)
