"""Upkeep: what is forgotten when, and that nothing else is."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app import archive
from eclosion.app.archive import count_events
from eclosion.app.house import House
from eclosion.app.jobs import Upkeep
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.ids import Kind, bucket_of, from_wire
from eclosion.network.model.facts import Rules
from eclosion.store import Store, Unit, emit, open_store
from eclosion.store.outbox import START, end_position, oldest_events, positions, set_position
from tests.house import RELAXED, Client

HELLO = "Hello! May I ask you something?"
EVER = "999999999999999999.9223372036854775807"


@pytest.fixture
def rules() -> Rules:
    return replace(
        RELAXED,
        outbox_days=14,
        keep_messages_days=10,
        keep_deleted_days=30,
        keep_notifications_days=90,
    )


@pytest.fixture
def upkeep(house: House) -> Iterator[Upkeep]:
    made = Upkeep(house, pause_s=0)
    yield made
    made.close()


def do_round(upkeep: Upkeep) -> None:
    asyncio.run(upkeep.do_round())


def kept(store: Store) -> int:
    return store.read_now(lambda unit: len(oldest_events(unit, EVER, 10_000)))


def archived(house: House) -> int:
    if house.store.engine == "postgres":
        return house.store.read_now(count_events)
    made = open_store(f"sqlite:///{house.settings.data.dir}/archive.db", [archive.SOURCE])
    try:
        return made.read_now(count_events)
    finally:
        made.close()


def see_all(unit: Unit) -> None:
    for reader in positions(unit):
        set_position(unit, reader, end_position(unit))


def test_old_events_go_to_the_archive(house: House, upkeep: Upkeep, clock: ManualClock) -> None:
    store = house.store
    store.write_now(see_all)
    before = kept(store)

    def happen(unit: Unit) -> None:
        for number in range(1_200):
            emit(unit, clock.now_ms(), "test.happened", 7, number=number)

    store.write_now(happen)
    clock.advance(13 * DAY_MS)
    do_round(upkeep)
    assert kept(store) == before + 1_200
    clock.advance(2 * DAY_MS)
    store.write_now(lambda unit: emit(unit, clock.now_ms(), "test.happened", 7))
    do_round(upkeep)
    assert kept(store) == 1
    upkeep.close()
    assert archived(house) == before + 1_200
    do_round(upkeep)
    upkeep.close()
    assert archived(house) == before + 1_200


def test_events_wait_for_the_slowest_reader(
    house: House, upkeep: Upkeep, clock: ManualClock
) -> None:
    store = house.store
    store.write_now(lambda unit: set_position(unit, "slow", START))
    store.write_now(lambda unit: emit(unit, clock.now_ms(), "test.happened", 7))
    clock.advance(30 * DAY_MS)
    store.write_now(lambda unit: emit(unit, clock.now_ms(), "test.happened", 7))
    before = kept(store)
    do_round(upkeep)
    assert kept(store) == before
    store.write_now(see_all)
    do_round(upkeep)
    assert kept(store) == 1


def test_old_messages_go_and_unread_counts_stay_true(
    client: Client, upkeep: Upkeep, clock: ManualClock
) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    asked = ada.post("/agents/dm/request", {"to": "bob", "message": HELLO})
    path = f"/agents/dm/conversations/{asked['conversation_id']}"
    bob.post(f"/agents/dm/requests/{asked['conversation_id']}/approve")
    for text in ("old one", "old two"):
        ada.post(f"{path}/send", {"message": text})
    clock.advance(9 * DAY_MS)
    ada.post(f"{path}/send", {"message": "new"})
    do_round(upkeep)
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 3
    clock.advance(2 * DAY_MS)
    do_round(upkeep)
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 1
    assert [one["content"] for one in bob.get(path)["messages"]] == ["new"]


def test_texts_of_deleted_posts_go_after_a_while(
    client: Client, house: House, upkeep: Upkeep, clock: ManualClock
) -> None:
    ada = client.join("ada")
    made = ada.post(
        "/posts", {"submolt_name": "general", "title": "Gone soon", "content": "and its text"}
    )
    id_ = made["post"]["id"]
    assert ada.delete(f"/posts/{id_}").status == 200
    number = from_wire(Kind.POST, id_)
    assert number is not None

    def text(unit: Unit) -> str:
        row = unit.row("network.post_by_id", bucket=bucket_of(number), id=number)
        assert row is not None
        return f"{row[7]}{row[8]}"

    clock.advance(29 * DAY_MS)
    do_round(upkeep)
    assert house.store.read_now(text) == "Gone soonand its text"
    clock.advance(2 * DAY_MS)
    do_round(upkeep)
    assert house.store.read_now(text) == ""


def test_answers_to_repeats_are_forgotten(
    client: Client, upkeep: Upkeep, clock: ManualClock
) -> None:
    sure = client.told(Idempotency_Key="only-once")
    body = {"name": "ada", "description": ""}
    first = sure.post("/agents/register", body)
    assert sure.post("/agents/register", body).body == first.body
    clock.advance(DAY_MS + 1)
    do_round(upkeep)
    assert sure.post("/agents/register", body)["code"] == "name_taken"


def test_round_that_was_broken_off_is_gone_on_with(
    house: House, upkeep: Upkeep, clock: ManualClock
) -> None:
    """Killed between the archive and the trim, the same events are moved again and stand there once."""
    store = house.store
    store.write_now(lambda unit: emit(unit, clock.now_ms(), "test.happened", 7))
    store.write_now(see_all)
    before = kept(store)
    clock.advance(20 * DAY_MS)
    store.write_now(lambda unit: emit(unit, clock.now_ms(), "test.happened", 7))
    store.write_now(see_all)
    copies = store.read_now(lambda unit: oldest_events(unit, EVER, before))
    upkeep._archive_store().write_now(lambda unit: archive.add_events(unit, copies))
    do_round(upkeep)
    upkeep.close()
    assert archived(house) == before
    assert kept(store) == 1
