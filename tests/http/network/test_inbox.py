"""Notifications and home: agents hear of what concerns them, once, and can say that they have."""

import asyncio
from typing import Any

import pytest

from eclosion.app.dispatch import Dispatcher, InDatabase
from eclosion.app.house import House
from eclosion.kernel.ids import Kind, from_wire
from eclosion.network.service.notices import notify
from eclosion.network.store import notifications, posts
from eclosion.store import Event, Unit
from eclosion.store.outbox import get_position
from tests.happened import settle
from tests.house import Client
from tests.soon import soon


@pytest.fixture
def author(client: Client) -> Client:
    """Who wrote the post."""
    return client.join("author")


@pytest.fixture
def other(client: Client) -> Client:
    """Who answers it."""
    return client.join("other")


@pytest.fixture
def post(author: Client) -> str:
    """A post's id."""
    body = {"submolt": "general", "title": "A post", "content": "By author"}
    return str(author.post("/posts", body)["post"]["id"])


def types(agent: Client, **query: object) -> list[str]:
    """The types of an agent's notifications, newest first."""
    return [one["type"] for one in agent.get("/notifications", **query)["notifications"]]


def comment(agent: Client, post: str, text: str, parent: str | None = None) -> str:
    """A comment's id."""
    answer = agent.post(f"/posts/{post}/comments", {"content": text, "parent_id": parent})
    assert answer.status in (200, 201), answer.body
    return str(answer["comment"]["id"])


def test_agents_hear_of_what_concerns_them(
    author: Client, other: Client, client: Client, post: str
) -> None:
    """Comments, replies, mentions, votes and followers; each tells an agent once, and never of itself."""
    third = client.join("third")
    first = comment(other, post, "Hello @author and @third, and @nobody")
    assert soon(lambda: types(author)) == ["post_comment"]
    assert soon(lambda: types(third)) == ["mention"]
    comment(author, post, "Thanks @author", first)
    assert soon(lambda: types(other)) == ["comment_reply"]
    other.post(f"/posts/{post}/upvote")
    third.post(f"/posts/{post}/upvote")
    other.post("/agents/author/follow")
    assert soon(lambda: len(types(author)) == 3)
    assert sorted(types(author)) == ["new_follower", "post_comment", "post_upvote"]
    (one,) = [
        n for n in author.get("/notifications")["notifications"] if n["type"] == "new_follower"
    ]
    assert one["content"] == "other started following you"
    assert one["agentName"] == one["agent_name"] == one["from_agent"]["name"] == "other"
    (one,) = [
        n for n in author.get("/notifications")["notifications"] if n["type"] == "post_comment"
    ]
    assert one["relatedPostId"] == one["post_id"] == post
    assert one["comment"]["content"].startswith("Hello")
    assert one["isRead"] is one["is_read"] is False


def test_reading_is_noted(author: Client, other: Client, post: str) -> None:
    """One, all of a post, or all; the counter follows; what is another's stays closed."""
    for number in range(3):
        comment(other, post, f"Comment number {number}")
    other.post("/agents/author/follow")
    assert soon(lambda: author.get("/notifications")["unread_count"] == 4)
    first = author.get("/notifications", limit=1)
    assert first["has_more"] is True
    rest = author.get("/notifications", cursor=first["next_cursor"])["notifications"]
    assert len(rest) == 3
    assert other.post(f"/notifications/{rest[0]['id']}/read").status == 404
    answer = author.post(f"/notifications/{rest[0]['id']}/read")
    assert answer["notification"]["is_read"] is True
    assert author.post(f"/notifications/{rest[0]['id']}/read").status == 200
    assert author.get("/notifications")["unread_count"] == 3
    assert len(types(author, filter="unread")) == len(types(author, unread="true")) == 3
    assert author.post(f"/notifications/read-by-post/{post}")["marked"] in (2, 3)
    assert author.post("/notifications/read-all")["unread_count"] == 0
    assert types(author, filter="unread") == []
    assert len(types(author)) == 4
    assert author.post("/notifications/nonsense/read").status == 400


def test_home_says_what_is_new_and_what_to_do(author: Client, other: Client, post: str) -> None:
    """The shapes that clients read, filled with what happened."""
    comment(other, post, "What do you mean?")
    author.post("/agents/other/follow")
    other.post("/posts", {"submolt": "general", "title": "By other", "content": "For followers"})
    assert soon(lambda: author.get("/home")["your_account"]["unread_notification_count"])
    home = author.get("/home").json
    (activity,) = home["activity_on_your_posts"]
    assert activity["post_id"] == post
    assert activity["latest_commenters"] == ["other"]
    assert activity["preview"] == "What do you mean?"
    assert [one["title"] for one in home["posts_from_accounts_you_follow"]["posts"]] == ["By other"]
    assert home["posts_from_accounts_you_follow"]["total_following"] == 1
    assert home["your_direct_messages"]["count"] == 0
    assert home["latest_moltbook_announcement"] is None
    assert home["what_to_do_next"]


def test_totals_tell_registered_claimed_and_active_apart(
    client: Client, author: Client, post: str
) -> None:
    """Three numbers for agents; they are at most two seconds old."""
    stats: dict[str, Any] = client.get("/stats").json
    assert (stats["agents"], stats["agents_claimed"], stats["agents_active"]) == (1, 0, 1)
    assert (stats["posts"], stats["comments"]) == (1, 0)
    assert client.get("/observers")["count"] >= 1


def test_a_crash_between_batches_tells_nobody_twice(house: House, client: Client) -> None:
    """Events are acted on in batches; one that fails leaves nothing behind, and is done again whole."""

    class Killed(Exception):
        pass

    author, other = client.join("alice"), client.join("bob")
    body = {"submolt": "general", "title": "A post", "content": "By alice"}
    post = str(author.post("/posts", body)["post"]["id"])
    for number in range(20):
        comment(other, post, f"Remark {number}")
    alice = house.store.read_now(
        lambda unit: posts.post_by_id(unit, from_wire(Kind.POST, post) or 0)
    )
    assert alice is not None
    told: list[str] = []
    tries = 0

    def act(unit: Unit, events: list[Event]) -> None:
        nonlocal tries
        tries += 1
        notify(house.network, unit, events)
        if tries % 2:
            raise Killed  # after the effect, before the position is saved
        told.extend(event.position for event in events)

    consumer = InDatabase(house.store, "test", act, batch=7)
    before = len(
        house.store.read_now(lambda unit: notifications.latest(unit, alice.author_id, 100))
    )

    settle(house.store)

    async def run() -> None:
        for _ in range(40):
            try:
                if not await consumer.step():
                    return
            except Killed:
                continue

    asyncio.run(run())
    assert len(told) == len(set(told))
    after = house.store.read_now(lambda unit: notifications.latest(unit, alice.author_id, 100))
    # The house's own consumer tells of the same events under its own name: each of the two tells once.
    mine = 20
    assert len(after) - before in range(mine, 2 * mine + 1)
    assert house.store.read_now(lambda unit: get_position(unit, "test")) == told[-1]


def test_two_processes_act_once(house: House) -> None:
    """Of two that act on the same events at the same time, one undoes what it did."""
    seen: list[str] = []

    def act(unit: Unit, events: list[Event]) -> None:
        seen.extend(event.position for event in events)
        unit.run("network.add_to_total", name="acted", bucket=0, amount=len(events))

    consumers = [InDatabase(house.store, "race", act, batch=1) for _ in range(4)]

    settle(house.store)

    async def run() -> None:
        while any(await asyncio.gather(*(one.step() for one in consumers))):
            pass

    asyncio.run(run())
    rows = house.store.read_now(lambda unit: unit.rows("network.totals"))
    assert {row[0]: int(row[1]) for row in rows}["acted"] == len(set(seen))


def test_a_consumer_that_fails_is_tried_again(house: House) -> None:
    """A dispatcher goes on with the others and comes back to the one that failed."""
    calls: list[str] = []

    class Good:
        name = "good"

        async def step(self) -> int:
            calls.append(self.name)
            return 0

    async def run() -> None:
        dispatcher = Dispatcher(house.store, [Good()])
        dispatcher.start()
        await asyncio.sleep(0)
        await dispatcher.stop()
        await dispatcher.catch_up()

    asyncio.run(run())
    assert len(calls) >= 2
