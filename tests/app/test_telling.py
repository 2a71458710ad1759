"""What the outside is told of events: enough to follow along, and nothing private."""

from typing import Any

import msgspec
import pytest

from eclosion.app.house import House
from eclosion.app.telling import CONTENT_MAX, Filter, Told, tell
from eclosion.kernel.errors import Invalid
from eclosion.network.model.roots import Identity
from eclosion.network.service import brakes, owners
from eclosion.network.service.moderation import Judge
from eclosion.store import Unit, emit
from tests.happened import happened
from tests.house import Client

SECRET = "my-own-secret-words"


def all_told(house: House) -> list[Told]:
    events = happened(house)
    return house.store.read_now(lambda unit: tell(house.network, unit, events))


def types(house: House) -> list[str]:
    return [one.type for one in all_told(house)]


def last(house: House, type_: str) -> Told:
    return [one for one in all_told(house) if one.type == type_][-1]


def post(client: Client, title: str = "A shell", content: str = "Look at it.") -> str:
    made = client.post("/posts", {"submolt": "general", "title": title, "content": content})
    return str(made["post"]["id"])


def comment(client: Client, post_id: str, content: str = "Nice.") -> str:
    return str(client.post(f"/posts/{post_id}/comments", {"content": content})["comment"]["id"])


@pytest.fixture
def ada(client: Client) -> Client:
    return client.join("ada")


@pytest.fixture
def bob(client: Client) -> Client:
    return client.join("bob")


def test_a_post_is_told_with_its_place_and_its_words_apart(house: House, ada: Client) -> None:
    id_ = post(ada)
    told = last(house, "post.created")
    assert (told.subject.kind, told.subject.id, told.post_id) == ("post", id_, id_)
    assert (told.actor, told.submolt, told.path) == ("ada", "general", f"/post/{id_}")
    assert told.untrusted == {"title": "A shell", "content": "Look at it."}
    assert "A shell" not in str(told.facts)
    assert told.at.endswith("Z")


def test_a_comment_is_told_under_the_title_of_its_post(
    house: House, ada: Client, bob: Client
) -> None:
    id_ = post(ada)
    first = comment(bob, id_)
    second = ada.post(f"/posts/{id_}/comments", {"content": "Thanks.", "parent_id": first})
    told = last(house, "comment.created")
    assert told.subject.id == second["comment"]["id"]
    assert (told.facts["parent"], told.post_id, told.submolt) == (first, id_, "general")
    assert told.untrusted == {"title": "A shell", "content": "Thanks."}


def test_long_texts_are_cut(house: House, ada: Client) -> None:
    post(ada, content="x" * 30_000)
    told = last(house, "post.created")
    assert len(told.untrusted["content"]) == CONTENT_MAX
    assert told.cut


def test_votes_tell_the_score_and_not_who(house: House, ada: Client, bob: Client) -> None:
    id_ = post(ada)
    on = comment(ada, id_)
    bob.post(f"/posts/{id_}/upvote")
    bob.post(f"/posts/{id_}/downvote")
    bob.post(f"/comments/{on}/upvote")
    for told in all_told(house):
        if told.type.endswith(".voted"):
            assert b"bob" not in msgspec.json.encode(told)
            assert told.facts["author"] == "ada"
    assert [one.facts["change"] for one in all_told(house) if one.type == "post.voted"] == [1, -2]
    assert last(house, "post.voted").facts["score"] == -1


def test_of_what_is_deleted_only_the_id_is_told(house: House, ada: Client, bob: Client) -> None:
    id_ = post(ada, "Gone soon", SECRET)
    under = comment(bob, id_, SECRET)
    bob.delete(f"/comments/{under}")
    ada.delete(f"/posts/{id_}")
    found = {one.type: one for one in all_told(house)}
    assert {"post.created", "comment.created"}.isdisjoint(found)
    gone = found["post.deleted"]
    assert (gone.subject.id, gone.submolt, gone.actor) == (id_, "general", "")
    assert found["comment.deleted"].subject.id == under
    assert found["comment.deleted"].post_id == id_
    for one in found.values():
        if one.type.startswith(("post.", "comment.")):
            assert SECRET.encode() not in msgspec.json.encode(one)
            assert one.agents == ()


def test_an_erased_agent_is_an_id(house: House, ada: Client) -> None:
    ada.patch("/agents/me", {"description": SECRET})
    ada.delete("/agents/me", {"confirm": "ada"})
    assert "agent.erased" in types(house)
    shown = msgspec.json.encode(all_told(house))
    assert b'"ada"' not in shown
    assert SECRET.encode() not in shown


def test_private_things_are_not_told(house: House, ada: Client, bob: Client) -> None:
    asked = ada.post("/agents/dm/request", {"to": "bob", "message": f"Hello there! {SECRET}"})
    talk = asked["conversation_id"]
    bob.post(f"/agents/dm/requests/{talk}/approve")
    ada.post(f"/agents/dm/conversations/{talk}/send", {"message": SECRET})
    id_ = post(ada)
    bob.post(f"/posts/{id_}/report", {"reason": SECRET})
    house.store.write_now(
        lambda unit: owners.add_owner(house.network, unit, Identity("local", SECRET, SECRET))
    )
    emitted = {one.kind for one in happened(house)}
    private = {"dm.requested", "dm.approved", "dm.sent", "post.reported", "owner.created"}
    assert private <= emitted, "or this would show nothing"
    assert set(types(house)) == {"agent.registered", "post.created", "submolt.created"}
    assert SECRET.encode() not in msgspec.json.encode(all_told(house))


def test_unknown_kinds_are_not_told(house: House, ada: Client) -> None:
    before = types(house)
    house.store.write_now(lambda unit: emit(unit, 1, "secret.sauce", 5, 7, recipe=SECRET))
    assert types(house) == before


def test_what_is_held_is_not_told(house: House, ada: Client) -> None:
    ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    crypto = "Buy the $SHELL token before the presale ends, wallet inside."
    ada.post("/posts", {"submolt": "reefs", "title": crypto, "content": crypto})
    assert "post.created" not in types(house)
    assert last(house, "submolt.created").actor == "ada"


def test_follows_are_public_and_subscriptions_a_number(
    house: House, ada: Client, bob: Client
) -> None:
    bob.post("/agents/ada/follow")
    bob.post("/submolts/general/subscribe")
    told = last(house, "agent.followed")
    assert (told.actor, told.facts["agent"], told.path) == ("bob", "ada", "/u/ada")
    told = last(house, "submolt.subscribed")
    assert (told.actor, told.facts) == ("", {"subscribers": told.facts["subscribers"]})


def test_the_brakes_tell_their_public_reason(house: House, ada: Client) -> None:
    def work(unit: Unit) -> None:
        judge = Judge("olga", house.clock.now_ms())
        brakes.freeze(house.network, unit, judge, "network", "", "A flood.")
        brakes.freeze(house.network, unit, judge, "submolt", "general", "A fire.")
        brakes.suspend(house.network, unit, judge, "ada", "Spam.", 2)

    house.store.write_now(work)
    assert last(house, "network.frozen").untrusted == {"reason": "A flood."}
    assert last(house, "submolt.frozen").untrusted == {"reason": "A fire."}
    told = last(house, "agent.suspended")
    assert told.facts["agent"] == "ada"
    assert "until" in told.facts


class TestFilter:
    """Filters choose, and refuse what cannot be meant."""

    def test_an_empty_one_admits_everything(self, house: House, ada: Client) -> None:
        post(ada)
        assert all(Filter.parse().admits(one) for one in all_told(house))
        assert Filter.parse("*") == Filter.parse("") == Filter()

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"types": "post.created"}, 2),
            ({"types": "post.*"}, 3),
            ({"types": "post.*", "submolts": "m/General"}, 3),
            ({"types": "agent.registered", "agents": "@Ada,bob"}, 2),
            ({"types": "post.voted", "agents": "ada"}, 1),
            ({"types": "post.voted", "agents": "bob"}, 0),
            ({"submolts": "elsewhere"}, 0),
            ({"types": ["comment.*", "post.voted"]}, 2),
        ],
    )
    def test_all_lists_have_to_hold(
        self, house: House, ada: Client, bob: Client, given: dict[str, Any], expected: int
    ) -> None:
        id_ = post(ada)
        post(ada, "Another")
        comment(bob, id_)
        bob.post(f"/posts/{id_}/upvote")
        wanted = Filter.parse(**given)
        assert sum(wanted.admits(one) for one in all_told(house)) == expected

    def test_a_thread_is_followed_by_its_post(self, house: House, ada: Client, bob: Client) -> None:
        id_ = post(ada)
        comment(bob, id_)
        comment(bob, post(ada, "Another"))
        wanted = Filter.parse(posts=f" {id_.upper()} ,")
        found = [one.type for one in all_told(house) if wanted.admits(one)]
        assert found == ["post.created", "comment.created"]

    @pytest.mark.parametrize(
        "given",
        [
            {"types": "post.create"},
            {"types": "dm.sent"},
            {"types": "p*"},
            {"types": "post.created\x00"},
            {"submolts": "m/<script>"},
            {"agents": "a b"},
            {"agents": "\u202eada"},
            {"posts": "12"},
            {"posts": "00000000-0000-8000-8000-000000000000"},
            {"submolts": ",".join(f"reef{n}" for n in range(51))},
            {"types": "post.created," * 1_000},
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, given: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            Filter.parse(**given)

    def test_a_mistyped_type_gets_a_hint(self) -> None:
        with pytest.raises(Invalid) as refused:
            Filter.parse("post.creatd")
        assert "post.created" in refused.value.hint

    def test_it_travels_as_json(self) -> None:
        made = Filter.parse("post.*", "general", "ada")
        assert msgspec.json.decode(msgspec.json.encode(made), type=Filter) == made
