"""Ids sort by time, never repeat, and survive the trip to the wire and back."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclosion.kernel.clock import ManualClock
from eclosion.kernel.ids import (
    ID_MAX,
    IdMaker,
    Kind,
    bucket_of,
    compose,
    first_id,
    from_wire,
    made_ms,
    to_wire,
)

ids = st.integers(0, ID_MAX)
kinds = st.sampled_from(Kind)


@given(st.integers(0, 2**41 - 1), st.integers(0, 1023), st.integers(0, 4095))
def test_fields_come_back(at_ms: int, bucket: int, sequence: int) -> None:
    id_ = compose(at_ms, bucket, sequence)
    assert (at_ms, bucket) == (made_ms(id_), bucket_of(id_))
    assert first_id(at_ms) <= id_ < first_id(at_ms) + (1 << 22)


@given(kinds, ids)
def test_wire_form_is_a_uuid_of_version_8_and_comes_back(kind: Kind, id_: int) -> None:
    text = to_wire(kind, id_)
    assert (UUID(text).version, UUID(text).variant) == (8, "specified in RFC 4122")
    assert id_ == from_wire(kind, text)
    assert id_ == from_wire(kind, text.upper())


@given(kinds, kinds, ids)
def test_an_id_of_one_kind_is_none_of_another(one: Kind, other: Kind, id_: int) -> None:
    if one is not other:
        assert from_wire(other, to_wire(one, id_)) is None


@given(kinds, ids, st.integers(0, 35), st.sampled_from("0123456789abcdef"))
def test_a_mistyped_digit_is_noticed(kind: Kind, id_: int, place: int, digit: str) -> None:
    text = to_wire(kind, id_)
    if text[place] not in ("-", digit):
        assert from_wire(kind, text[:place] + digit + text[place + 1 :]) is None


@given(kinds, st.text(max_size=60))
def test_other_texts_are_no_ids(kind: Kind, text: str) -> None:
    assert from_wire(kind, text) is None


@given(st.lists(ids, min_size=2))
def test_wire_forms_sort_as_the_numbers_do(numbers: list[int]) -> None:
    texts = [to_wire(Kind.POST, number)[:14] for number in sorted(numbers)]
    assert sorted(texts) == texts


def test_no_id_repeats_in_one_millisecond_nor_when_the_clock_steps_back() -> None:
    clock = ManualClock()
    maker = IdMaker(clock)
    made = [maker.make(7) for _ in range(5_000)]
    clock.advance(-60_000)
    made += [maker.make(7) for _ in range(5_000)]
    assert sorted(set(made)) == made


def test_lanes_never_meet() -> None:
    clock = ManualClock()
    makers = [IdMaker(clock, lane, 3) for lane in range(3)]
    made = [maker.make(1) for maker in makers for _ in range(3_000)]
    assert len(set(made)) == len(made)


def test_threads_never_meet() -> None:
    maker = IdMaker(ManualClock())
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: maker.make(3), range(20_000)))
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("fields", [(-1, 0, 0), (2**41, 0, 0), (0, 1024, 0), (0, 0, 4096)])
def test_fields_that_do_not_fit_are_refused(fields: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no id can hold"):
        compose(*fields)
