"""The battery that compares gates must count what a server did, and ours must stand it; the long form is a command."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest

from benchmarks.gates import attacks
from benchmarks.gates.attacks import Count, Findings
from benchmarks.gates.house import House, housed
from benchmarks.gates.registry import SIDES, find
from benchmarks.gates.sides import Last, Token
from benchmarks.gates.wire import Refused, Who

OURS = find("Eclosion, speed stages")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with housed(OURS.name, attacks.SECRET) as found:
        assert found is not None
        yield found


class Leaky:
    """A gate that lets everything be spent again, and shows a digest of its answer."""

    def spends(self, url: str, who: Who) -> dict[str, Last]:
        made = iter(range(10_000))
        return {"answer": lambda: Token(f"token {next(made)}", 60.0)}

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]]:
        digest = hashlib.sha256(b"forty-two").hexdigest()
        return base64.urlsafe_b64encode(f'{{"a":"{digest}"}}'.encode()), ["forty-two"]


def test_every_side_has_a_name_of_its_own() -> None:
    assert len({side.name for side in SIDES}) == len(SIDES) >= 7


def test_weak_spots_are_counted() -> None:
    found, nobody = Findings(), House("http://127.0.0.1:9", ())
    attacks._spent(Leaky(), nobody, found)  # type: ignore[arg-type]
    attacks._digest(Leaky(), nobody, found)  # type: ignore[arg-type]
    assert found.counts == {"spent again": Count(219, 219), "digest": Count(20, 20)}


def test_repeating_one_token_is_no_second_one() -> None:
    class Repeats(Leaky):
        def spends(self, url: str, who: Who) -> dict[str, Last]:
            return {"answer": lambda: Token("always the same", 60.0)}

    found = Findings()
    attacks._spent(Repeats(), House("http://127.0.0.1:9", ()), found)  # type: ignore[arg-type]
    assert found.counts["spent again"].won == 0


def test_pages_are_refused_at_once(house: House) -> None:
    found = Findings()
    attacks._page(OURS, house, found)
    assert found.counts["page"] == Count(0, 10)


def test_paid_work_opens_one_session(house: House) -> None:
    """The work that opens a session, sent by sixty-four at once."""
    last = OURS.spends(house.url, attacks.HERE)["paid work"]
    last()
    with pytest.raises(Refused):
        last()


def test_short_secrets_do_not_start() -> None:
    with housed(OURS.name, "secret") as found:
        assert found is None
