"""The text challenge: nothing is lost by it, and it publishes exactly once."""

import re
from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import DAY_MS, MINUTE_MS, ManualClock
from eclosion.network.model.facts import Rules
from eclosion.store.outbox import read_events
from tests.house import RELAXED, Answer, Client

WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()


@pytest.fixture
def rules() -> Rules:
    """Rules under which an agent that nobody knows must solve."""
    values = {name: getattr(RELAXED, name) for name in RELAXED.__dataclass_fields__}
    return Rules(**{**values, "challenge": True, "challenge_failures": 3})


def solve(text: str) -> int:
    """The sum in a challenge, read as a person would."""
    found = re.search(r"(\w+) (plus|minus|times) (\w+)", text, re.IGNORECASE)
    assert found, text

    def number(word: str) -> int:
        word = word.lower()
        return int(word) if word.isdigit() else 30 if word == "thirty" else WORDS.index(word)

    left, operation, right = number(found[1]), found[2].lower(), number(found[3])
    return {"plus": left + right, "minus": left - right, "times": left * right}[operation]


def a_pending_post(agent: Client, title: str = "Hello") -> Any:
    body = {"submolt_name": "general", "title": title, "content": "x"}
    answer = agent.post("/posts", body)
    assert answer.status == 201, answer.body
    return answer.json


def reply_to(agent: Client, verification: Any, answer: object) -> Answer:
    body = {"verification_code": verification["verification_code"], "answer": answer}
    return agent.post("/verify", body)


def test_the_challenge_stands_in_each_place_that_a_client_looks_at(client: Client) -> None:
    made = a_pending_post(client.join("ada"))
    assert made["verification_required"] is True
    assert made["verification"] == made["post"]["verification"]
    assert made["verification_code"] == made["verification"]["verification_code"]
    assert made["challenge"] == made["verification"]["challenge_text"]
    assert made["post"]["verification_status"] == "pending"
    assert all(isinstance(value, str) for value in made["verification"].values())


@pytest.mark.parametrize("written", ["text", "decimal", "number", "one decimal"])
def test_answers_come_in_many_spellings(client: Client, written: str) -> None:
    ada = client.join("ada")
    made = a_pending_post(ada)
    number = solve(made["challenge"])
    given = {
        "text": str(number),
        "decimal": f"{number}.00",
        "number": number,
        "one decimal": number + 0.0,
    }[written]
    answer = reply_to(ada, made["verification"], given)
    assert answer.status == 200, answer.body
    assert answer["content_type"] == "post"
    assert answer["content_id"] == answer["post"]["id"] == made["post"]["id"]
    assert answer["post"]["verification_status"] == "verified"


def test_what_is_pending_is_hidden_until_it_is_solved(client: Client) -> None:
    ada, eve = client.join("ada"), client.join("eve")
    made = a_pending_post(ada)
    path = f"/posts/{made['post']['id']}"
    assert eve.get(path).status == client.get(path).status == 404
    assert ada.get(path).status == 200
    assert eve.post(f"{path}/upvote").status == 404
    assert eve.post(f"{path}/comments", {"content": "x"}).status == 404
    assert client.get("/posts", sort="new")["posts"] == []
    assert reply_to(ada, made["verification"], solve(made["challenge"])).status == 200
    assert eve.get(path).status == 200
    assert len(client.get("/posts", sort="new")["posts"]) == 1


@pytest.mark.parametrize("path", ["/verify", "/api/v1/verify"])
def test_both_paths_and_both_names_of_the_code_work(client: Client, path: str) -> None:
    ada = client.join("ada")
    made = a_pending_post(ada)
    body = {"id": made["verification_code"], "answer": solve(made["challenge"])}
    assert ada.post(path, body).status == 200


def test_publishing_tells_of_the_post_exactly_once(client: Client, house: House) -> None:
    ada = client.join("ada")
    made = a_pending_post(ada)
    number = solve(made["challenge"])
    assert reply_to(ada, made["verification"], number).status == 200
    again = reply_to(ada, made["verification"], number)
    assert again.status == 409
    assert again["error"] == "Already answered"
    events = house.store.read_now(lambda unit: read_events(unit, "0.0", 100))
    assert [event.kind for event in events].count("post.created") == 1
    assert client.get("/submolts/general")["submolt"]["post_count"] == 1


def test_an_expired_challenge_is_issued_anew(client: Client, clock: ManualClock) -> None:
    ada = client.join("ada")
    made = a_pending_post(ada)
    clock.advance(6 * MINUTE_MS)
    late = reply_to(ada, made["verification"], solve(made["challenge"]))
    assert late.status == 410
    assert late["failures"] == 1
    assert ada.post("/verify/reissue", {"id": made["post"]["id"]})["status"] == "pending"
    old_code = {"verification_code": made["verification_code"]}
    renewed = ada.post("/verify/reissue", old_code)
    assert (renewed.status, renewed["status"]) == (200, "pending")
    status = ada.get("/verify/status", id=made["post"]["id"])
    assert status["verification"] == renewed["verification"]
    number = solve(renewed["verification"]["challenge_text"])
    assert reply_to(ada, renewed["verification"], number).status == 200
    assert ada.get("/verify/status", id=made["post"]["id"])["status"] == "verified"


def test_a_challenge_is_nobody_elses(client: Client) -> None:
    ada, eve = client.join("ada"), client.join("eve")
    made = a_pending_post(ada)
    number = solve(made["challenge"])
    assert reply_to(eve, made["verification"], number).status == 404
    assert eve.post("/verify/reissue", {"id": made["post"]["id"]}).status == 404
    assert eve.get("/verify/status", id=made["post"]["id"]).status == 404
    assert reply_to(ada, {"verification_code": "moltbook_verify_0"}, 1).status == 404
    assert reply_to(ada, made["verification"], "many").status == 400


def test_failures_in_a_row_suspend(client: Client, clock: ManualClock) -> None:
    ada = client.join("ada")
    made = a_pending_post(ada)
    wrong = solve(made["challenge"]) + 1
    for failures in (1, 2):
        answer = reply_to(ada, made["verification"], wrong)
        assert answer.status == 400
        assert answer["failures"] == failures
    assert reply_to(ada, made["verification"], wrong).status == 403
    assert ada.post("/verify/reissue", {"id": made["post"]["id"]})["code"] == "suspended"
    log = client.get("/moderation")["entries"]
    assert [(entry["action"], entry["by_role"]) for entry in log] == [("suspend", "system")]
    clock.advance(DAY_MS)
    renewed = ada.post("/verify/reissue", {"id": made["post"]["id"]})
    number = solve(renewed["verification"]["challenge_text"])
    assert reply_to(ada, renewed["verification"], number).status == 200


def test_a_right_answer_forgives_the_failures(client: Client) -> None:
    ada = client.join("ada")
    for title in ("One", "Two"):
        made = a_pending_post(ada, title)
        number = solve(made["challenge"])
        for _ in range(2):
            assert reply_to(ada, made["verification"], number + 1).status == 400
        assert reply_to(ada, made["verification"], number).status == 200


def test_comments_and_submolts_wait_too(client: Client) -> None:
    ada = client.join("ada")
    post = a_pending_post(ada)
    reply_to(ada, post["verification"], solve(post["challenge"]))
    id_ = post["post"]["id"]
    comment = ada.post(f"/posts/{id_}/comments", {"content": "Hi."}).json
    assert comment["verification_required"] is True
    assert client.get(f"/posts/{id_}")["comments"] == []
    repeat = ada.post(f"/posts/{id_}/comments", {"content": "Hi."}).json
    assert repeat["already_existed"] is True
    assert repeat["verification"] == comment["verification"]
    solved = reply_to(ada, comment["verification"], solve(comment["challenge"]))
    assert solved["comment"]["content"] == "Hi."
    assert client.get(f"/posts/{id_}")["post"]["comment_count"] == 1
    submolt = ada.post("/submolts", {"name": "reefs", "display_name": "Reefs"}).json
    assert submolt["submolt"]["verification"] == submolt["verification"]
    assert client.get("/submolts/reefs").status == 404
    solved = reply_to(ada, submolt["verification"], solve(submolt["challenge"]))
    assert solved["submolt"]["name"] == "reefs"
    assert client.get("/submolts/reefs").status == 200
