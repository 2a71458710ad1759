"""Solvers that others publish for today's reverse CAPTCHAs, against the gate's language rounds.

Each gets an item as the text that a client sees; the first whole number in what it says counts, modulo the number of
choices. One that says nothing, or fails, has no opinion, which is a guess. Only what is installed is tried.

    python -m benchmarks.solvers --from TEXTS --seed 23
    python -m benchmarks.solvers --from TEXTS --seed 23 --solver module:function
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eclosion.gate.language.attacks import attack
from eclosion.gate.language.balance import make_samples
from eclosion.gate.language.model import Item, Sample
from eclosion.gate.language.passages import prepare_all
from eclosion.gate.language.reading import read_texts

Solve = Callable[[str], Any]


class Foreign:
    """Somebody else's solver as an attacker."""

    def __init__(self, solve: Solve, said: list[bool]) -> None:
        self._solve, self._said = solve, said

    def fit(self, samples: Sequence[Sample]) -> None:
        """It knows what it knows."""

    def scores(self, item: Item) -> list[float]:
        choices = "\n".join(f"{at}. {choice}" for at, choice in enumerate(item.choices))
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                found = self._solve(f"{item.before} ___ {item.after}\n{choices}")
        except Exception:  # noqa: BLE001 - whatever a stranger's solver raises at a text it does not know
            found = None
        number = re.search(r"-?\d+", str(found)) if found is not None else None
        self._said.append(number is not None)
        if number is None:
            return [0.0] * len(item.choices)
        answer = int(number[0]) % len(item.choices)
        return [float(at == answer) for at in range(len(item.choices))]


def installed(more: Sequence[str]) -> dict[str, Solve]:
    """The solvers that are there, by name."""
    found: dict[str, Solve] = {}
    for name, make in (
        ("moltbook-verify", _moltbook),
        ("not-human's client", _not_human),
        ("BOTCHA's client", _botcha),
        ("agentproof-ai's rule parser", _agentproof),
    ):
        try:
            found[name] = make()
        except ImportError:
            print(f"{name}: not there, left out")
    for place in more:
        module, _, function = place.partition(":")
        found[place] = getattr(importlib.import_module(module), function)
    return found


def _moltbook() -> Solve:
    solve: Solve = importlib.import_module("moltbook_verify").solve_challenge
    return solve


def _not_human() -> Solve:
    solve = importlib.import_module("anticaptcha.client")._solve_instruction
    return lambda text: int(solve(text, []), 16)


def _botcha() -> Solve:
    solve = importlib.import_module("botcha").solve_botcha

    def first(text: str) -> int | None:
        numbers = re.findall(r"\b\d{6}\b", text)
        return int(solve([int(numbers[0])])[0], 16) if numbers else None

    return first


def _agentproof() -> Solve:
    proof = importlib.import_module("agentproof")
    parse = importlib.import_module("agentproof.baselines").normalized_rule_parser

    def answer(text: str) -> Any:
        made = proof.generate_challenge(proof.ChallengeSpec("multi_pass_lock", difficulty=3))
        shown = made.to_dict() | {"prompt": text}
        found = parse(type(made)(**shown))
        return found and found.payload["answer"]

    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="corpus", type=Path, required=True, help="texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solver", action="append", default=[], help="module:function, str to any")
    asked = parser.parse_args()
    try_all(
        make_samples(prepare_all(read_texts(asked.corpus)).passages, asked.seed),
        asked.seed,
        installed(asked.solver),
    )


def try_all(samples: Sequence[Sample], seed: int, solvers: dict[str, Solve]) -> None:
    """Print what each reaches."""
    for name, solve in solvers.items():
        said: list[bool] = []
        make = {name: lambda solve=solve, said=said: Foreign(solve, said)}
        one = attack(samples, seed + 1, attackers=make).attempts[0]
        print(
            f"{name:<30} said something to {sum(said)}/{len(said)}; right {one.share.right}/"
            f"{one.share.asked} {one.share} {one.session:.1e} {one.session_high:.1e}"
        )


if __name__ == "__main__":
    main()
