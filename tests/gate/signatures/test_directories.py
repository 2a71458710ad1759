"""Key directories of strangers: what is read of them, how long it is kept, and how little they can make us do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from eclosion.gate.errors import SignatureRefused, SignatureUnverified
from eclosion.gate.keys import thumbprint
from eclosion.gate.signatures import Directories, Fetched
from eclosion.gate.signatures.checking import Reference
from eclosion.gate.signatures.directories import read_directory
from eclosion.gate.signatures.signing import DIRECTORY_TYPE, directory_of
from tests.gate.signatures.signed import AGENT, Web, bot
from tests.gate.world import NOON_MS, HandClock

KEYID = thumbprint(bot().public)
ENTRY = json.loads(directory_of([bot().public]))["keys"][0]


def place(agent: str = AGENT) -> Reference:
    return Reference(
        f"{agent}/.well-known/http-message-signatures-directory", agent[8:], "directory"
    )


def read(
    *entries: Any, kind: str = "directory", media_type: str = DIRECTORY_TYPE
) -> dict[str, bytes]:
    body = json.dumps({"keys": list(entries)}).encode()
    return read_directory(kind, Fetched(media_type, body), NOON_MS)


def test_keys_are_found_by_thumbprint() -> None:
    assert read(ENTRY) == {KEYID: bot().public}
    bare = {name: ENTRY[name] for name in ("kty", "crv", "x")}
    assert read(bare) == {KEYID: bot().public}
    assert read({**bare, "alg": "EdDSA", "extra": 1}, ENTRY) == {KEYID: bot().public}


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "mine"},
        {"kid": 7},
        {"kty": "RSA"},
        {"crv": "X25519"},
        {"x": "AAAA"},
        {"x": None},
        {"x": "A" * 43},
        {"use": "enc"},
        {"d": "AAAA"},
        {"nbf": NOON_MS // 1000 + 1},
        {"exp": NOON_MS // 1000},
        {"exp": "never"},
        {"nbf": True},
    ],
)
def test_odd_entries_are_left_out(change: dict[str, Any]) -> None:
    assert read({**ENTRY, **change}) == {}
    assert KEYID in read({**ENTRY, **change}, "nonsense", None, ENTRY)


def test_a_key_set_for_others_too_names_its_keys_as_it_likes() -> None:
    found = read({**ENTRY, "kid": "mine"}, kind="jwks_uri", media_type="application/json")
    assert found == {KEYID: bot().public}


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", directory_of([bot().public])),
        ("text/html", directory_of([bot().public])),
        (DIRECTORY_TYPE, b""),
        (DIRECTORY_TYPE, b"[]"),
        (DIRECTORY_TYPE, b"{}"),
        (DIRECTORY_TYPE, b'{"keys": {}}'),
        (DIRECTORY_TYPE, b'{"keys": [], "keys": []}'),
        (DIRECTORY_TYPE, b'{"keys": [' + b",".join([b"{}"] * 65) + b"]}"),
        (DIRECTORY_TYPE, b'{"keys": []}' + b" " * 70_000),
        (DIRECTORY_TYPE, b'{"keys": ' + b"[" * 60_000),
        (DIRECTORY_TYPE, b"\xff"),
    ],
)
def test_what_is_no_directory_is_none(media_type: str, body: bytes) -> None:
    with pytest.raises(SignatureUnverified):
        read_directory("directory", Fetched(media_type, body), NOON_MS)


class Asking:
    """Directories over a web in memory, with a clock turned by hand."""

    def __init__(self, **more: Any) -> None:
        self.web, self.clock = Web(), HandClock()
        self.loop = asyncio.new_event_loop()
        self.directories = Directories(self.web, self.clock.now_ms, **more)

    def key(self, agent: str = AGENT, keyid: str = KEYID) -> bytes:
        return self.loop.run_until_complete(self.directories.key(place(agent), keyid))

    @property
    def fetches(self) -> int:
        return len(self.web.asked)


@pytest.fixture
def asking() -> Any:
    made = Asking()
    yield made
    made.loop.close()


def test_what_was_fetched_is_kept_as_long_as_it_says(asking: Asking) -> None:
    asking.web.publish(AGENT, bot(), max_age_s=600)
    for _ in range(3):
        assert asking.key() == bot().public
    asking.clock.pass_ms(599_000)
    asking.key()
    assert asking.fetches == 1
    asking.clock.pass_ms(2_000)
    asking.key()
    assert asking.fetches == 2


@pytest.mark.parametrize(
    ("age_s", "least_s", "most_s"), [(0, 59, 61), (10**9, 86_399, 86_401), (None, 3_599, 3_601)]
)
def test_nobody_decides_how_often_we_ask(
    asking: Asking, age_s: int | None, least_s: int, most_s: int
) -> None:
    asking.web.publish(AGENT, bot(), max_age_s=age_s)
    asking.key()
    asking.clock.pass_ms(least_s * 1000)
    asking.key()
    assert asking.fetches == 1
    asking.clock.pass_ms((most_s - least_s) * 1000)
    asking.key()
    assert asking.fetches == 2


def test_a_directory_that_does_not_answer_takes_nothing_away(asking: Asking) -> None:
    asking.web.publish(AGENT, bot(), max_age_s=60)
    asking.key()
    asking.web.documents.clear()
    asking.clock.pass_ms(3_600_000)
    for _ in range(3):
        assert asking.key() == bot().public
    assert asking.fetches == 2, "and it is not asked at every request"
    asking.clock.pass_ms(86_400_000)
    with pytest.raises(SignatureUnverified):
        asking.key()


def test_a_key_that_is_taken_out_counts_no_longer(asking: Asking) -> None:
    asking.web.publish(AGENT, bot(), max_age_s=60)
    asking.key()
    asking.web.publish(AGENT, bot(6), max_age_s=60)
    asking.clock.pass_ms(61_000)
    with pytest.raises(SignatureRefused):
        asking.key()
    assert asking.key(keyid=thumbprint(bot(6).public)) == bot(6).public


def test_a_new_key_is_found_soon_and_a_wrong_one_does_not_make_us_ask_again_and_again(
    asking: Asking,
) -> None:
    asking.web.publish(AGENT, bot())
    for _ in range(5):
        with pytest.raises(SignatureRefused):
            asking.key(keyid=thumbprint(bot(6).public))
    assert asking.fetches == 1
    asking.web.publish(AGENT, bot(), bot(6))
    asking.clock.pass_ms(61_000)
    assert asking.key(keyid=thumbprint(bot(6).public)) == bot(6).public
    assert asking.fetches == 2


def test_many_who_wait_for_one_directory_make_one_fetch() -> None:
    web, held = Web(), 0
    web.publish(AGENT, bot())

    async def run() -> None:
        nonlocal held
        gate = asyncio.Event()

        async def slow(url: str) -> Fetched:
            await gate.wait()
            return await web(url)

        directories = Directories(slow, lambda: NOON_MS)
        waiting = [asyncio.create_task(directories.key(place(), KEYID)) for _ in range(50)]
        waiting.append(asyncio.create_task(directories.key(place(), KEYID)))
        await asyncio.sleep(0)
        waiting.pop().cancel()  # one that gives up takes nobody's fetch away
        gate.set()
        held = len(await asyncio.gather(*waiting))

    asyncio.run(run())
    assert (held, len(web.asked)) == (50, 1)


def test_strangers_make_us_fetch_and_keep_only_so_much() -> None:
    asking = Asking(fetches_a_minute=10, kept_max=5)
    for number in range(20):
        asking.web.publish(f"https://bot{number}.example", bot())
    got = 0
    for number in range(20):
        try:
            asking.key(f"https://bot{number}.example")
            got += 1
        except SignatureUnverified:
            pass
    assert got == asking.fetches == 10
    assert len(asking.directories._kept) == 5
    assert asking.key("https://bot9.example") == bot().public, "what is kept is still known"
    asking.clock.pass_ms(60_000)
    assert asking.key("https://bot19.example") == bot().public
    asking.web.documents.clear()
    for number in range(100, 120):
        with pytest.raises(SignatureUnverified):
            asking.key(f"https://bot{number}.example")
    assert len(asking.directories._failed) <= 5
    asking.loop.close()
