"""Ids as they stand in links."""

import pytest

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, compose, to_wire
from eclosion.network.errors import CommentNotFound, PostNotFound
from eclosion.network.service import resolve
from eclosion.store import Store

OURS = compose(1_767_225_600_000, 7, 1)


def test_our_own_id_is_read_off_its_text(store: Store) -> None:
    text = to_wire(Kind.POST, OURS)
    assert store.read_now(lambda unit: resolve.post_id(unit, text.upper())) == OURS


def test_an_id_of_another_kind_or_network_is_not_found(store: Store) -> None:
    with pytest.raises(PostNotFound):
        store.read_now(lambda unit: resolve.post_id(unit, to_wire(Kind.COMMENT, OURS)))
    with pytest.raises(CommentNotFound):
        store.read_now(
            lambda unit: resolve.comment_id(unit, "123e4567-e89b-42d3-a456-426614174000")
        )


@pytest.mark.parametrize("text", ["", "7", "../etc", "x" * 5000, "'; DROP TABLE posts", "\ud800"])
def test_text_that_is_no_uuid_is_a_mistake_of_form(store: Store, text: str) -> None:
    with pytest.raises(Invalid):
        store.read_now(lambda unit: resolve.post_id(unit, text))
