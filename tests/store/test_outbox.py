"""The outbox keeps its order, and a reader never passes what is not there yet."""

import threading
from functools import partial

import pytest

from eclosion.kernel.ids import compose
from eclosion.store import Store, Unit, emit
from eclosion.store.outbox import START, end_position, get_position, read_events, set_position

SUBJECT = compose(1, 5, 0)


def tell(unit: Unit, number: int) -> None:
    emit(unit, number, "note.added", SUBJECT, 7, number=number)


def test_events_come_in_order_and_from_a_position_on(store: Store) -> None:
    for number in range(10):
        store.write_now(partial(tell, number=number))
    first = store.read_now(lambda unit: read_events(unit, START, 4))
    rest = store.read_now(lambda unit: read_events(unit, first[-1].position, 100))
    assert [event.facts["number"] for event in first] == [0, 1, 2, 3]
    assert list(range(4, 10)) == [event.facts["number"] for event in rest]
    assert (
        rest[0].subject,
        rest[0].actor,
        rest[0].bucket,
        rest[0].kind,
    ) == (SUBJECT, 7, 5, "note.added")


def test_a_change_that_was_undone_tells_nothing(store: Store) -> None:
    def fail(unit: Unit) -> None:
        tell(unit, 1)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        store.write_now(fail)
    assert store.read_now(lambda unit: read_events(unit, START, 10)) == []


def test_an_open_transaction_is_not_passed(store: Store) -> None:
    if store.engine == "sqlite":
        return  # one writer: there is never an older transaction still open
    wrote, finish = threading.Event(), threading.Event()

    def slow(unit: Unit) -> None:
        tell(unit, 1)
        wrote.set()
        finish.wait(60)

    thread = threading.Thread(target=lambda: store.write_now(slow))
    thread.start()
    assert wrote.wait(60)
    store.write_now(lambda unit: tell(unit, 2))
    seen_early = store.read_now(lambda unit: read_events(unit, START, 10))
    finish.set()
    thread.join()
    seen_late = store.read_now(lambda unit: read_events(unit, START, 10))
    assert seen_early == []
    assert sorted(int(event.facts["number"]) for event in seen_late) == [1, 2]


def test_a_position_is_saved_with_its_effect(store: Store) -> None:
    store.write_now(lambda unit: tell(unit, 1))
    event = store.read_now(lambda unit: read_events(unit, START, 1))[0]

    def fail(unit: Unit) -> None:
        set_position(unit, "mailer", event.position)
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        store.write_now(fail)
    assert store.read_now(lambda unit: get_position(unit, "mailer")) == START
    store.write_now(lambda unit: set_position(unit, "mailer", event.position))
    assert event.position == store.read_now(lambda unit: get_position(unit, "mailer"))


def test_the_end_is_after_everything(store: Store) -> None:
    store.write_now(lambda unit: tell(unit, 1))
    end = store.read_now(end_position)
    assert store.read_now(lambda unit: read_events(unit, end, 10)) == []
    store.write_now(lambda unit: tell(unit, 2))
    later = store.read_now(lambda unit: read_events(unit, end, 10))
    assert [event.facts["number"] for event in later] == [2]


@pytest.mark.parametrize("text", ["", "1", ".", "a.b", "1.-1", "١.٢", "9" * 30 + ".1"])
def test_other_texts_are_no_positions(store: Store, text: str) -> None:
    with pytest.raises(ValueError, match="no outbox position"):
        store.read_now(lambda unit: read_events(unit, text, 1))
