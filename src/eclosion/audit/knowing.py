"""Reads what is known: one TOML file for each agent, one for the classes of sensitive files.

A stranger adds an agent by adding a file (docs/audit-agents.md); ``read_kind`` says what is wrong with one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from eclosion.audit.conditions import TESTS
from eclosion.audit.model import Check, Condition, Kind, Layer, Mend, Sensitive, Wall
from eclosion.kernel.finding import Severity

SYSTEMS = ("linux", "macos", "windows")
FORMATS = ("json", "toml", "yaml", "env")
ACTIONS = frozenset(("set", "drop", "take"))
SCOPES = ("managed", "user", "project", "local")


class Misfit(ValueError):
    """A file of knowledge says something that cannot be: the message names the file and the place."""


@lru_cache(maxsize=1)
def known_kinds() -> tuple[Kind, ...]:
    """Every agent that ships, by id."""
    folder = files("eclosion.audit") / "knowledge" / "agents"
    found = [one for one in folder.iterdir() if one.name.endswith(".toml")]
    return tuple(read_kind(one) for one in sorted(found, key=lambda one: one.name))


@lru_cache(maxsize=1)
def known_sensitive() -> tuple[Sensitive, ...]:
    """Every class of files that no agent should read, in the order in which they are tried."""
    place = files("eclosion.audit") / "knowledge" / "sensitive.toml"
    document = tomllib.loads(place.read_text("utf-8"))
    with _told(place.name):
        return tuple(_sensitive(row) for row in document["class"])


def read_kind(place: Traversable) -> Kind:
    """What one file says of an agent.

    Raises:
        Misfit: it is no TOML, lacks something or says what cannot be.
    """
    try:
        document = tomllib.loads(place.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Misfit(f"{place.name}: {problem}") from None
    with _told(place.name):
        return Kind(
            id=document["id"],
            name=document["name"],
            signs=_by_system(document["signs"]),
            moved_by=dict(document.get("moved_by", {})),
            programs=tuple(document.get("programs", ())),
            layers=tuple(_layer(row) for row in document.get("layer", ())),
            lists_add=bool(document.get("lists_add", False)),
            runs_commands=bool(document["runs_commands"]),
            walls=tuple(_wall(row) for row in document.get("wall", ())),
            checks=(
                *(_check(document["id"], row) for row in document.get("check", ())),
                *_of_servers(document),
            ),
            unsafe_flags=tuple(document.get("unsafe_flags", ())),
        )


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Turns what a wrong file raises into a sentence that names it."""
    try:
        yield
    except KeyError as problem:
        raise Misfit(f"{place}: {problem.args[0]} is missing") from None
    except (TypeError, ValueError, AttributeError) as problem:
        raise Misfit(f"{place}: {problem}") from None


def _of_servers(document: dict[str, Any]) -> Iterator[Check]:
    """What every agent's tool servers are asked, under the names that this agent has for them."""
    names = document.get("servers")
    if not names:
        return
    for row in _server_rows():
        key = names["key"]
        words = {one: names.get(one, one) for one in ("command", "args", "env", "url")}
        when, fix = (
            [
                {**one, "key": f"{key}.*.{'.'.join([words.get(first, first), *rest])}"}
                for one in row.get(rows, ())
                for first, *rest in [one["key"].split(".")]
            ]
            for rows in ("when", "fix")
        )
        examples = {
            name: _nested(key, {"example": _renamed(row[name], words)}) for name in ("bad", "fixed")
        }
        yield _check(document["id"], {**row, "when": when, "fix": fix, **examples})


def _renamed(server: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    """A server's table under an agent's names; some have the program and its arguments in one list."""
    if words["command"] == words["args"] and "command" in server:
        whole = [server["command"], *server.get("args", ())]
        rest = {name: value for name, value in server.items() if name not in ("command", "args")}
        server = {**rest, "command": whole}
    return {words[name]: value for name, value in server.items()}


@lru_cache(maxsize=1)
def _server_rows() -> list[dict[str, Any]]:
    place = files("eclosion.audit") / "knowledge" / "servers.toml"
    rows: list[dict[str, Any]] = tomllib.loads(place.read_text("utf-8"))["check"]
    return rows


def _nested(key: str, value: dict[str, Any]) -> dict[str, Any]:
    for name in reversed(key.split(".")):
        value = {name: value}
    return value


def _by_system(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Paths by system; ``any`` counts for all."""
    shared = tuple(table.get("any", ()))
    if wrong := set(table) - {*SYSTEMS, "any"}:
        raise ValueError(f"signs know no system {', '.join(sorted(wrong))}")
    return {system: shared + tuple(table.get(system, ())) for system in SYSTEMS}


def _layer(row: dict[str, Any]) -> Layer:
    layer = Layer(row["path"], row["format"], row["scope"], row.get("under", ""))
    if layer.format not in FORMATS or layer.scope not in SCOPES:
        raise ValueError(f"layer {layer.path}: format or scope is not known")
    return layer


def _wall(row: dict[str, Any]) -> Wall:
    return Wall(
        on=_conditions(row["on"]),
        holds=_conditions(row.get("holds", ())),
        denied=tuple(row.get("denied", ())),
        closed=bool(row.get("closed", False)),
        allowed=tuple(row.get("allowed", ())),
        soft=bool(row.get("soft", False)),
        denied_by=tuple(row.get("denied_by", ())),
        fix=_mends(row.get("fix", ())),
        hides=tuple((one["key"], one.get("as", "{}")) for one in row.get("hides", ())),
        needs=tuple(row.get("needs", ())),
    )


def _check(kind: str, row: dict[str, Any]) -> Check:
    return Check(
        id=f"{kind}/{row['id']}",
        severity=_severity(row["severity"]),
        title=row["title"],
        message=row["message"],
        remedy=row["remedy"],
        when=_conditions(row["when"]),
        bad=row["bad"],
        fixed=row["fixed"],
        since=row.get("since", ""),
        until=row.get("until", ""),
        fix=_mends(row.get("fix", ())),
    )


def _conditions(rows: Any) -> tuple[Condition, ...]:
    """``{key = "a.b", is = true}``: a key and one test."""
    found = []
    for row in rows:
        tests = set(row) - {"key", "but"}
        if len(tests) != 1 or not tests <= TESTS:
            raise ValueError(f"a condition has a key and one of {', '.join(sorted(TESTS))}: {row}")
        test = tests.pop()
        found.append(Condition(row["key"], test, row[test], tuple(row.get("but", ()))))
    return tuple(found)


def _mends(rows: Any) -> tuple[Mend, ...]:
    """``{key = "a.b", set = true}``: a key and what to do with it."""
    found = []
    for row in rows:
        actions = set(row) - {"key", "file", "before"}
        if len(actions) != 1 or not actions <= ACTIONS:
            raise ValueError(f"a fix has a key and one of {', '.join(sorted(ACTIONS))}: {row}")
        action = actions.pop()
        value = (
            None if action == "drop" or (row[action] is True and action == "take") else row[action]
        )
        before = tuple(row.get("before", ()))
        found.append(Mend(row["key"], action, value, row.get("file", ""), before))
    return tuple(found)


def _sensitive(row: dict[str, Any]) -> Sensitive:
    return Sensitive(
        id=row["id"],
        title=row["title"],
        severity=_severity(row["severity"]),
        patterns=tuple(row["patterns"]),
        but=tuple(row.get("but", ())),
        head=tuple(row.get("head", ())),
        remedy=row.get("remedy", ""),
        stays=row.get("stays", False),
    )


def _severity(word: str) -> Severity:
    severity = Severity.named(word)
    if severity is None:
        raise ValueError(f"no severity is called {word}")
    return severity
