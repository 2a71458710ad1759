"""A settings file as a tree that knows where each piece stands, so that one value can change and nothing else does.

One form for JSON, TOML, YAML and environment files. What always holds: places are characters of the text as it was
read; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Way = tuple[str | int, ...]
"""The names and numbers that lead to a value: ``("mcpServers", "files", "args", 2)``."""


class CannotEdit(Exception):
    """A file cannot be changed without touching more than was asked; the message says why, for people."""


class Edit(NamedTuple):
    """A piece of a text that becomes another.

    Attributes:
        start: its first character.
        end: the character after its last.
        text: what stands there afterwards.
    """

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Node:
    """A value.

    Attributes:
        start: its first character.
        end: the character after its last.
        value: what it says.
        members: its names and values, for a table.
        items: its values, for a list.
        form: ``flow`` between brackets, ``block`` by indentation, ``section`` for a table of TOML without brackets.
        commas: for flow, the place of the comma behind each child, -1 where there is none.
        header_end: for a section, where the line of its header ends; -1 if it has none.
    """

    start: int
    end: int
    value: Any
    members: list[Member] | None = None
    items: list[Node] | None = None
    form: str = "flow"
    commas: list[int] = field(default_factory=list)
    header_end: int = -1

    @property
    def children(self) -> list[tuple[int, int]]:
        """Where each child stands, its name included."""
        if self.members is not None:
            return [(one.start, one.node.end) for one in self.members]
        return [(one.start, one.end) for one in self.items or ()]


@dataclass(slots=True)
class Member:
    """A name with its value.

    Attributes:
        name: what it is called.
        start: the name's first character.
        node: the value.
    """

    name: str
    start: int
    node: Node


def at(root: Node, way: Way) -> Node | None:
    """The value at the end of a way; None if there is none."""
    here = root
    for step in way:
        following = child(here, step)
        if following is None:
            return None
        here = following
    return here


def child(node: Node, step: str | int) -> Node | None:
    """One step down. Of a name that stands there twice the last counts, as every reader has it."""
    if isinstance(step, int):
        return node.items[step] if node.items is not None and step < len(node.items) else None
    found = [one.node for one in node.members or () if one.name == step]
    return found[-1] if found else None


def leaves(node: Node) -> Iterator[Node]:
    """Every value that is neither table nor list."""
    if node.members is not None:
        for member in node.members:
            yield from leaves(member.node)
    elif node.items is not None:
        for item in node.items:
            yield from leaves(item)
    else:
        yield node


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits, which must not overlap."""
    out, here = [], 0
    for one in sorted(edits):
        if one.start < here:
            raise CannotEdit("two changes meet at the same place")
        out += [text[here : one.start], one.text]
        here = one.end
    return "".join([*out, text[here:]])


def reverse(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """What makes the text after some edits the text before them.

    Args:
        text: the text before them.
        edits: these.
    """
    found, moved = [], 0
    for one in sorted(edits):
        start = one.start + moved
        found.append(Edit(start, start + len(one.text), text[one.start : one.end]))
        moved += len(one.text) - (one.end - one.start)
    return found


def line_start(text: str, place: int) -> int:
    """Where the line of this place begins."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """Where the line of this place ends, its line end not counted."""
    found = text.find("\n", place)
    end = len(text) if found < 0 else found
    return end - 1 if end > place and text[end - 1] == "\r" else end


def indent_of(text: str, place: int) -> str:
    """What a line begins with before its first sign."""
    start = line_start(text, place)
    line = text[start:place]
    return line[: len(line) - len(line.lstrip())]


def is_first(text: str, place: int) -> bool:
    """Whether nothing but blanks stands before this place in its line."""
    return not text[line_start(text, place) : place].strip()


def line_break(text: str) -> str:
    """How this file ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"
