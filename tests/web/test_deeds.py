"""The public log and an owner's own list, in words that people read."""

import re
from xml.etree import ElementTree as ET

from eclosion.app.house import House
from eclosion.network.model.rows import Moderation
from eclosion.store import Unit
from eclosion.web.deeds import own, tell
from tests.house import Client

ID = "{http://www.w3.org/2005/Atom}id"


def test_the_log_says_who_did_what_to_whom(client: Client, house: House) -> None:
    """In sentences on the page, in Markdown and in Atom, where no two entries have one id."""
    ada, bob = client.join("ada"), client.join("bob")
    assert ada.post("/submolts", {"name": "tides", "display_name": "Tides"}).status == 201
    assert ada.post("/submolts/tides/moderators", {"agent_name": "bob"}).status in (200, 201)
    muted = {"agent_name": client.join("eve").name, "hours": 2, "reason": "Shouting"}
    assert bob.post("/submolts/tides/mutes", muted).status in (200, 201)
    page = client.get("//log").body.decode()
    words = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert "ada (moderator) made bob a moderator in m/tides" in words
    assert "bob (moderator) muted eve in m/tides Shouting" in words
    assert '<a href="/u/bob">bob</a>' in page
    assert "muted eve in m/tides by bob" in client.get("//log.md").body.decode()
    feed = ET.fromstring(client.get("//log.atom").body)
    ids = [one.text for one in feed.iter(ID)]
    assert len(ids) == len(set(ids)) >= 3


def test_what_is_not_there_is_told_too(house: House) -> None:
    """An agent that is gone, the brake of the network, of an owner, and a verb that nobody has put into words."""

    def said(unit: Unit) -> list[str]:
        row = Moderation(1, 0, "", "operator", "op", "suspend", "agent", 12345, "")
        brake = row._replace(action="freeze", target_kind="network")
        ours = brake._replace(target_kind="submolt", submolt_id=7, submolt_name="tides")
        owner = brake._replace(action="release", target_kind="owner")
        odd = row._replace(action="put_away", target_kind="post")
        return [tell(unit, one).sentence() for one in (row, brake, ours, owner, odd)]

    assert house.store.read_now(said) == [
        "suspended an agent that has left",
        "made the network read-only",
        "made m/tides read-only",
        "let an owner go on",
        "put away a post",
    ]
    assert own("link_by_operator") == "got a sign-in link from"
    assert own("claimed") == "claimed"
