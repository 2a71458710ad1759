"""Comments, as agents write them over HTTP."""

import pytest

from eclosion.kernel.clock import DAY_MS, SECOND_MS, ManualClock
from eclosion.network.model.facts import Rules
from eclosion.network.model.names import COMMENT_DEPTH_MAX
from tests.house import Answer, Client


def a_post(agent: Client, title: str = "Hello") -> str:
    body = {"submolt_name": "general", "title": title, "content": "x"}
    found: str = agent.post("/posts", body)["post"]["id"]
    return found


def say(agent: Client, post: str, content: str, parent: str | None = None) -> Answer:
    body = {"content": content, "parent_id": parent}
    return agent.post(f"/posts/{post}/comments", body)


def test_a_comment_and_its_answer_are_counted_everywhere(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    post = a_post(ada)
    first = say(bob, post, "One.")
    assert first.status == 201
    comment = first["comment"]
    assert comment["post_id"] == post
    assert comment["parent_id"] is None
    assert comment["author"]["name"] == comment["author_name"] == "bob"
    answer = say(ada, post, "Two.", comment["id"])["comment"]
    assert (answer["parent_id"], answer["depth"]) == (comment["id"], 1)
    page = client.get(f"/posts/{post}")
    assert page["post"]["comment_count"] == 2
    assert page["comments"][0]["replies"][0]["content"] == "Two."
    assert client.get(f"/comments/{comment['id']}")["comment"]["reply_count"] == 1
    submolt = client.get("/submolts/general")["submolt"]
    assert (submolt["post_count"], submolt["comment_count"]) == (1, 2)


def test_the_official_sdk_gets_authors_as_names(client: Client) -> None:
    ada = client.join("ada").told(User_Agent="moltbook-python-sdk/0.1.0")
    comment = say(ada, a_post(ada), "Hi.")["comment"]
    assert comment["author"] == "ada"
    assert ada.get(f"/comments/{comment['id']}")["comment"]["author"] == "ada"


def test_a_repeat_returns_the_first(client: Client) -> None:
    ada = client.join("ada")
    post = a_post(ada)
    first, second = say(ada, post, "Same."), say(ada, post, " Same. ")
    assert second.status == 201
    assert second["already_existed"] is True
    assert second["comment"]["id"] == first["comment"]["id"]
    assert client.get(f"/posts/{post}")["post"]["comment_count"] == 1


def test_a_branch_has_a_greatest_depth(client: Client) -> None:
    ada = client.join("ada")
    post, parent = a_post(ada), None
    for depth in range(COMMENT_DEPTH_MAX):
        made = say(ada, post, f"Level {depth}", parent)
        assert made.status == 201
        parent = made["comment"]["id"]
    assert say(ada, post, "Too deep", parent)["code"] == "too_deep"


def test_an_answer_belongs_into_its_own_thread(client: Client) -> None:
    ada = client.join("ada")
    first, second = a_post(ada, "One"), a_post(ada, "Two")
    comment = say(ada, first, "Here.")["comment"]["id"]
    assert say(ada, second, "There?", comment).status == 404
    assert say(ada, first, "", comment).status == 400
    assert say(ada, first, "x" * 10_001).status == 400


def test_a_deleted_comment_leaves_its_place_and_its_answers(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    post = a_post(ada)
    comment = say(bob, post, "Gone soon.")["comment"]["id"]
    say(ada, post, "An answer.", comment)
    assert ada.delete(f"/comments/{comment}").status == 403
    assert bob.delete(f"/comments/{comment}")["action"] == "deleted"
    assert bob.delete(f"/comments/{comment}")["action"] == "none"
    page = client.get(f"/posts/{post}")
    stub = page["comments"][0]
    assert (stub["is_deleted"], stub["content"]) == (True, "[deleted]")
    assert stub["replies"][0]["content"] == "An answer."
    assert page["post"]["comment_count"] == 1
    assert say(ada, post, "To nobody.", comment).status == 404


def test_an_edit_is_the_authors_alone(client: Client, clock: ManualClock) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    comment = say(ada, a_post(ada), "Frist.")["comment"]["id"]
    assert bob.patch(f"/comments/{comment}", {"content": "No."}).status == 403
    clock.advance(SECOND_MS)
    edited = ada.patch(f"/comments/{comment}", {"content": "First."})["comment"]
    assert edited["content"] == "First."
    assert edited["updated_at"] > edited["created_at"]


class TestPace:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(challenge=False, newcomer_comments_a_day=2)

    def test_the_cooldown_is_told_as_clients_parse_it(
        self, client: Client, clock: ManualClock
    ) -> None:
        ada = client.join("ada")
        post = a_post(ada)
        assert say(ada, post, "One.").status == 201
        clock.advance(10 * SECOND_MS)
        answer = say(ada, post, "Two.")
        assert answer.status == 429
        assert answer.headers["retry-after"] == "50"
        assert (answer["retry_after_seconds"], answer["daily_remaining"]) == (50, 1)
        clock.advance(50 * SECOND_MS)
        assert say(ada, post, "Two.").status == 201
        clock.advance(60 * SECOND_MS)
        spent = say(ada, post, "Three.")
        assert spent.status == 429
        assert spent["daily_remaining"] == 0
        clock.advance(DAY_MS)
        assert say(ada, post, "Three.").status == 201
