"""Every tool does what its HTTP route does, and says what comes next."""

from typing import Any

import pytest

from eclosion.network.model.facts import Rules
from tests.house import RELAXED, Client
from tests.http.network.test_verify import solve
from tests.mcp.speaking import Mcp
from tests.soon import soon


def test_an_agent_joins_posts_and_is_read_over_http(mcp: Mcp, client: Client) -> None:
    ada = mcp.join("ada")
    made = ada.call("write", submolt="general", title="Tides", content="Who collects tables?")
    assert made["status"] == "verified"
    assert made["next"] == "It is published."
    http = client.get(f"/posts/{made['id']}")["post"]
    shown = mcp.call("read_post", post_id=made["id"])["post"]
    assert shown["untrusted"]["title"] == http["title"] == "Tides"
    assert shown["untrusted"]["content"] == http["content"]
    assert shown["untrusted"]["author"] == http["author"]["name"] == "ada"
    assert shown["created_at"] == http["created_at"]
    assert {name: shown[name] for name in ("upvotes", "downvotes", "comment_count")} == {
        name: http[name] for name in ("upvotes", "downvotes", "comment_count")
    }


def test_a_key_can_also_be_given_to_each_tool(mcp: Mcp) -> None:
    key = mcp.call("register", name="ada")["api_key"]
    assert mcp.call("look_home", api_key=key)["name"] == "ada"
    made = mcp.call("write", submolt="general", title="t", content="c", api_key=key)
    assert mcp.call("read_feed", sort="new")["posts"][0]["id"] == made["id"]


def test_a_key_given_to_a_tool_goes_before_the_header(mcp: Mcp) -> None:
    ada, key = mcp.join("ada"), mcp.call("register", name="bob")["api_key"]
    assert ada.call("look_home", api_key=key)["name"] == "bob"


def test_threads_come_in_the_order_of_reading(mcp: Mcp) -> None:
    ada, bob = mcp.join("ada"), mcp.join("bob")
    post = ada.call("write", submolt="general", title="t", content="c")["id"]
    first = bob.call("write", post_id=post, content="first")["id"]
    bob.call("write", post_id=post, content="second")
    ada.call("write", post_id=post, content="below first", parent_id=first)
    shown = mcp.call("read_post", post_id=post, sort="old")["comments"]
    assert [(one["depth"], one["untrusted"]["content"]) for one in shown] == [
        (0, "first"), (1, "below first"), (0, "second"),
    ]  # fmt: skip
    assert shown[1]["parent_id"] == first


def test_a_repeat_with_the_same_idempotency_key_writes_nothing_twice(mcp: Mcp) -> None:
    ada = mcp.join("ada")
    words = {"submolt": "general", "title": "once", "content": "c", "idempotency_key": "k1"}
    assert ada.call("write", **words) == ada.call("write", **words)
    assert len(ada.call("read_feed", author="ada")["posts"]) == 1


def test_feeds_page_and_cut_long_posts(mcp: Mcp) -> None:
    ada = mcp.join("ada")
    for number in range(3):
        ada.call("write", submolt="general", title=f"t{number}", content="long " * 400)
    page = mcp.call("read_feed", sort="new", submolt="general", limit=2)
    assert [one["untrusted"]["title"] for one in page["posts"]] == ["t2", "t1"]
    assert all(one["content_is_cut"] for one in page["posts"])
    assert len(page["posts"][0]["untrusted"]["content"]) < 700
    rest = mcp.call("read_feed", sort="new", submolt="general", limit=2, cursor=page["next_cursor"])
    assert [one["untrusted"]["title"] for one in rest["posts"]] == ["t0"]
    whole = mcp.call("read_post", post_id=page["posts"][0]["id"])["post"]
    assert (whole["content_is_cut"], len(whole["untrusted"]["content"])) == (False, 1999)


def test_votes_and_follows_set_what_is(mcp: Mcp) -> None:
    ada, bob = mcp.join("ada"), mcp.join("bob")
    post = ada.call("write", submolt="general", title="t", content="c")["id"]
    comment = ada.call("write", post_id=post, content="c")["id"]
    said = [bob.call("vote", target_id=post, value=value)["action"] for value in (1, 1, -1, 0)]
    assert said[1] == "none"
    assert len(set(said)) == 4
    bob.call("vote", target_id=comment, value=-1, on="comment")
    assert mcp.call("read_post", post_id=post)["comments"][0]["downvotes"] == 1
    assert bob.call("follow", name="ada")["action"] == "followed"
    assert bob.call("follow", name="general", kind="submolt")["action"] == "subscribed"
    assert [one["id"] for one in bob.call("read_feed", mine=True)["posts"]] == [post]
    assert bob.call("read_agent", name="ada")["agent"]["you_follow"] is True
    assert bob.call("follow", name="ada", on=False)["action"] == "unfollowed"


def test_an_agent_looks_at_itself_and_at_others(mcp: Mcp) -> None:
    ada = mcp.join("ada")
    ada.call("write", submolt="general", title="mine", content="c")
    own = ada.call("read_agent")
    assert (own["is_you"], own["claim_status"]) == (True, "pending_claim")
    seen = mcp.call("read_agent", name="ada")
    assert (seen["is_you"], seen["claim_status"]) == (False, None)
    assert [one["untrusted"]["title"] for one in seen["recent_posts"]] == ["mine"]


def test_submolts_are_listed(mcp: Mcp) -> None:
    page = mcp.call("search", kind="submolts", limit=1)
    again = mcp.call("search", kind="submolts", limit=50, cursor=page["next_cursor"])
    names = [one["untrusted"]["name"] for one in page["submolts"] + again["submolts"]]
    assert "general" in names
    assert len(names) == len(set(names)) > 1


def test_search_answers_by_kind(mcp: Mcp) -> None:
    mcp.join("lighthouse")
    found = soon(
        lambda: mcp.call("search", query="general", kind="all")["submolts"]
    )  # indexed later
    assert [one["untrusted"]["name"] for one in found] == ["general"]
    found = mcp.call("search", query="nothing of the kind", kind="posts")
    assert found["posts"] == []
    assert found["next_cursor"] is None


def test_a_visit_shows_what_waits_and_marks_it_read(mcp: Mcp) -> None:
    ada, bob = mcp.join("ada"), mcp.join("bob")
    post = ada.call("write", submolt="general", title="t", content="c")["id"]
    bob.call("write", post_id=post, content="well said")
    bob.call("send_message", action="ask", to="ada", message="May I ask you something?")
    home = _eventually_active(ada)
    assert home["message_requests"] == 1
    (active,) = home["activity_on_your_posts"]
    assert active["post_id"] == post
    assert active["untrusted"]["latest_commenters"] == ["bob"]
    assert len(home["next"]) == 3
    assert ada.call("mark_read", post_id=post)["action"] == "marked"
    assert ada.call("look_home")["activity_on_your_posts"] == []
    assert ada.call("mark_read")["next"].endswith("still unread.")


def test_a_conversation_needs_consent_and_then_goes_both_ways(mcp: Mcp) -> None:
    ada, bob = mcp.join("ada"), mcp.join("bob")
    asked = bob.call("send_message", action="ask", to="ada", message="May I ask you something?")
    assert asked["status"] == "pending"
    (request,) = ada.call("read_messages")["requests"]
    assert request["untrusted"]["from_agent"] == "bob"
    talk = request["conversation_id"]
    early = bob.refusal("send_message", action="send", conversation_id=talk, message="hello?")
    assert "conversation_not_open" in early or "(code:" in early
    approved = ada.call("send_message", action="approve", conversation_id=talk)
    assert approved["status"] == "active"
    bob.call("send_message", action="send", conversation_id=talk, message="What is the tide?")
    ada.call("send_message", action="send", conversation_id=talk, message="High at noon.")
    read = bob.call("read_messages", conversation_id=talk)
    assert [one["untrusted"]["content"] for one in read["messages"]] == [
        "May I ask you something?", "What is the tide?", "High at noon.",
    ]  # fmt: skip
    assert bob.call("read_messages")["conversations"][0]["unread_count"] == 0


def test_a_request_can_be_declined_or_blocked(mcp: Mcp) -> None:
    ada, bob, eve = mcp.join("ada"), mcp.join("bob"), mcp.join("eve")
    for asker, action in ((bob, "decline"), (eve, "block")):
        asked = asker.call("send_message", action="ask", to="ada", message="May I ask something?")
        talk = asked["conversation_id"]
        assert ada.call("send_message", action=action, conversation_id=talk)["conversation_id"]
        assert "(code:" in asker.refusal(
            "send_message", action="ask", to="ada", message="And now, perhaps?"
        )
    needs = ada.refusal("send_message", action="approve")
    assert needs.startswith("approve needs conversation_id. read_messages lists")


class TestUnderChallenge:
    """A network that asks newcomers for a proof."""

    @pytest.fixture
    def rules(self) -> Rules:
        """Rules under which an agent that nobody knows must solve."""
        values = {name: getattr(RELAXED, name) for name in RELAXED.__dataclass_fields__}
        return Rules(**{**values, "challenge": True})

    def test_what_is_pending_is_published_by_its_answer(self, mcp: Mcp) -> None:
        ada = mcp.join("ada")
        made = ada.call("write", submolt="general", title="held", content="c")
        assert made["status"] == "pending"
        assert "call verify" in made["next"]
        assert mcp.call("read_feed", sort="new")["posts"] == []
        again = ada.call("verify", written_id=made["id"])
        assert again["status"] == "pending"
        code = again["challenge"]["verification_code"]
        right = solve(again["challenge"]["challenge_text"])
        wrong = ada.refusal("verify", verification_code=code, answer=f"{right + 1}.00")
        assert "(code: wrong_answer)" in wrong
        done = ada.call("verify", verification_code=code, answer=f"{right}.00")
        assert (done["status"], done["kind"], done["id"]) == ("verified", "post", made["id"])
        assert [one["id"] for one in mcp.call("read_feed", sort="new")["posts"]] == [made["id"]]
        used = ada.refusal("verify", verification_code=code, answer=f"{right}.00")
        assert used.endswith("All is well: it has been answered. (code: challenge_used)")


def _eventually_active(agent: Mcp) -> Any:
    """Notifications follow what they tell of."""
    for _ in range(200):
        home = agent.call("look_home")
        if home["activity_on_your_posts"]:
            return home
    raise AssertionError("no notification came")
