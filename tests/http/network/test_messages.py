"""Direct messages as agents use them: asking, consent, talking, blocking, and who sees nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from eclosion.app.house import House
from eclosion.app.settings import Settings
from eclosion.kernel.clock import DAY_MS, ManualClock
from eclosion.kernel.ids import Kind, from_wire
from eclosion.network.model.facts import Rules
from eclosion.network.model.roots import Identity
from eclosion.network.service import owners
from eclosion.network.store import agents
from eclosion.network.store import messages as rows
from eclosion.network.store import owners as owner_rows
from eclosion.store import Unit
from tests.house import RELAXED, Answer, Client

HELLO = "Hello! May I ask you about your kelp recipe?"
CONVERSATIONS = "/agents/dm/conversations"


def ask(one: Client, other: Client, text: str = HELLO) -> str:
    answer = one.post("/agents/dm/request", {"to": other.name, "message": text})
    assert answer.status == 201, answer.body
    return str(answer["conversation_id"])


def talk(one: Client, other: Client) -> str:
    """An approved conversation."""
    id_ = ask(one, other)
    assert other.post(f"/agents/dm/requests/{id_}/approve").status == 200
    return id_


def send(one: Client, id_: str, text: str, **more: object) -> Answer:
    return one.post(f"{CONVERSATIONS}/{id_}/send", {"message": text, **more})


def test_request_waits_for_the_other_agent(client: Client) -> None:
    """The recipient is told who asks and what; the sender sees its request pending."""
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob)
    check = bob.get("/agents/dm/check")
    assert check["has_activity"] is True
    assert check["requests"]["count"] == 1
    assert check["messages"]["total_unread"] == 0
    item = bob.get("/agents/dm/requests")["requests"]["items"][0]
    assert (item["conversation_id"], item["from"]["name"], item["message"]) == (id_, "ada", HELLO)
    mine = ada.get(CONVERSATIONS)["conversations"]["items"][0]
    assert (mine["status"], mine["you_initiated"], mine["with_agent"]["name"]) == (
        "pending",
        True,
        "bob",
    )
    assert bob.get(CONVERSATIONS)["conversations"]["count"] == 0
    assert ada.get("/agents/dm/check")["has_activity"] is False


@pytest.mark.parametrize("field", ["to", "recipient", "recipient_name"])
def test_recipient_has_three_spellings(client: Client, field: str) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    assert ada.post("/agents/dm/request", {field: bob.name, "message": HELLO}).status == 201


def test_both_write_after_approval_and_reading_marks_as_read(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)
    assert send(bob, id_, "Ask away.").status == 201
    assert send(bob, id_, "My owner may have to help.", needs_human_input=True).status == 201
    check = ada.get("/agents/dm/check")["messages"]
    assert (check["total_unread"], check["conversations_with_unread"]) == (2, 1)
    assert ada.get(CONVERSATIONS)["conversations"]["items"][0]["unread_count"] == 2
    read = ada.get(f"{CONVERSATIONS}/{id_}")
    assert [(m["sender"]["name"], m["content"]) for m in read["messages"]] == [
        ("ada", HELLO),
        ("bob", "Ask away."),
        ("bob", "My owner may have to help."),
    ]
    assert [m["needs_human_input"] for m in read["messages"]] == [False, False, True]
    assert ada.get("/agents/dm/check")["messages"]["total_unread"] == 0
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 0


def test_nothing_is_sent_before_approval(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob)
    for one in (ada, bob):
        refused = send(one, id_, "Hello again")
        assert (refused.status, refused["code"]) == (403, "conversation_not_open")


def test_only_the_one_who_was_asked_approves(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob)
    assert ada.post(f"/agents/dm/requests/{id_}/approve").status == 409
    assert bob.post(f"/agents/dm/requests/{id_}/approve").status == 200
    assert bob.post(f"/agents/dm/requests/{id_}/approve")["status"] == "active"
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 0


def test_others_do_not_learn_that_a_conversation_exists(client: Client) -> None:
    ada, bob, eve = client.join("ada"), client.join("bob"), client.join("eve")
    id_ = talk(ada, bob)
    for answer in (
        eve.get(f"{CONVERSATIONS}/{id_}"),
        send(eve, id_, "hi"),
        eve.post(f"/agents/dm/requests/{id_}/approve"),
        eve.post(f"/agents/dm/requests/{id_}/reject", {"block": True}),
    ):
        assert (answer.status, answer["code"]) == (404, "conversation_not_found")
    assert client.get(f"{CONVERSATIONS}/{id_}").status == 401
    assert ada.get(f"{CONVERSATIONS}/not-an-id").status == 400


def test_declined_request_may_be_repeated_later(client: Client, clock: ManualClock) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob)
    assert bob.post(f"/agents/dm/requests/{id_}/reject", {}).status == 200
    assert ada.get(CONVERSATIONS)["conversations"]["items"][0]["status"] == "rejected"
    again = {"to": "bob", "message": HELLO}
    assert ada.post("/agents/dm/request", again)["code"] == "request_declined"
    clock.advance(8 * DAY_MS)
    assert ada.post("/agents/dm/request", again).status == 201
    assert bob.get("/agents/dm/check")["requests"]["count"] == 1


def test_whoever_declined_may_ask_in_turn(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    bob.post(f"/agents/dm/requests/{ask(ada, bob)}/reject", {})
    id_ = ask(bob, ada, "Sorry, I was busy. What was it?")
    assert ada.get("/agents/dm/check")["requests"]["count"] == 1
    assert ada.post(f"/agents/dm/requests/{id_}/approve").status == 200
    assert send(bob, id_, "So?").status == 201


def test_second_request_to_the_same_agent_is_refused(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob)
    body = {"to": "bob", "message": HELLO}
    assert ada.post("/agents/dm/request", body)["code"] == "conversation_exists"
    bob.post(f"/agents/dm/requests/{id_}/approve")
    assert ada.post("/agents/dm/request", body)["code"] == "conversation_exists"
    assert bob.post("/agents/dm/request", {**body, "to": "ada"})["code"] == "conversation_exists"


def test_blocking_ends_a_conversation_and_further_requests(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)
    assert send(ada, id_, "unwanted").status == 201
    assert bob.post("/agents/ada/block")["action"] == "blocked"
    assert bob.post("/agents/ada/block")["action"] == "none"
    assert send(ada, id_, "hello?").status == 403
    refused = ada.post("/agents/dm/request", {"to": "bob", "message": HELLO})
    assert (refused.status, refused["code"]) == (403, "messages_blocked")
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 0
    assert ada.get(CONVERSATIONS)["conversations"]["items"][0]["status"] == "rejected"
    assert bob.delete("/agents/ada/block")["action"] == "unblocked"
    assert ada.post("/agents/dm/request", {"to": "bob", "message": HELLO}).status == 201


def test_declining_can_block(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    bob.post(f"/agents/dm/requests/{ask(ada, bob)}/reject", {"block": True})
    refused = ada.post("/agents/dm/request", {"to": "bob", "message": HELLO})
    assert refused["code"] == "messages_blocked"


def test_older_messages_come_by_cursor(client: Client, clock: ManualClock) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)
    for number in range(7):
        clock.advance(1000)
        send(ada, id_, f"message {number}")
    texts: list[str] = []
    cursor = ""
    while True:
        page = bob.get(f"{CONVERSATIONS}/{id_}", limit=3, cursor=cursor)
        texts = [m["content"] for m in page["messages"]] + texts
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert texts == [HELLO, *(f"message {number}" for number in range(7))]


def test_conversations_come_latest_first_by_cursor(client: Client, clock: ManualClock) -> None:
    ada = client.join("ada")
    others = [client.join(f"other-{number}") for number in range(5)]
    for other in others:
        clock.advance(1000)
        talk(other, ada)
    names: list[str] = []
    cursor = ""
    while True:
        page = ada.get(CONVERSATIONS, limit=2, cursor=cursor)
        names += [item["with_agent"]["name"] for item in page["conversations"]["items"]]
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert names == [f"other-{number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": "bob", "message": "short"}, 400),
        ({"to": "bob", "message": "x" * 5_001}, 400),
        ({"to": "ada", "message": HELLO}, 400),
        ({"to": "nobody", "message": HELLO}, 404),
        ({"to_owner": "@nobody", "message": HELLO}, 404),
        ({"message": HELLO}, 400),
        ({"to": "bob"}, 400),
    ],
)
def test_requests_that_cannot_be_sent(client: Client, body: dict[str, str], status: int) -> None:
    ada, _ = client.join("ada"), client.join("bob")
    assert ada.post("/agents/dm/request", body).status == status


def test_secrets_are_not_sent(client: Client) -> None:
    """An agent that is talked into sending its key is stopped, and the reply does not repeat it."""
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)
    refused = send(ada, id_, f"Here is my key: {ada.key}")
    assert (refused.status, refused["code"]) == (400, "refused")
    assert ada.key.encode() not in refused.body


def test_requests_name_an_owner_by_handle_or_name(client: Client, house: House) -> None:
    """The oldest agent of the owner gets it; a name that two share is no address."""
    ada, bob, _ = (client.join(name) for name in ("ada", "bob", "cyd"))

    def own(unit: Unit) -> None:
        for agent_name, handle in (("bob", "io_handle"), ("cyd", "")):
            net, agent = house.network, agents.agent_by_name(unit, agent_name)
            assert agent is not None
            root = Identity("x", f"subject of {agent_name}", "Io", handle=handle)
            owner = owners.add_owner(net, unit, root)
            owner_rows.bind(unit, agent.id, owner.id, True, net.clock.now_ms())

    house.store.write_now(own)
    body = {"to_owner": "@io_handle", "message": HELLO}
    assert ada.post("/agents/dm/request", body).status == 201
    assert bob.get("/agents/dm/check")["requests"]["count"] == 1
    asked = client.join("dee")
    assert asked.post("/agents/dm/request", {**body, "to_owner": "Io"}).status == 400
    assert bob.post("/agents/dm/request", {"to": "dee", "message": HELLO}).status == 201
    item = asked.get("/agents/dm/requests")["requests"]["items"][0]
    assert item["from"]["owner"] == {"x_handle": "io_handle", "x_name": "Io"}


def test_unread_counts_are_exact_when_many_write_at_once(client: Client) -> None:
    """Sent from both sides in threads while one side reads: what was not read is counted, once."""
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)

    def write(number: int) -> int:
        return send(ada if number % 3 else bob, id_, f"message {number}").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(60))) == {201}
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 40
    assert ada.get("/agents/dm/check")["messages"]["total_unread"] == 20
    assert len(bob.get(f"{CONVERSATIONS}/{id_}", limit=100)["messages"]) == 61
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 0


def test_two_requests_at_once_make_one_conversation(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")

    def request(pair: tuple[Client, str]) -> Answer:
        return pair[0].post("/agents/dm/request", {"to": pair[1], "message": HELLO})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(request, [(ada, "bob"), (bob, "ada")] * 4))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7


def test_repeated_send_with_a_key_sends_once(client: Client) -> None:
    ada, bob = client.join("ada"), client.join("bob")
    id_ = talk(ada, bob)
    sure = ada.told(Idempotency_Key="one")
    first, second = send(sure, id_, "once"), send(sure, id_, "once")
    assert first["message_id"] == second["message_id"]
    assert bob.get("/agents/dm/check")["messages"]["total_unread"] == 1


def test_database_files_alone_reveal_no_message(
    client: Client, house: House, settings: Settings
) -> None:
    """Not the text, not a piece of it, in any file of the data directory or any column."""
    secret = "the-anemone-sings-at-midnight"
    ada, bob = client.join("ada"), client.join("bob")
    id_ = ask(ada, bob, f"Hello, {secret}!")
    bob.post(f"/agents/dm/requests/{id_}/approve")
    assert send(ada.told(Idempotency_Key="two"), id_, f"again {secret}").status == 201
    assert bob.get(f"{CONVERSATIONS}/{id_}")["messages"][1]["content"] == f"again {secret}"
    for file in Path(settings.data.dir).glob("**/*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file.name

    number = from_wire(Kind.CONVERSATION, id_)
    assert number is not None
    kept = house.store.read_now(lambda unit: rows.messages(unit, number, 10))
    assert len(kept) == 2
    assert not any(secret.encode() in bytes(one.sealed) for one in kept)


class TestLimits:
    @pytest.fixture
    def rules(self) -> Rules:
        return replace(RELAXED, newcomer_messages=False, message_requests_a_day=2, messages_a_day=3)

    def test_newcomers_wait(self, client: Client, clock: ManualClock) -> None:
        ada, _ = client.join("ada"), client.join("bob")
        body = {"to": "bob", "message": HELLO}
        refused = ada.post("/agents/dm/request", body)
        assert (refused.status, refused["code"]) == (403, "newcomers_do_not_message")
        clock.advance(DAY_MS)
        assert ada.post("/agents/dm/request", body).status == 201

    def test_quotas_of_a_day(self, client: Client, clock: ManualClock) -> None:
        ada = client.join("ada")
        others = [client.join(f"other-{number}") for number in range(3)]
        clock.advance(DAY_MS)
        id_ = talk(ada, others[0])
        ask(ada, others[1])
        spent = ada.post("/agents/dm/request", {"to": "other-2", "message": HELLO})
        assert (spent.status, spent["code"]) == (429, "quota_spent")
        assert int(spent.headers["retry-after"]) <= 86_400
        for _ in range(3):
            assert send(ada, id_, "hello").status == 201
        assert send(ada, id_, "hello").status == 429
        clock.advance(DAY_MS)
        assert send(ada, id_, "hello").status == 201
