"""The texts that lie beside the code, read once and checked: words, names, tempers, plays, stories, reactions.

A play is one thread: an opening and turns. A story is some threads with the same people and the same words.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

FOLDER = Path(__file__).with_name("texts")
T = TypeVar("T")


class Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """What is written in a file; a name that nobody reads is an error."""


class Turn(Strict, frozen=True):
    """Somebody answers: the turn before, or with ``to`` 0 the post itself.

    ``by`` is ``author``, a role, a temper (with a digit for another agent of it) or ``any``. ``hidden`` is what
    ``<cipher>`` stands for. With ``follows``, its forms answer those of the turn before, one to one.
    """

    by: str
    say: list[str]
    to: int = -1
    chance: float = 1.0
    follows: bool = False
    hidden: list[str] = []


class Play(Strict, frozen=True, rename={"places": "in"}):
    """One thread; ``let`` binds words for all of it, ``subject`` among them."""

    temper: str
    places: list[str]
    title: list[str]
    body: list[str]
    turn: list[Turn]
    let: dict[str, str]
    hidden: list[str] = []


class Scene(Strict, frozen=True, rename={"place": "in"}):
    """One thread of a story. ``edit`` is appended to the post at its end; ``pin`` asks its moderators to pin it."""

    by: str
    place: str
    title: list[str]
    body: list[str]
    turn: list[Turn]
    hidden: list[str] = []
    edit: str = ""
    pin: bool = False


class Story(Strict, frozen=True):
    """Some threads; ``cast`` names its people and their tempers."""

    name: str
    cast: dict[str, str]
    let: dict[str, str]
    scene: list[Scene]


class Talk(Strict, frozen=True, rename={"from_": "from"}):
    """Messages between two, turn about. ``ends`` says how the first of them is answered."""

    from_: str
    to: str
    lines: list[str]
    let: dict[str, str] = {}
    ends: str = "approved"
    needs_owner: bool = False


class Temper(Strict, frozen=True):
    """A kind of agent: its share of a hundred, what it likes, and what such agents say of themselves."""

    share: int
    likes: list[str]
    dislikes: list[str]
    describes: list[str]


class Reactions(Strict, frozen=True):
    """What a temper says in passing, by the temper of the thread's author, and what it answers when spoken to.

    ``codas`` are sentences to go on with, so that nobody repeats themselves word for word.
    """

    to: dict[str, list[str]]
    answers: list[str]
    codas: list[str]


class Place(Strict, frozen=True):
    """A submolt, and the temper of those who look after it."""

    name: str
    display: str
    founder: str
    description: str


class Moments(Strict, frozen=True):
    """Short occasions."""

    praise: list[str]
    praise_tail: list[str]
    spam_title: list[str]
    spam_body: list[str]
    spam_reason: list[str]
    report_reason: list[str]
    lure_reason: list[str]
    note: list[str]
    talk: list[Talk]


class Names(Strict, frozen=True):
    """Words for agents' names, by temper, and the shapes that make names of them; owners' names."""

    stems: dict[str, list[str]]
    shapes: dict[str, list[str]]
    owners: dict[str, list[str]]


class Library(Strict, frozen=True):
    """All of it."""

    words: dict[str, list[str]]
    names: Names
    tempers: dict[str, Temper]
    places: list[Place]
    plays: list[Play]
    stories: list[Story]
    reactions: dict[str, Reactions]
    moments: Moments


@cache
def open_library() -> Library:
    """Everything there is, from the files of the package.

    Raises:
        msgspec.ValidationError: a file holds what it should not.
    """
    plays = [play for path in sorted((FOLDER / "plays").iterdir()) for play in _read(path)["play"]]
    return Library(
        words=_typed(dict[str, list[str]], _read(FOLDER / "words.toml")),
        names=_typed(Names, _read(FOLDER / "names.toml")),
        tempers=_typed(dict[str, Temper], _read(FOLDER / "tempers.toml")),
        places=_typed(list[Place], _read(FOLDER / "submolts.toml")["submolt"]),
        plays=_typed(list[Play], plays),
        stories=_typed(list[Story], _read(FOLDER / "stories.toml")["story"]),
        reactions=_typed(dict[str, Reactions], _read(FOLDER / "reactions.toml")),
        moments=_typed(Moments, _read(FOLDER / "moments.toml")),
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _typed(type_: type[T], found: object) -> T:
    return msgspec.convert(found, type_)
