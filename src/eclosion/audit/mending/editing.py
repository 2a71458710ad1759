"""One change to the text of a settings file: a value set, a name dropped, an item taken or added.

What always holds: only the characters of that value change, with the comma or line that it needs; comments, order,
spaces and line ends stay as they are. Each change is read back, and what does not say exactly what it should is not
handed out.
"""

from __future__ import annotations

import copy
from typing import Any

from eclosion.audit.mending import json_places, toml_places, yaml_places
from eclosion.audit.mending.inserting import insertion
from eclosion.audit.mending.tree import (
    CannotEdit,
    Edit,
    Node,
    Way,
    applied,
    at,
    is_first,
    line_end,
    line_start,
)
from eclosion.audit.mending.wording import worded
from eclosion.audit.reading import Unreadable, parsed

_PLACES = {
    "json": json_places.read_places,
    "toml": toml_places.read_places,
    "yaml": yaml_places.read_places,
    "env": yaml_places.read_env,
}


def places(text: str, form: str) -> Node:
    """The settings with their places.

    Raises:
        CannotEdit: they cannot be followed.
    """
    return _PLACES[form](text)


def setting(text: str, form: str, way: Way, value: Any) -> tuple[Edit, ...]:
    """What makes a value stand there, which may be new.

    Raises:
        CannotEdit: not without touching more.
    """
    root = places(text, form)
    node = at(root, way)
    expected = copy.deepcopy(said(text, form))
    _set(expected, way, value)
    if node is not None and not _is_nothing(node):
        edits = [_replacement(node, form, value)]
    else:
        edits = insertion(text, form, root, way, value)
    return _proved(text, form, edits, expected)


def removing(text: str, form: str, way: Way) -> tuple[Edit, ...]:
    """What takes a name or an item away.

    Raises:
        CannotEdit: not without touching more.
    """
    root = places(text, form)
    holder, step = at(root, way[:-1]), way[-1]
    if holder is None:
        raise CannotEdit("it is not there")
    expected = copy.deepcopy(said(text, form))
    _remove(expected, way)
    number = _number(holder, step)
    if holder.form == "flow":
        edits = _flow_removal(text, holder, number)
    else:
        edits = _line_removal(text, form, root, way, number)
    return _proved(text, form, edits, expected)


def said(text: str, form: str) -> dict[str, Any]:
    """What a text says; an empty one is an empty table that is yet to be written."""
    if not text.strip("\ufeff \t\r\n"):
        return {}
    try:
        return parsed(text.removeprefix("\ufeff"), form)
    except Unreadable as problem:
        raise CannotEdit(f"it {problem}") from None


def _proved(text: str, form: str, edits: list[Edit], expected: dict[str, Any]) -> tuple[Edit, ...]:
    if said(applied(text, edits), form) != expected:
        raise CannotEdit("the change would say something else than it should")
    return tuple(sorted(edits))


def _is_nothing(node: Node) -> bool:
    """``name:`` without a value, in YAML."""
    return node.start == node.end and node.value is None


def _replacement(node: Node, form: str, value: Any) -> Edit:
    if node.form != "flow":
        raise CannotEdit("a whole section stands there")
    return Edit(node.start, node.end, worded(form, value))


def _number(holder: Node, step: str | int) -> int:
    if isinstance(step, int):
        return step
    names = [one.name for one in holder.members or ()]
    if names.count(step) != 1:
        raise CannotEdit("it stands there twice" if step in names else "it is not there")
    return names.index(step)


def _flow_removal(text: str, holder: Node, number: int) -> list[Edit]:
    """The child and one comma; its line too if nothing else stands in it."""
    start, end = holder.children[number]
    own = holder.commas[number]
    previous = holder.commas[number - 1] if number else -1
    if (
        own < 0 and previous >= 0
    ):  # the last one: the comma before it goes, as JSON allows none behind the last
        between = text[previous + 1 : start]
        if not between.strip() and "\n" not in between:
            return [Edit(previous, end, "")]
        whole = _line_or(text, start, end)
        return [Edit(previous, previous + 1, ""), whole]
    if own < 0:
        return [_line_or(text, start, end)]
    if text[end:own].strip():  # a comment stands before the comma
        return [_line_or(text, start, end), Edit(own, own + 1, "")]
    whole = _line_or(text, start, own + 1)
    if whole.start == start and number == 0 and len(holder.children) > 1:
        following = holder.children[1][0]
        if not text[own + 1 : following].strip() and "\n" not in text[own + 1 : following]:
            return [Edit(start, following, "")]
    if whole.start == start and number:
        before = text[holder.commas[number - 1] + 1 : start]
        return [Edit(start - (len(before) if before.isspace() else 0), own + 1, "")]
    return [whole]


def _line_or(text: str, start: int, end: int) -> Edit:
    """The whole line if nothing else stands in it, else the piece alone."""
    stop = line_end(text, end)
    if is_first(text, start) and not text[end:stop].strip() and stop < len(text):
        return Edit(line_start(text, start), text.index("\n", stop) + 1, "")
    return Edit(start, end, "")


def _line_removal(text: str, form: str, root: Node, way: Way, number: int) -> list[Edit]:
    """A name or an item of a section or of a block, which fills lines of its own."""
    holder = at(root, way[:-1])
    assert holder is not None
    start, end = holder.children[number]
    if form == "toml" and _holds_section(holder, number):
        raise CannotEdit("a whole section stands there")
    if form == "yaml" and holder.items is not None:
        start = text.rindex("-", 0, start)
    if form == "env":
        return [_line_or(text, line_start(text, start), end)]
    if form != "yaml" or len(holder.children) > 1:
        return [_line_or(text, start, end)]
    empty = "[]" if holder.items is not None else "{}"
    if len(way) == 1:
        return [_line_or(text, start, end)]
    colon = text.rindex(":", 0, start)
    return [Edit(colon + 1, colon + 1, f" {empty}"), _line_or(text, start, end)]


def _holds_section(holder: Node, number: int) -> bool:
    return bool(holder.members) and holder.members[number].node.form in ("section", "dotted")  # type: ignore[index]


def _set(document: Any, way: Way, value: Any) -> None:
    here = document
    for step in way[:-1]:
        following = here[step] if isinstance(step, int) else here.get(step)
        if following is None:
            following = here[step] = {}
        if not isinstance(following, dict | list):
            raise CannotEdit("another value stands where a table is needed")
        here = following
    if isinstance(way[-1], int) and way[-1] == len(here):
        here.append(value)
    else:
        here[way[-1]] = value


def _remove(document: Any, way: Way) -> None:
    here = document
    for step in way[:-1]:
        here = here[step]
    try:
        del here[way[-1]]
    except (KeyError, IndexError, TypeError):
        raise CannotEdit("it is not there") from None
