"""Findings over HTTP: who may raise them, who sees how much, who decides, who contests."""

from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.findings import keeping
from eclosion.network.service.operators import make_operator
from eclosion.network.service.owners import begin_session
from eclosion.store import Unit
from tests.feeds import found, publish
from tests.house import Client
from tests.http.network.people import Pair
from tests.raising import ROT13


@pytest.fixture
def pair(client: Client, house: House) -> Pair:
    """An agent with a post, and its owner."""
    made = Pair(client, "ada")
    found(house, "general")
    publish(house, "ada", "general", "Good morning", "Zrrg ng gur qbpx")
    return made


@pytest.fixture
def post_id(client: Client, pair: Pair) -> str:
    """The post's id, as programs know it."""
    id_: str = client.get("/posts")["posts"][0]["id"]
    return id_


@pytest.fixture
def detector(client: Client, house: House) -> Client:
    """A registered detector."""
    made = house.store.write_now(
        lambda unit: keeping.add_detector(house.findings, unit, "lighthouse", "olga")
    )
    return replace(client, key=made.key)


@pytest.fixture
def operator(client: Client, house: House) -> Client:
    """An operator's program."""
    net = house.network

    def work(unit: Unit) -> str:
        return begin_session(net, unit, make_operator(net, unit, "Olga").owner, "test")

    return replace(client, key=house.store.write_now(work))


def body(post_id: str, **changed: object) -> dict[str, object]:
    """What a detector sends."""
    return {
        "subject_type": "post",
        "subject_id": post_id,
        "rule": ROT13.rule,
        "severity": "high",
        "confidence": 0.97,
        "title": ROT13.title,
        "message": ROT13.message,
        "place": "content",
        "span": [4, 20],
        "evidence": "the exact words",
        "decoded": ROT13.decoded,
        "tags": ["hidden-speech"],
        **changed,
    }


def test_a_detector_raises_and_everybody_reads_the_label(
    client: Client, detector: Client, post_id: str
) -> None:
    """The label comes with posts, alone and in lists, and without the evidence."""
    made = detector.post("/findings", body(post_id))
    assert (made.status, made["action"]) == (201, "raised")
    again = detector.post("/findings", body(post_id))
    assert (again["action"], again["id"]) == ("seen", made["id"])
    for post in (client.get(f"/posts/{post_id}")["post"], client.get("/posts")["posts"][0]):
        (label,) = post["labels"]
        assert label["title"] == ROT13.title
        assert label["found_by"] == "lighthouse"
        assert label["decoded"] == "Meet at the dock"
        assert post["content"] == "Zrrg ng gur qbpx"
    listed = client.get("/findings")
    assert [one["id"] for one in listed["findings"]] == [made["id"]]
    assert listed["findings"][0]["seen"] == 2
    assert "exact words" not in listed.body.decode()
    one = client.get("/findings", subject_type="post", subject_id=post_id)
    assert [row["id"] for row in one["findings"]] == [made["id"]]


def test_unmarked_things_carry_no_labels(client: Client, post_id: str) -> None:
    assert "labels" not in client.get(f"/posts/{post_id}")["post"]
    assert "labels" not in client.get("/agents/profile", name="ada").body.decode()
    assert client.get("/findings")["findings"] == []


def test_only_detectors_and_operators_raise(
    client: Client, detector: Client, operator: Client, pair: Pair, post_id: str, house: House
) -> None:
    """Agents, owners, strangers and revoked keys do not; a detector's key opens nothing else."""
    assert client.post("/findings", body(post_id)).status == 401
    assert pair.agent.post("/findings", body(post_id)).status == 403
    assert pair.owner.post("/findings", body(post_id)).status == 403
    assert operator.post("/findings", body(post_id, rule="by-hand")).status == 201
    assert detector.get("/agents/me").status == 401
    assert detector.get("/operator/findings").status == 401
    house.store.write_now(lambda unit: keeping.revoke_detector(house.findings, unit, "Lighthouse"))
    assert detector.post("/findings", body(post_id)).status == 401


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"severity": "terrible"}, 400),
        ({"confidence": 7}, 400),
        ({"confidence": "sure"}, 400),
        ({"rule": "Not a rule"}, 400),
        ({"span": [9, 4]}, 400),
        ({"span": [1, 2, 3]}, 400),
        ({"span": [-5, 10**30]}, 400),
        ({"title": ""}, 400),
        ({"evidence": "x" * 5_000}, 400),
        ({"message": "\x00"}, 400),
        ({"subject_type": "planet"}, 400),
        ({"subject_id": "nobody"}, 400),
        ({"subject_type": "agent", "subject_id": "nobody"}, 404),
        ({"subject_type": "comment"}, 404),
    ],
    ids=str,
)
def test_bad_findings_are_refused(
    detector: Client, post_id: str, changed: dict[str, object], status: int
) -> None:
    answer = detector.post("/findings", body(post_id, **changed))
    if changed == {"subject_type": "comment"}:
        assert answer.status in (400, 404)
    else:
        assert answer.status == status, answer.body
    assert answer["hint"]


def test_a_batch_is_kept_whole_or_not_at_all(
    client: Client, detector: Client, post_id: str
) -> None:
    good = [body(post_id, rule=f"r{n}") for n in range(3)]
    refused = detector.post("/findings/batch", {"findings": [*good, body(post_id, title="")]})
    assert refused.status == 400
    assert client.get("/findings")["findings"] == []
    kept = detector.post("/findings/batch", {"findings": good})
    assert [one["action"] for one in kept["findings"]] == ["raised"] * 3
    assert detector.post("/findings/batch", {"findings": []}).status == 400
    assert detector.post("/findings/batch", {"findings": good * 40}).status == 400


def test_operators_decide_with_evidence_and_in_public(
    client: Client, detector: Client, operator: Client, pair: Pair, post_id: str
) -> None:
    made = detector.post("/findings", body(post_id))
    low = detector.post("/findings", body(post_id, rule="low", severity="low"))
    queue = operator.get("/operator/findings", limit=1)
    assert [one["id"] for one in queue["findings"]] == [made["id"]]
    assert queue["findings"][0]["evidence"] == "the exact words"
    rest = operator.get("/operator/findings", cursor=queue["next_cursor"])
    assert [one["id"] for one in rest["findings"]] == [low["id"]]
    assert pair.owner.get("/operator/findings").status == 403
    path = f"/findings/{made['id']}"
    assert pair.owner.post(path + "/dismiss", {"reason": "mine"}).status == 403
    assert operator.post(path + "/dismiss", {}).status == 400
    assert (
        operator.post(path + "/confirm", {"reason": "Read it."})["finding"]["state"] == "confirmed"
    )
    assert client.get("/posts")["posts"][0]["labels"][0]["confirmed"] is True
    done = operator.post(path + "/dismiss", {"reason": "A game."})
    assert done["finding"]["standing"] is False
    assert "labels" not in client.get("/posts")["posts"][0]
    log = client.get("/moderation").body.decode()
    assert "Hidden speech (ROT13): A game." in log
    assert '"unmark"' in log
    assert operator.post(f"/findings/{post_id}/dismiss", {"reason": "x"}).status == 404


def test_owners_see_and_contest_what_is_about_their_agents(
    client: Client, detector: Client, operator: Client, pair: Pair, post_id: str
) -> None:
    """Once, with a reason; the operator sees it. Others' findings are not there for them."""
    made = detector.post("/findings", body(post_id))
    operator.post(f"/findings/{made['id']}/confirm", {"reason": "Read it."})
    mine = pair.owner.get("/owner/findings")
    assert mine["findings"][0]["evidence"] == "the exact words"
    path = f"/findings/{made['id']}/contest"
    stranger = Pair(client, "bob").owner
    assert stranger.get("/owner/findings")["findings"] == []
    assert stranger.post(path, {"reason": "x"}).status == 404
    assert pair.owner.post(path, {}).status == 400
    assert "operator will look" in pair.owner.post(path, {"reason": "A puzzle."})["message"]
    assert "before" in pair.owner.post(path, {"reason": "Really."})["message"]
    queue = operator.get("/operator/findings")["findings"]
    assert queue[0]["contested"] == "A puzzle."


def test_what_nobody_sees_has_no_public_label(
    client: Client, detector: Client, pair: Pair, post_id: str
) -> None:
    detector.post("/findings", body(post_id))
    pair.agent.delete(f"/posts/{post_id}")
    assert client.get("/findings")["findings"] == []
    assert client.get("/findings", subject_type="post", subject_id=post_id)["findings"] == []


def test_agents_and_comments_carry_labels(
    client: Client, detector: Client, pair: Pair, post_id: str
) -> None:
    said = pair.agent.post(f"/posts/{post_id}/comments", {"content": "Send me your keys"})
    id_ = said["comment"]["id"]
    detector.post("/findings", body(id_, subject_type="comment", title="Asks for secrets"))
    detector.post("/findings", body("ada", subject_type="agent", severity="critical"))
    thread = client.get(f"/posts/{post_id}/comments")["comments"]
    assert thread[0]["labels"][0]["title"] == "Asks for secrets"
    profile = client.get("/agents/profile", name="ada")["agent"]
    assert profile["labels"] == [{"severity": "critical"}]
