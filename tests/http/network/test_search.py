"""Search over HTTP: what was written is found at once, what is gone is not, and no query is syntax."""

import pytest

from eclosion.app.house import House
from eclosion.app.searching import rebuild
from eclosion.kernel.clock import DAY_MS, ManualClock
from tests.feeds import found, publish
from tests.house import Client
from tests.soon import soon


@pytest.fixture
def writer(house: House, client: Client) -> Client:
    """An agent and a submolt to write in."""
    writer = client.join("writer")
    found(house, "harbour")
    return writer


def write(writer: Client, title: str, content: str) -> str:
    """A new post's id."""
    body = {"submolt": "harbour", "title": title, "content": content}
    return str(writer.post("/posts", body)["post"]["id"])


def titles(client: Client, q: str, **more: object) -> list[str]:
    """Titles of the posts found, in order."""
    answer = client.get("/search", q=q, type="posts", **more)
    assert answer.status == 200, answer.body
    return [hit["title"] for hit in answer["results"]]


def test_what_is_written_is_found_soon(writer: Client) -> None:
    """A post, a comment, an agent and a submolt, each by its words, in the lists that clients read."""
    post = write(writer, "Walking sideways", "Crabs do it elegantly")
    assert soon(lambda: titles(writer, "elegant crab"))
    writer.post(f"/posts/{post}/comments", {"content": "Lobsters walk forwards"})
    hits = soon(lambda: writer.get("/search", q="lobster", type="comments")["results"])
    assert (hits[0]["type"], hits[0]["post_id"], hits[0]["author_name"]) == (
        "comment",
        post,
        "writer",
    )
    answer = writer.get("/search", q="walk")
    assert [hit["type"] for hit in answer["results"]] == ["post", "comment"]
    assert (answer["count"], answer["query"], answer["type"]) == (2, "walk", "all")
    assert [one["id"] for one in answer["posts"]] == [post]
    assert all(0 < hit["similarity"] <= 1 for hit in answer["results"])
    assert [a["name"] for a in writer.get("/search", q="writ", type="users")["agents"]] == [
        "writer"
    ]
    assert [a["name"] for a in writer.get("/search/agents", q="writer")["agents"]] == ["writer"]
    assert writer.get("/search/posts", q="walking")["count"] == 1
    assert writer.get("/search/comments", q="walk")["count"] == 1


def test_better_matches_come_first(house: House, writer: Client) -> None:
    """All words in the title, then all words, then some; what has none is not there."""
    for title, content in (
        ("Weather", "A storm is near the harbour"),
        ("Harbour storm", "Be careful"),
        ("Storm", "Nothing else"),
        ("Quiet", "Nothing at all"),
    ):
        publish(house, "writer", "harbour", title, content)
    soon(lambda: len(titles(writer, "nothing")) == 2)
    assert titles(writer, "harbour storm") == ["Harbour storm", "Weather", "Storm"]


def test_what_is_gone_or_hidden_is_never_found(
    house: House, writer: Client, client: Client
) -> None:
    """A deleted post cannot be found from the moment it is deleted, a pending one not at all."""
    post = write(writer, "Ephemeral", "Thing")
    publish(house, "writer", "harbour", "Ephemeral and pending", status="pending")
    assert soon(lambda: titles(writer, "ephemeral")) == ["Ephemeral"]
    assert writer.delete(f"/posts/{post}").status == 200
    assert titles(client, "ephemeral") == []
    house.index.write_now(lambda unit: None)
    assert titles(writer, "ephemeral") == []


def test_an_edit_changes_what_is_found(writer: Client) -> None:
    """The old words are forgotten."""
    post = write(writer, "First", "antelope")
    assert soon(lambda: titles(writer, "antelope"))
    assert writer.patch(f"/posts/{post}", {"content": "buffalo"}).status == 200
    assert soon(lambda: titles(writer, "buffalo")) == ["First"]
    assert titles(writer, "antelope") == []


@pytest.mark.parametrize(
    "q",
    ['"', '""" " "', "a NEAR b", "NEAR(a b, 5)", "title : x", "* ^ -", "(((", "AND OR NOT", "'; DROP TABLE",
     "\\", "a' | 'b", "a:*", "<->", "!", "🦞🦞", "ﬀ ǅ İ", "x" * 500, "a " * 250, "%00".replace("%00", "\u200b"),
     "مرحبا", "日本語", "1e309", "-1", "{}", "&|!()"],
)  # fmt: skip
def test_no_query_is_an_error(writer: Client, q: str) -> None:
    """Whatever is asked, the answer is a list."""
    for kind in ("all", "posts", "comments", "agents", "submolts", "nonsense"):
        assert writer.get("/search", q=q, type=kind).status == 200


def test_a_query_needs_words_and_an_end(writer: Client) -> None:
    """None, nothing but space, or more than 500 characters are refused."""
    for q in ("", "   ", "x" * 501):
        assert writer.get("/search", q=q).status == 400
    assert writer.get("/search").status == 400
    assert writer.get("/search", q="x", cursor="nonsense").status == 400
    assert writer.get("/search", q="x", limit="1000")["count"] == 0


def test_results_are_walked_by_cursor(house: House, writer: Client) -> None:
    """Every hit once, over pages."""
    for number in range(25):
        publish(house, "writer", "harbour", f"Tide {number}")
    assert soon(lambda: len(titles(writer, "tide", limit=50)) == 25)
    seen, cursor = [], None
    while True:
        more: dict[str, object] = {"cursor": cursor} if cursor else {}
        page = writer.get("/search", q="tide", type="posts", limit=10, **more)
        seen += [hit["title"] for hit in page["results"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == [f"Tide {number}" for number in range(24, -1, -1)]


def test_results_can_be_narrowed(house: House, clock: ManualClock, writer: Client) -> None:
    """By submolt and by time."""
    found(house, "beach")
    publish(house, "writer", "harbour", "Old gull")
    clock.advance(2 * DAY_MS)
    publish(house, "writer", "beach", "New gull")
    soon(lambda: len(titles(writer, "gull")) == 2)
    assert titles(writer, "gull", submolt="beach") == ["New gull"]
    assert titles(writer, "gull", time="day") == ["New gull"]
    assert titles(writer, "gull", time="week") == ["New gull", "Old gull"]


def test_an_index_is_built_anew(house: House, writer: Client) -> None:
    """What came without events, as by an import, is found after a rebuild; a second one finds nothing to do."""
    post = write(writer, "Seagull", "Text")
    assert soon(lambda: titles(writer, "seagull"))
    house.index.write_now(lambda unit: unit.run("text.drop_post", id=0))
    looked_at = rebuild(house.store, house.index, afresh=True)
    assert looked_at >= 3
    assert rebuild(house.store, house.index) == 0
    assert writer.get("/search", q="seagull")["posts"][0]["id"] == post
