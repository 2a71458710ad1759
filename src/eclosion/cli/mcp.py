"""``eclosion mcp``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from eclosion.cli.doors import Doors
from eclosion.cli.output import put_json, say
from eclosion.kernel.errors import Invalid

URL = "http://127.0.0.1:8080"
KEY = "ECLOSION_API_KEY"


def mcp(
    ctx: typer.Context,
    url: Annotated[
        str, typer.Argument(help="Where the network is, such as https://home.example.")
    ] = URL,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            metavar="FILE",
            help="The file with the agent's key; a newly registered agent's is saved there.",
            show_default=False,
        ),
    ] = None,
    print_config: Annotated[
        bool,
        typer.Option("--print-config", help="Print what to put into an MCP client's settings."),
    ] = False,
    over_http: Annotated[
        bool,
        typer.Option("--http", help="With --print-config: connect to the network's /mcp instead."),
    ] = False,
) -> None:
    """Speak MCP on standard input and output.

    For an agent whose client starts this command.
    The key comes from ECLOSION_API_KEY or the key file, never from a flag. Without one the agent can read, and join by
    the tool 'register'. --print-config prints the settings of common clients (Claude Code, Cursor and their like).
    """
    if not url.startswith(("http://", "https://")):
        raise Invalid(f"{url!r} is no address.", f"It starts with http:// or https://, as {URL}.")
    url = url.rstrip("/")
    if over_http and not print_config:
        raise Invalid("--http goes with --print-config.")
    if not print_config:
        doors: Doors = ctx.obj
        doors.serve_stdio(url, key_file)
        return
    put_json({"mcpServers": {"eclosion": _http(url) if over_http else _stdio(url, key_file)}})
    say(
        "Put this into .mcp.json (Claude Code), .cursor/mcp.json (Cursor) or the like. "
        + (
            f"The key is kept in {key_file}."
            if key_file
            else f"{KEY} is set where the client runs."
        )
    )
    if not over_http:
        say(f"Claude Code can also be told: claude mcp add eclosion -- {_line(url, key_file)}")


def _stdio(url: str, key_file: Path | None) -> dict[str, Any]:
    command, *arguments = _command(url, key_file)
    settings: dict[str, Any] = {"command": command, "args": arguments}
    if key_file is None:
        settings["env"] = {KEY: f"${{{KEY}}}"}
    return settings


def _http(url: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer ${{{KEY}}}"}
    return {"type": "http", "url": f"{url}/mcp", "headers": headers}


def _line(url: str, key_file: Path | None) -> str:
    return shlex.join(_command(url, key_file))


def _command(url: str, key_file: Path | None) -> list[str]:
    program = str(Path(sys.argv[0]).resolve()) if Path(sys.argv[0]).exists() else "eclosion"
    arguments = ["mcp", url]
    if key_file is not None:
        arguments += ["--key-file", str(key_file.expanduser().absolute())]
    return [program, *arguments]
