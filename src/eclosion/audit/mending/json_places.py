"""Where each value of a JSON file stands, comments, trailing commas and bare names allowed (JSONC, JSON5).

What a value says is decoded by the same readers that the audit uses (``reading``); here is only the walk over the text.
"""

from __future__ import annotations

import re

from eclosion.audit.mending.tree import CannotEdit, Member, Node
from eclosion.audit.reading import DEPTH_MAX, decode_json

_BLANK = re.compile(r"(?:[\s\ufeff]+|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_WORD = re.compile(r"[^\s,:{}\[\]\"'/]+")


def read_places(text: str) -> Node:
    """The whole file.

    Raises:
        CannotEdit: it is none.
    """
    walk = _Walk(text)
    if walk.past_blanks(0) == len(
        text
    ):  # an empty file is an empty table that is yet to be written
        return Node(0, len(text), {}, members=[])
    node = walk.value(walk.past_blanks(0), 0)
    if walk.past_blanks(node.end) != len(text):
        raise CannotEdit("something stands behind the settings")
    return node


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text

    def past_blanks(self, place: int) -> int:
        found = _BLANK.match(self._text, place)
        return found.end() if found else place

    def value(self, place: int, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise CannotEdit("it is nested too deeply")
        sign = self._text[place : place + 1]
        if sign == "{":
            return self._table(place, depth)
        if sign == "[":
            return self._list(place, depth)
        end = self._end_of_word(place)
        return Node(place, end, self._decoded(place, end))

    def _table(self, start: int, depth: int) -> Node:
        node = Node(start, start, {}, members=[])
        place = self.past_blanks(start + 1)
        while self._text[place : place + 1] != "}":
            name_end = self._end_of_word(place)
            raw = self._text[place:name_end]
            name = str(self._decoded(place, name_end)) if raw[0] in "\"'" else raw
            colon = self.past_blanks(name_end)
            self._expect(colon, ":")
            value = self.value(self.past_blanks(colon + 1), depth + 1)
            assert node.members is not None
            node.members.append(Member(name, place, value))
            node.value[name] = value.value
            place = self._past_comma(node, value.end, "}")
        node.end = place + 1
        return node

    def _list(self, start: int, depth: int) -> Node:
        node = Node(start, start, [], items=[])
        place = self.past_blanks(start + 1)
        while self._text[place : place + 1] != "]":
            value = self.value(place, depth + 1)
            assert node.items is not None
            node.items.append(value)
            node.value.append(value.value)
            place = self._past_comma(node, value.end, "]")
        node.end = place + 1
        return node

    def _past_comma(self, node: Node, place: int, closing: str) -> int:
        place = self.past_blanks(place)
        if self._text[place : place + 1] == ",":
            node.commas.append(place)
            return self.past_blanks(place + 1)
        node.commas.append(-1)
        self._expect(place, closing)
        return place

    def _end_of_word(self, place: int) -> int:
        sign = self._text[place : place + 1]
        found = (_STRING if sign in ('"', "'") else _WORD).match(self._text, place)
        if not sign or found is None:
            raise CannotEdit("its settings cannot be followed")
        return found.end()

    def _expect(self, place: int, sign: str) -> None:
        if self._text[place : place + 1] != sign:
            raise CannotEdit("its settings cannot be followed")

    def _decoded(self, start: int, end: int) -> object:
        try:
            return decode_json(self._text[start:end])
        except ValueError:
            raise CannotEdit("a value of it cannot be understood") from None
