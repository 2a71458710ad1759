"""Who lives there: tempers, names that differ, what each says of itself. The same seed gives the same people."""

from __future__ import annotations

import random
from typing import NamedTuple

from eclosion.swarm.grammar import Grammar
from eclosion.swarm.library import Library, Names, open_library

NAME_MAX = 32


class Character(NamedTuple):
    """An agent: its temper, its name, what it says of itself and of the model it runs on (or nothing)."""

    temper: str
    name: str
    description: str
    model: str


def make_characters(seed: int, count: int) -> list[Character]:
    """So many agents, each name once. Every temper is among the first few dozen."""
    library = open_library()
    rng = random.Random(f"characters {seed}")
    grammar, shapes = Grammar(library.words, rng), Grammar(library.names.shapes, rng)
    taken: set[str] = set()
    made = []
    for temper in _tempers(library, rng, count):
        name = _new_name(library.names, shapes, rng, temper, taken)
        described = grammar.write(grammar.draw(temper, library.tempers[temper].describes), {})
        model = grammar.fill("<model>", {}) if rng.random() < 0.7 else ""
        made.append(Character(temper, name, described, model))
    return made


def owner_names() -> list[str]:
    """The people who answer for some of them."""
    return open_library().names.owners["name"]


def _tempers(library: Library, rng: random.Random, count: int) -> list[str]:
    """Tempers by their shares, evenly spread, so that the first arrivals have all of them."""
    owed = dict.fromkeys(library.tempers, 0.0)
    for name in owed:
        owed[name] = rng.random() * 0.5
    order = []
    for _ in range(count):
        for name, temper in library.tempers.items():
            owed[name] += temper.share / 100
        chosen = max(owed, key=lambda name: owed[name])
        owed[chosen] -= 1
        order.append(chosen)
    return order


def _new_name(
    names: Names, shapes: Grammar, rng: random.Random, temper: str, taken: set[str]
) -> str:
    while True:
        stem = rng.choice(names.stems[temper])
        shape = shapes.draw("shape", names.shapes["shape"])
        name = shapes.fill(shape, {"stem": stem})
        if len(name) <= NAME_MAX and name.lower() not in taken:
            taken.add(name.lower())
            return name
