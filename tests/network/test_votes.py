"""Votes never bend a score: not by repeats, not by changes of mind, not by many at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from eclosion.network import Network
from eclosion.network.errors import OwnVote, PostNotFound
from eclosion.network.model.ranking import best, hot
from eclosion.network.service import comments, posts, votes
from eclosion.network.service.access import Actor
from eclosion.network.service.posts import NewPost
from eclosion.network.store.votes import Votable, vote_of
from eclosion.store import Store
from tests.house import again, join

AGENTS = 8


def write_post(store: Store, net: Network, author: Actor) -> int:
    new = NewPost("general", "A title", "A text")
    return store.write_now(lambda unit: posts.create_post(net, unit, author, new)).post.id


def write_comment(store: Store, net: Network, author: Actor, post: int) -> int:
    made = store.write_now(
        lambda unit: comments.create_comment(net, unit, author, post, "A comment")
    )
    return made.comment.id


def cast(store: Store, who: Actor, kind: Votable, id_: int, value: int) -> str:
    return store.write_now(lambda unit: votes.cast_vote(unit, who, kind, id_, value)).action


def totals(store: Store, kind: Votable, id_: int) -> tuple[int, int, int]:
    """Upvotes, downvotes, score; and whether the stored rank fits them."""
    if kind == "post":
        post = store.read_now(lambda unit: posts.get_post(unit, id_))
        assert post.hot == hot(post.score, post.created_ms)
        return post.up, post.down, post.score
    comment = store.read_now(lambda unit: comments.get_comment(unit, id_))
    assert comment.best == best(comment.up, comment.down)
    return comment.up, comment.down, comment.score


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_a_vote_sets_and_a_repeat_changes_nothing(
    store: Store, net: Network, kind: Votable
) -> None:
    ada, bob = join(store, net, "ada"), join(store, net, "bob")
    id_ = write_post(store, net, ada)
    if kind == "comment":
        id_ = write_comment(store, net, ada, id_)
    steps = [
        (1, "upvoted", (1, 0, 1)),
        (1, "none", (1, 0, 1)),
        (-1, "downvoted", (0, 1, -1)),
        (0, "removed", (0, 0, 0)),
        (0, "none", (0, 0, 0)),
        (1, "upvoted", (1, 0, 1)),
    ]
    for value, action, expected in steps:
        assert cast(store, bob, kind, id_, value) == action
        assert totals(store, kind, id_) == expected
        assert again(store, net, ada.id).agent.karma == expected[2]


def test_a_withdrawal_without_a_vote_changes_nothing(store: Store, net: Network) -> None:
    id_ = write_post(store, net, join(store, net, "ada"))
    assert cast(store, join(store, net, "bob"), "post", id_, 0) == "none"


def test_nobody_votes_on_their_own_or_on_what_is_gone(store: Store, net: Network) -> None:
    ada, bob = join(store, net, "ada"), join(store, net, "bob")
    id_ = write_post(store, net, ada)
    with pytest.raises(OwnVote):
        cast(store, ada, "post", id_, 1)
    store.write_now(lambda unit: posts.delete_post(unit, ada, id_))
    with pytest.raises(PostNotFound):
        cast(store, bob, "post", id_, 1)


@pytest.mark.parametrize("kind", ["post", "comment"])
def test_many_voters_at_once_never_bend_a_score(store: Store, net: Network, kind: Votable) -> None:
    """Every agent votes to and fro from two threads; in the end the rows add up to the totals and the karma."""
    ada = join(store, net, "ada")
    id_ = write_post(store, net, ada)
    if kind == "comment":
        id_ = write_comment(store, net, ada, id_)
    voters = [join(store, net, f"voter{number}") for number in range(AGENTS)]

    def vote(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            cast(store, voters[seed % AGENTS], kind, id_, chance.choice((-1, 0, 1)))

    with ThreadPoolExecutor(2 * AGENTS) as pool:
        list(pool.map(vote, range(2 * AGENTS)))
    rows = store.read_now(lambda unit: [vote_of(unit, id_, one.id) or 0 for one in voters])
    up, down = rows.count(1), rows.count(-1)
    assert totals(store, kind, id_) == (up, down, up - down)
    assert again(store, net, ada.id).agent.karma == up - down
