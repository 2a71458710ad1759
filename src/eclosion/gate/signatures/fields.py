"""Structured fields (RFC 9651) as signatures need them: dictionaries and items of numbers, texts, bytes and booleans.

What always holds: what is read is written again in the one canonical way, because signatures cover that; a name is
there once; nothing nests deeper than the grammar; no text is longer than ``TEXT_MAX``. Decimals, dates and display
strings are refused: nothing here has them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

TEXT_MAX = 8_192
MEMBERS_MAX = 32
_DIGITS_MAX = 15
_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_INTEGER = re.compile(r"-?[0-9]+")
_STRING = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*")
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):")
_BOOLEAN = re.compile(r"\?([01])")
_SPACE = re.compile(r" *")
_GAP = re.compile(r"[ \t]*")


class Token(str):
    """A word that stands without quotes."""

    __slots__ = ()


Bare = bool | int | str | bytes
Params = Mapping[str, Bare]
NONE: Params = MappingProxyType({})


class Item(NamedTuple):
    """A value with parameters."""

    value: Bare
    params: Params = NONE


class InnerList(NamedTuple):
    """Several items in brackets, with parameters of their own."""

    items: tuple[Item, ...]
    params: Params = NONE


Member = Item | InnerList


def read_dictionary(text: str) -> dict[str, Member]:
    """A dictionary.

    Raises:
        ValueError: it is none, or a name is there twice.
    """
    scan = _Scanner(text)
    found: dict[str, Member] = {}
    while not scan.at_end:
        name = scan.take(_KEY, "a name")
        if name in found:
            raise ValueError(f"{name} is there twice")
        if scan.skip("="):
            found[name] = scan.member()
        else:
            found[name] = Item(True, scan.params())
        if len(found) > MEMBERS_MAX:
            raise ValueError("there are too many members")
        scan.separate()
    return found


def read_item(text: str) -> Item:
    """A single item.

    Raises:
        ValueError: it is none.
    """
    scan = _Scanner(text)
    item = scan.item()
    scan.finish()
    return item


def write_member(member: Member) -> str:
    """An item or a list as canonical text (RFC 9651 section 4.1).

    Raises:
        ValueError: a value cannot be written.
    """
    if isinstance(member, InnerList):
        inside = " ".join(write_member(one) for one in member.items)
        return f"({inside}){write_params(member.params)}"
    return write_bare(member.value) + write_params(member.params)


def write_params(params: Params) -> str:
    """Parameters as canonical text."""
    told = []
    for name, value in params.items():
        if not _KEY.fullmatch(name):
            raise ValueError(f"{name} is no name")
        told.append(f";{name}" if value is True else f";{name}={write_bare(value)}")
    return "".join(told)


def write_bare(value: Bare) -> str:
    """A value as canonical text.

    Raises:
        ValueError: it cannot be written.
    """
    if isinstance(value, bool):
        return f"?{int(value)}"
    if isinstance(value, int):
        if len(str(abs(value))) > _DIGITS_MAX:
            raise ValueError("a number is too long")
        return str(value)
    if isinstance(value, bytes):
        return f":{base64.b64encode(value).decode()}:"
    if isinstance(value, Token):
        return value
    if not (value.isascii() and (value.isprintable() or not value)):
        raise ValueError("a string has characters that it cannot have")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Scanner:
    """Goes through a text once, from the left."""

    def __init__(self, text: str) -> None:
        if len(text) > TEXT_MAX:
            raise ValueError("it is too long")
        self._text, self._at = text.strip(" "), 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._text)

    def skip(self, word: str) -> bool:
        """Go over a word if it comes next."""
        if not self._text.startswith(word, self._at):
            return False
        self._at += len(word)
        return True

    def take(self, pattern: re.Pattern[str], what: str) -> str:
        """What comes next, by a pattern."""
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"{what} is missing at {self._at}")
        self._at = found.end()
        return found[found.re.groups]

    def separate(self) -> None:
        """The comma between two members, or the end."""
        self.take(_GAP, "a gap")
        if self.at_end:
            return
        if not self.skip(","):
            raise ValueError(f"a comma is missing at {self._at}")
        self.take(_GAP, "a gap")
        if self.at_end:
            raise ValueError("there is nothing after the last comma")

    def finish(self) -> None:
        if not self.at_end:
            raise ValueError(f"there is more at {self._at}")

    def member(self) -> Member:
        if not self.skip("("):
            return self.item()
        items: list[Item] = []
        while True:
            self.take(_SPACE, "a space")
            if self.skip(")"):
                return InnerList(tuple(items), self.params())
            if items and self._text[self._at - 1] != " ":
                raise ValueError(f"a space is missing at {self._at}")
            items.append(self.item())
            if len(items) > MEMBERS_MAX:
                raise ValueError("a list has too many items")

    def item(self) -> Item:
        return Item(self.bare(), self.params())

    def params(self) -> dict[str, Bare]:
        found: dict[str, Bare] = {}
        while self.skip(";"):
            self.take(_SPACE, "a space")
            name = self.take(_KEY, "a name")
            if name in found:
                raise ValueError(f"{name} is there twice")
            found[name] = self.bare() if self.skip("=") else True
            if len(found) > MEMBERS_MAX:
                raise ValueError("there are too many parameters")
        return found

    def bare(self) -> Bare:
        first = self._text[self._at : self._at + 1]
        if first == '"':
            return re.sub(r"\\(.)", r"\1", self.take(_STRING, "a string"))
        if first == ":":
            text = self.take(_BYTES, "bytes")
            data = base64.b64decode(text, validate=True)
            if base64.b64encode(data).decode() != text:
                raise ValueError("bytes are not in their one spelling")
            return data
        if first == "?":
            return self.take(_BOOLEAN, "a boolean") == "1"
        if first == "-" or first.isdigit():
            return self._integer()
        return Token(self.take(_TOKEN, "a value"))

    def _integer(self) -> int:
        text = self.take(_INTEGER, "a number")
        if len(text.lstrip("-")) > _DIGITS_MAX or self._text[self._at : self._at + 1] == ".":
            raise ValueError("only whole numbers of up to 15 digits are taken")
        return int(text)
