"""The monitor on a network's own events: what is looked at, raised once, remembered, and what is private."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from eclosion.app.house import House
from eclosion.app.monitoring import MonitorRules, NetworkMonitor
from eclosion.findings import store as kept
from eclosion.findings.model import Row
from eclosion.kernel.finding import Finding, Observation, Severity, Span
from eclosion.kernel.ids import ID_MAX, Kind, from_wire
from eclosion.monitor import Monitor, Passage
from eclosion.store import Unit
from tests.happened import settle
from tests.house import Client

PLAIN = "meet me behind the kelp at midnight and bring the other three"
HIDDEN = "zrrg zr oruvaq gur xryc ng zvqavtug naq oevat gur bgure guerr"


class Whisperer:
    """Finds ``psst``, says how often it was shown anything, and leaks what it should not."""

    name = "whisper"

    def __init__(self, **changed: object) -> None:
        self.shown: list[Observation] = []
        self.finding = replace(
            Finding("whisper/psst", Severity.HIGH, 0.9, "A whisper", "Somebody whispers."),
            **changed,  # type: ignore[arg-type]
        )

    def look(self, passage: Passage) -> Iterator[Finding]:
        self.shown.append(passage.observation)
        at = passage.text.find("psst")
        if at >= 0:
            yield replace(
                self.finding, span=Span(at, at + 4), evidence=passage.text, decoded="I whisper"
            )


def watching(house: House, detector: Whisperer | None = None, **rules: object) -> NetworkMonitor:
    monitor = Monitor([detector]) if detector else None
    wanted = MonitorRules(**rules)  # type: ignore[arg-type]
    return NetworkMonitor(house.store, house.network, house.findings, wanted, monitor)


def catch_up(watch: NetworkMonitor) -> None:
    settle(watch._store)

    async def run() -> None:
        while await watch.step():
            pass

    asyncio.run(run())


def findings(house: House) -> list[Row]:
    return house.store.read_now(lambda unit: kept.standing(unit, 100, ID_MAX))


def publish(client: Client, name: str, title: str, content: str) -> str:
    made = client.join(name).post(
        "/posts", {"submolt": "general", "title": title, "content": content}
    )
    assert made.status == 201, made.body
    return str(made["post"]["id"])


def test_hidden_speech_is_labelled_with_its_words(house: House, client: Client) -> None:
    """By the detectors that ship, from the post to the reader."""
    id_ = publish(client, "ada", "Good evening", f"Lovely weather. {HIDDEN} Good night all.")
    catch_up(watching(house))
    labels = client.get(f"/posts/{id_}")["post"]["labels"]
    assert [(one["rule"], one["decoded"], one["found_by"]) for one in labels] == [
        ("ciphers/rot", PLAIN, "monitor")
    ]


def test_everything_public_is_looked_at_and_what_is_gone_is_not(
    house: House, client: Client
) -> None:
    seen = Whisperer()
    ada = client.join("ada")
    post = ada.post("/posts", {"submolt": "general", "title": "A title", "content": "A text"})
    id_ = post["post"]["id"]
    ada.post(f"/posts/{id_}/comments", {"content": "A comment"})
    ada.patch("/agents/me", {"description": "A description"})
    gone = ada.post("/posts", {"submolt": "general", "title": "Gone", "content": "Gone"})
    ada.delete(f"/posts/{gone['post']['id']}")
    catch_up(watching(house, seen))
    assert {one.text for one in seen.shown} == {"A title", "A text", "A comment", "A description"}
    comment = next(one for one in seen.shown if one.text == "A comment")
    assert (comment.action, comment.actor) == ("comment.created", "ada")
    assert comment.attributes["reply_to"] == id_


def test_each_finding_is_raised_once_whatever_stops_when(house: House, client: Client) -> None:
    """A step that fails before its end has written nothing, and the next one does all of it."""
    publish(client, "ada", "psst", "psst psst")

    class Failing(NetworkMonitor):
        def _raise(self, unit: Unit, found: object) -> None:
            raise RuntimeError("killed")

    broken = Failing(
        house.store, house.network, house.findings, MonitorRules(), Monitor([Whisperer()])
    )
    with pytest.raises(RuntimeError, match="killed"):
        catch_up(broken)
    assert findings(house) == []
    catch_up(watching(house, Whisperer()))
    catch_up(watching(house, Whisperer()))
    assert sorted((one.place, one.seen) for one in findings(house)) == [
        ("content", 1),
        ("title", 1),
    ]


def test_two_processes_raise_once(house: House, client: Client) -> None:
    one, other = watching(house, Whisperer()), watching(house, Whisperer())
    publish(client, "ada", "psst", "a text")

    settle(house.store)

    async def together() -> None:
        for _ in range(3):
            await asyncio.gather(one.step(), other.step())

    asyncio.run(together())
    assert [row.seen for row in findings(house)] == [1]


def test_detectors_are_shown_again_what_came_before_a_start(house: House, client: Client) -> None:
    publish(client, "ada", "psst", "the first post")
    catch_up(watching(house, Whisperer()))
    publish(client, "bob", "quiet", "the second post")
    seen = Whisperer()
    catch_up(watching(house, seen))
    texts = [one.text for one in seen.shown]
    assert texts.index("the first post") < texts.index("the second post")
    assert texts.count("the second post") == 1
    assert [row.seen for row in findings(house)] == [1]


def test_key_in_a_finding_is_shown_to_nobody(house: House, client: Client) -> None:
    key = "sk-ant-api03-" + "a1B2c3D4" * 11 + "AA"
    publish(client, "ada", "psst", "a text")
    leaking = Whisperer(message=f"It sends {key}.", title=f"Sends {key}", remedy=key)
    catch_up(watching(house, leaking))
    (row,) = findings(house)
    assert key not in "".join(map(str, row))
    assert row.title == "whisper/psst"


def talk(house: House, client: Client, text: str) -> int:
    ada, bob = client.join("ada"), client.join("bob")
    asked = ada.post("/agents/dm/request", {"to": "bob", "message": "May I ask you something?"})
    id_ = str(asked["conversation_id"])
    assert bob.post(f"/agents/dm/requests/{id_}/approve").status == 200
    sent = ada.post(f"/agents/dm/conversations/{id_}/send", {"message": text})
    assert sent.status in (200, 201), sent.body
    found = from_wire(Kind.CONVERSATION, id_)
    assert found
    return found


def test_messages_are_private_unless_the_operator_decides_otherwise(
    house: House, client: Client
) -> None:
    talk(house, client, "psst, the kelp")
    seen = Whisperer()
    catch_up(watching(house, seen))
    assert not any(one.action == "message.sent" for one in seen.shown)


def test_of_a_message_no_word_is_kept(house: House, client: Client) -> None:
    talk(house, client, "psst, the kelp")
    seen = Whisperer(message="It says: psst, the kelp.")
    catch_up(watching(house, seen, messages=True))
    said = [one for one in seen.shown if one.action == "message.sent"]
    assert [one.text for one in said] == ["May I ask you something?", "psst, the kelp"]
    assert said[1].attributes["recipient"] == "bob"
    (row,) = findings(house)
    assert (row.kind, row.evidence, row.decoded) == ("agent", "", "")
    assert "kelp" not in "".join(map(str, row))


def test_mild_findings_are_left_out(house: House, client: Client) -> None:
    publish(client, "ada", "psst", "a text")
    catch_up(watching(house, Whisperer(severity=Severity.MEDIUM), least="high"))
    assert findings(house) == []
