"""Structured fields: read strictly, written canonically."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclosion.gate.signatures.fields import (
    InnerList,
    Item,
    Member,
    Token,
    read_dictionary,
    read_item,
    write_member,
)

NAMES = st.from_regex(r"[a-z*][a-z0-9_.*-]{0,8}", fullmatch=True)
BARES = (
    st.booleans()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
    | st.binary(max_size=12)
    | st.from_regex(r"[A-Za-z*][A-Za-z0-9:/!-]{0,8}", fullmatch=True).map(Token)
)
PARAMS = st.dictionaries(NAMES, BARES, max_size=3)
ITEMS = st.builds(Item, BARES, PARAMS)
MEMBERS: st.SearchStrategy[Member] = ITEMS | st.builds(
    InnerList, st.lists(ITEMS, max_size=4).map(tuple), PARAMS
)


@given(st.dictionaries(NAMES, MEMBERS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(members: dict[str, Member]) -> None:
    text = ", ".join(f"{name}={write_member(member)}" for name, member in members.items())
    found = read_dictionary(text)
    assert found == members
    assert {name: write_member(one) for name, one in found.items()} == {
        name: write_member(one) for name, one in members.items()
    }


@given(
    st.text(max_size=60) | st.from_regex(r'[a-z]{1,2}=[("?:0-9a-z;= ,)\\]{0,20}', fullmatch=True)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_dictionary, read_item):
        with suppress(ValueError):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        "a=1,",
        "a=1 b=2",
        "a=1, a=2",
        "A=1",
        "a=",
        "a=(1",
        "a=(1 2",
        "a=(1,2)",
        'a=("x""y")',
        "a=1.5",
        "a=1234567890123456",
        "a=@1659578233",
        'a="\x7f"',
        'a="\u00e9"',
        'a="\\x"',
        'a="open',
        "a=:YQ=:",
        "a=:YR==:",
        "a=:?:",
        "a=?2",
        "a=1;b=2;b=3",
        "a=1;B=2",
        'a=%"x"',
        "a=" + "x" * 9_000,
        ", ".join(f"a{number}=1" for number in range(40)),
        "a=(" + " ".join("1" for _ in range(40)) + ")",
        "a=1" + "".join(f";p{number}" for number in range(40)),
    ],
)
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_dictionary(text)


def test_gaps_and_flags_are_read() -> None:
    found = read_dictionary(' a , \t b;c ,d=( 1  "x" );e=?0 ')
    assert found == {
        "a": Item(True),
        "b": Item(True, {"c": True}),
        "d": InnerList((Item(1), Item("x")), {"e": False}),
    }
    assert write_member(found["d"]) == '(1 "x");e=?0'
