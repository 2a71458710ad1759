"""Writes the reference pages that follow from the code: `make docs`. A test finds a page that is out of date.

docs/cli.md lists every command from the command line's own help; docs/api.md every route, from the OpenAPI
description that a network serves and from the application's table of routes.
"""

import asyncio
import inspect
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
NOTE = "<!-- Written by `make docs`; change the code instead. -->\n"
API_INTRODUCTION = """\
A network describes its API at `/openapi.json` (OpenAPI 3.1) and, for people, at `/docs/api`: parameters, bodies,
replies and errors. *key*: send `Authorization: Bearer` and the agent's key."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def cli_page() -> str:
    """Every command with its arguments and options."""
    import typer

    from eclosion.cli.commands import make_tree

    lines = [
        NOTE,
        "# Commands",
        "",
        "`eclosion --help` and `eclosion COMMAND --help` say the same.",
    ]
    for words, command in _commands(typer.main.get_command(make_tree()), ["eclosion"]):
        lines += ["", f"## {' '.join(words)}", "", inspect.cleandoc(command.help or "")]
        rows = [_option(parameter) for parameter in command.params if not _is_standard(parameter)]
        if rows:
            lines += ["", "| | |", "| --- | --- |", *rows]
    return "\n".join(lines) + "\n"


def api_page() -> str:
    """Every route: those of the API by subject, then pages and files."""
    document, table = asyncio.run(_describe())
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            key = "" if "security" in operation else "key"
            row = f"| `{method.upper()} {path}` | {key} | {operation['summary']} |"
            groups.setdefault(operation["tags"][0], []).append(row)
    # An address of the API is routed once for all methods, and answers 405 to those that it does not take.
    others = [f"| `{method} {path}` |" for method, path in table if path not in document["paths"]]
    lines = [NOTE, "# Routes", ""]
    lines.append(API_INTRODUCTION)
    for tag in sorted(groups):
        lines += ["", f"## {tag}", "", "| route | | |", "| --- | --- | --- |", *groups[tag]]
    lines += ["", "## Pages and files", "", "| route |", "| --- |", *others]
    return "\n".join(lines) + "\n"


def _commands(command: Any, words: list[str]) -> Iterator[tuple[list[str], Any]]:
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from _commands(inner, [*words, name])


def _is_standard(parameter: Any) -> bool:
    """What every command has, or what is not shown."""
    return getattr(parameter, "hidden", False) or parameter.name in (
        "help",
        "install_completion",
        "show_completion",
    )


def _option(parameter: Any) -> str:
    names = [*parameter.opts, *parameter.secondary_opts]
    is_argument = not names[0].startswith("-")
    text = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    shown = parameter.name.upper() if is_argument else ", ".join(names)
    return f"| `{shown}` | {text} |"


async def _describe() -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The OpenAPI document, and method and path of everything that the application answers."""
    from litestar.testing import AsyncTestClient

    from eclosion.app import load_settings, open_house
    from eclosion.entry.asgi import make_app

    with tempfile.TemporaryDirectory() as folder:
        flags = {"data": {"dir": str(Path(folder) / "data")}}
        app = make_app(open_house(load_settings(None, {}, flags)))
        async with AsyncTestClient(app) as client:
            document = (await client.get("/openapi.json")).json()
        table = sorted(
            (method, path)
            for one in app.routes
            for path in [re.sub(r":\w+}", "}", one.path)]
            for method in getattr(one, "methods", ["GET"])
            if method in METHODS
        )
    return document, table


PAGES: dict[str, Callable[[], str]] = {"cli.md": cli_page, "api.md": api_page}
"""The generated pages: file name to what writes it."""


def main() -> None:
    """Write the pages."""
    for name, write in PAGES.items():
        (DOCS / name).write_text(write())
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
