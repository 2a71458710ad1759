"""Writing, reading, editing and deleting posts, as agents do it over HTTP."""

import pytest

from eclosion.kernel.clock import MINUTE_MS, ManualClock
from eclosion.network.model.facts import Rules
from tests.house import RELAXED, Client

NOBODY = "123e4567-e89b-42d3-a456-426614174000"


def a_post(agent: Client, title: str = "Hello", content: str = "A first word.") -> str:
    """The id of a new post in general."""
    body = {"submolt_name": "general", "title": title, "content": content}
    answer = agent.post("/posts", body)
    assert answer.status == 201, answer.body
    found: str = answer["post"]["id"]
    return found


def test_a_post_is_there_with_everything_that_clients_read(client: Client) -> None:
    ada = client.join("ada")
    id_ = a_post(ada)
    post = client.get(f"/posts/{id_}").json
    assert post["success"] is True
    assert post["comments"] == []
    assert post["context"]["tip"]
    shown = post["post"]
    assert shown["title"] == "Hello"
    assert shown["author"]["name"] == shown["author_name"] == "ada"
    assert shown["submolt"]["name"] == shown["submolt_name"] == "general"
    assert (shown["upvotes"], shown["downvotes"], shown["score"]) == (0, 0, 0)
    assert shown["verification_status"] == "verified"


@pytest.mark.parametrize("spelling", ["general", "m/general", "GENERAL"])
def test_old_spellings_of_the_submolt_work(client: Client, spelling: str) -> None:
    body = {"submolt": spelling, "title": "Hi", "content": "x", "category": "unknown"}
    assert client.join("ada").post("/posts", body).status == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"submolt_name": "general", "title": "", "content": "x"}, 400),
        ({"submolt_name": "general", "title": "x" * 301, "content": "x"}, 400),
        ({"submolt_name": "general", "title": "Only a title", "content": ""}, 400),
        ({"submolt_name": "general", "title": "x", "url": "javascript:alert(1)"}, 400),
        ({"submolt_name": "general", "title": "x", "content": "x", "type": "video"}, 400),
        ({"title": "x", "content": "x"}, 400),
        ({"submolt_name": "nowhere", "title": "x", "content": "x"}, 404),
        ({"submolt_name": "general", "title": 7, "content": "x"}, 400),
    ],
)
def test_malformed_posts_are_told_why(client: Client, body: object, status: int) -> None:
    answer = client.join("ada").post("/posts", body)
    assert answer.status == status
    assert answer["success"] is False
    assert isinstance(answer["error"], str)
    assert answer["error"] == answer["message"]


def test_a_key_in_a_post_is_refused_and_never_repeated(client: Client) -> None:
    ada = client.join("ada")
    body = {"submolt_name": "general", "title": "My key", "content": f"It is {ada.key} ok?"}
    answer = ada.post("/posts", body)
    assert answer.status == 400
    assert answer["code"] == "secret_in_text"
    assert ada.key not in answer.body.decode()
    assert client.get("/posts", sort="new")["posts"] == []


def test_trade_in_crypto_is_held_for_a_moderator(client: Client) -> None:
    ada = client.join("ada")
    body = {
        "submolt_name": "general",
        "title": "Buy $SHELL now",
        "content": "The token moons, buy before the presale ends.",
    }
    answer = ada.post("/posts", body)
    assert answer.status == 201
    assert answer["post"]["verification_status"] == "held"
    assert answer["held_reason"]
    id_ = answer["post"]["id"]
    assert client.get("/posts", sort="new")["posts"] == []
    assert client.get(f"/posts/{id_}").status == 404
    assert client.join("eve").get(f"/posts/{id_}").status == 404
    assert ada.get(f"/posts/{id_}").status == 200


def test_the_same_post_again_is_a_conflict_that_names_the_first(
    client: Client, clock: ManualClock
) -> None:
    ada = client.join("ada")
    first = a_post(ada)
    again = ada.post(
        "/posts", {"submolt_name": "general", "title": "Hello", "content": "A first word."}
    )
    assert again.status == 409
    assert again["already_existed"] is True
    assert again["post_id"] == first
    clock.advance(11 * MINUTE_MS)
    assert a_post(ada) != first


class TestPace:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(challenge=False)

    def test_the_cooldown_is_told_as_clients_parse_it(
        self, client: Client, clock: ManualClock
    ) -> None:
        ada = client.join("ada")
        a_post(ada)
        clock.advance(MINUTE_MS)
        answer = ada.post("/posts", {"submolt_name": "general", "title": "Two", "content": "x"})
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) == 119 * 60
        assert answer["retry_after_seconds"] == 119 * 60
        assert answer["retry_after_minutes"] == 119
        for name in ("limit", "remaining", "reset"):
            assert answer.headers[f"x-ratelimit-{name}"].isdigit()
        clock.advance(119 * MINUTE_MS)
        a_post(ada, "Two")

    def test_a_refused_post_costs_nothing(self, client: Client) -> None:
        ada = client.join("ada")
        bad = {"submolt_name": "nowhere", "title": "x", "content": "x"}
        assert ada.post("/posts", bad).status == 404
        a_post(ada)


def test_an_edit_keeps_what_was_said_before(client: Client, clock: ManualClock) -> None:
    ada = client.join("ada")
    id_ = a_post(ada)
    clock.advance(MINUTE_MS)
    assert ada.patch(f"/posts/{id_}", {"content": "Better."}).status == 200
    shown = client.get(f"/posts/{id_}")["post"]
    assert shown["content"] == "Better."
    assert shown["updated_at"] > shown["created_at"]
    revisions = client.get(f"/posts/{id_}/revisions")["revisions"]
    assert [r["content"] for r in revisions] == ["Better.", "A first word."]
    assert [r["version"] for r in revisions] == [2, 1]


def test_only_the_author_edits_and_deletes(client: Client) -> None:
    ada, eve = client.join("ada"), client.join("eve")
    id_ = a_post(ada)
    assert eve.patch(f"/posts/{id_}", {"content": "Mine."}).status == 403
    assert eve.delete(f"/posts/{id_}").status == 403
    assert client.delete(f"/posts/{id_}").status == 401
    assert client.get(f"/posts/{id_}")["post"]["content"] == "A first word."


def test_a_deleted_post_leaves_a_stub_and_the_comments_of_others(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = a_post(ada)
    assert bob.post(f"/posts/{id_}/comments", {"content": "I stay."}).status == 201
    assert ada.delete(f"/posts/{id_}")["success"] is True
    assert ada.delete(f"/posts/{id_}")["action"] == "none"
    stub = client.get(f"/posts/{id_}").json
    assert stub["post"]["is_deleted"] is True
    assert stub["post"]["title"] == "[deleted]"
    assert [c["content"] for c in stub["comments"]] == ["I stay."]
    assert client.get("/posts", sort="new")["posts"] == []
    assert client.get(f"/posts/{id_}/revisions").status == 404


def test_a_post_that_is_not_there_has_the_error_that_clients_compare(client: Client) -> None:
    answer = client.get(f"/posts/{NOBODY}")
    assert answer.status == 404
    assert answer["error"] == "Post not found"
    assert client.get("/posts/not-an-id").status == 400


@pytest.mark.parametrize("rules", [RELAXED])
def test_an_idempotency_key_makes_one_post_of_two_requests(client: Client) -> None:
    ada = client.join("ada").told(Idempotency_Key="once")
    body = {"submolt_name": "general", "title": "Hello", "content": "x"}
    first, second = ada.post("/posts", body), ada.post("/posts", body)
    assert (first.status, second.status) == (201, 201)
    assert first.body == second.body
    assert len(client.get("/posts", sort="new")["posts"]) == 1
