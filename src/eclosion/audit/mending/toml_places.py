"""Where each value of a TOML file stands (TOML 1.0). What a value says is decoded by the standard library."""

from __future__ import annotations

import re
import tomllib

from eclosion.audit.mending.tree import CannotEdit, Member, Node
from eclosion.audit.reading import DEPTH_MAX

_BLANK = re.compile(r"(?:[ \t]+|#[^\n]*|\r?\n)*")
_BLANK_IN_LINE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_WORD = re.compile(r"[^,\]}#\n\r]+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_places(text: str) -> Node:
    """The whole file.

    Raises:
        CannotEdit: it is none.
    """
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as problem:
        raise CannotEdit(f"it is no TOML: {problem}") from None
    root = _Walk(text).file()
    root.value = document
    return root


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text

    def file(self) -> Node:
        text = self._text
        root = Node(0, len(text), {}, members=[], form="section")
        section = root
        place = self._past_blanks(1 if text.startswith("\ufeff") else 0)
        while place < len(text):
            if text[place] == "[":
                double = text.startswith("[[", place)
                start = place
                names, place = self._names(place + (2 if double else 1))
                place = self._past(place, "]]" if double else "]")
                section = self._open_section(root, names, start, double=double)
                section.header_end = section.end = place
            else:
                place = self._pair(section, place, 0)
                section.end = max(section.end, place) if section is not root else section.end
            place = self._past_blanks(place)
        return root

    def _pair(self, table: Node, place: int, depth: int) -> int:
        start = place
        names, place = self._names(place)
        place = self._past(place, "=")
        value = self._value(_after(_BLANK_IN_LINE, self._text, place), depth + 1)
        holder = table
        for name in names[:-1]:
            holder = _within(holder, name, start)
        assert holder.members is not None
        holder.members.append(Member(names[-1], start, value))
        return value.end

    def _open_section(self, root: Node, names: list[str], start: int, *, double: bool) -> Node:
        here = root
        for name in names[:-1]:
            here = _within(here, name, start)
        assert here.members is not None
        if not double:
            return _within(here, names[-1], start, form="section")
        rows = next((one.node for one in here.members if one.name == names[-1]), None)
        if rows is None:
            rows = Node(start, start, [], items=[], form="section")
            here.members.append(Member(names[-1], start, rows))
        row = Node(start, start, {}, members=[], form="section")
        assert rows.items is not None
        rows.items.append(row)
        return row

    def _names(self, place: int) -> tuple[list[str], int]:
        names = []
        while True:
            place = _after(_BLANK_IN_LINE, self._text, place)
            quoted = _STRING.match(self._text, place)
            found = quoted or _BARE.match(self._text, place)
            if found is None:
                raise CannotEdit("a name of it cannot be followed")
            names.append(str(_decoded(found[0])) if quoted else found[0])
            place = _after(_BLANK_IN_LINE, self._text, found.end())
            if self._text[place : place + 1] != ".":
                return names, place
            place += 1

    def _value(self, place: int, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise CannotEdit("it is nested too deeply")
        sign = self._text[place : place + 1]
        if sign in ("[", "{"):
            return self._flow(place, depth, is_list=sign == "[")
        found = (_STRING if sign in ('"', "'") else _WORD).match(self._text, place)
        if found is None:
            raise CannotEdit("a value of it cannot be followed")
        end = place + len(found[0].rstrip())
        return Node(place, end, _decoded(self._text[place:end]))

    def _flow(self, start: int, depth: int, *, is_list: bool) -> Node:
        node = Node(start, start, [] if is_list else {})
        closing = "]" if is_list else "}"
        node.items, node.members = ([], None) if is_list else (None, [])
        place = self._past_blanks(start + 1)
        while self._text[place : place + 1] != closing:
            if node.items is not None:
                value = self._value(place, depth + 1)
                node.items.append(value)
                place = value.end
            else:
                place = self._pair(node, place, depth)
            place = self._past_blanks(place)
            if self._text[place : place + 1] == ",":
                node.commas.append(place)
                place = self._past_blanks(place + 1)
            else:
                node.commas.append(-1)
                self._past(place, closing)
        node.end = place + 1
        node.value = _decoded(self._text[start : node.end])
        return node

    def _past_blanks(self, place: int) -> int:
        return _after(_BLANK, self._text, place)

    def _past(self, place: int, sign: str) -> int:
        if not self._text.startswith(sign, place):
            raise CannotEdit("its settings cannot be followed")
        return place + len(sign)


def _within(table: Node, name: str, start: int, form: str = "dotted") -> Node:
    """The table of that name, made if it is new; of a list of tables the last."""
    assert table.members is not None
    for one in table.members:
        if one.name == name:
            return one.node.items[-1] if one.node.items else one.node
    made = Node(start, start, {}, members=[], form=form)
    table.members.append(Member(name, start, made))
    return made


def _after(blank: re.Pattern[str], text: str, place: int) -> int:
    found = blank.match(text, place)
    return found.end() if found else place


def _decoded(raw: str) -> object:
    try:
        return tomllib.loads(f"x = {raw}")["x"]
    except tomllib.TOMLDecodeError:
        raise CannotEdit("a value of it cannot be understood") from None
