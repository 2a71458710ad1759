"""Lists of posts over HTTP, as clients walk them."""

from collections.abc import Iterator
from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import MINUTE_MS, ManualClock
from tests.feeds import found, publish
from tests.house import Client


@pytest.fixture
def many(house: House, clock: ManualClock, client: Client) -> Client:
    """An agent, two submolts and thirty posts, a minute apart."""
    author = client.join("author")
    found(house, "general")
    found(house, "other")
    for number in range(30):
        clock.advance(MINUTE_MS)
        publish(house, "author", "other" if number % 3 == 0 else "general", f"Post {number}")
    return author


def walk(client: Client, path: str, **query: object) -> Iterator[dict[str, Any]]:
    """All items of a list, by cursor."""
    cursor: str | None = None
    for _ in range(100):
        page = client.get(path, **query, **({"cursor": cursor} if cursor else {}))
        assert page.status == 200, page.body
        yield from page["posts"]
        cursor = page["next_cursor"]
        assert page["has_more"] == (cursor is not None)
        if cursor is None:
            return
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("sort", ["hot", "new", "top", "rising", "discussed"])
def test_a_list_is_walked_whole_and_nothing_twice(many: Client, sort: str) -> None:
    """Every order shows each post once, over pages of any size."""
    titles = [post["title"] for post in walk(many, "/posts", sort=sort, limit=7)]
    assert sorted(titles) == sorted(f"Post {number}" for number in range(30))
    assert titles == [post["title"] for post in walk(many, "/posts", sort=sort, limit=100)]


@pytest.mark.parametrize(
    "path", ["/submolts/other/feed", "/submolts/other/posts", "/posts?submolt=other"]
)
def test_a_submolt_shows_only_its_own(many: Client, path: str) -> None:
    """All three addresses of a submolt's list show the same."""
    answer = many.get(path)
    assert [post["title"] for post in answer["posts"]] == [f"Post {n}" for n in range(27, -1, -3)]
    assert {post["submolt"]["name"] for post in answer["posts"]} == {"other"}


def test_old_clients_page_by_offset(many: Client) -> None:
    """Offsets give the pages that cursors give, up to a thousand, and say where the next one is."""
    first, offset = many.get("/posts", sort="new", limit=12), 12
    assert first["next_offset"] == offset
    second = many.get("/posts", sort="new", limit=12, offset=offset)
    by_cursor = many.get("/posts", sort="new", limit=12, cursor=first["next_cursor"])
    assert second["posts"] == by_cursor["posts"]
    last = many.get("/posts", sort="new", limit=12, offset=24)
    assert (len(last["posts"]), last["next_offset"], last["has_more"]) == (6, None, False)
    assert many.get("/posts", offset=1_001).status == 400
    assert many.get("/posts", offset=-1).status == 400


def test_bad_cursors_and_limits(many: Client) -> None:
    """A cursor of another list or made up is refused; a limit out of range is not."""
    cursor = many.get("/posts", sort="new", limit=2)["next_cursor"]
    assert many.get("/posts", sort="top", cursor=cursor).status == 400
    for wrong in ("x", "AAAA", "é", "=" * 50, "A" * 500):
        assert many.get("/posts", cursor=wrong).status == 400
    assert many.get("/posts", limit=0)["count"] == 1
    assert many.get("/posts", limit=10**9)["count"] == 30
    assert many.get("/posts", limit="many").status == 400


def test_a_kept_page_is_never_stale(many: Client, house: House) -> None:
    """The first page is kept ready-made, yet shows a change at once; wrong keys get nothing."""
    assert many.get("/posts", sort="new")["posts"][0]["title"] == "Post 29"
    assert many.get("/posts", sort="new")["authenticated"] is True
    publish(house, "author", "general", "The latest")
    assert many.get("/posts", sort="new")["posts"][0]["title"] == "The latest"
    stranger = Client(many.served)
    assert stranger.get("/posts", sort="new")["authenticated"] is False
    assert Client(many.served, key="moltbook_sk_wrong").get("/posts", sort="new").status == 401


def test_an_author_has_a_complete_history(many: Client, house: House, client: Client) -> None:
    """Posts by author, newest first or ranked; unknown authors are told."""
    titles = [post["title"] for post in walk(many, "/agents/author/posts", limit=7)]
    assert titles == [f"Post {number}" for number in range(29, -1, -1)]
    assert [p["title"] for p in walk(many, "/posts", author="author", limit=11)] == titles
    assert len(list(walk(many, "/posts", author="author", submolt="other", limit=4))) == 10
    assert (
        len(list(walk(many, "/posts", author="author", submolt="other", sort="hot", limit=4))) == 10
    )
    assert many.get("/posts", author="nobody").status == 404


def test_random_shows_something_of_the_list(many: Client) -> None:
    """Random posts are posts of the list, without doubles."""
    answer = many.get("/posts", sort="random", limit=10)
    ids = [post["id"] for post in answer["posts"]]
    assert 0 < len(ids) <= 10
    assert len(set(ids)) == len(ids)


def test_unknown_submolts_are_told(many: Client) -> None:
    """A list of a submolt that is not there is a 404 that says so."""
    for path in ("/posts?submolt=nowhere", "/submolts/nowhere/feed"):
        answer = many.get(path)
        assert (answer.status, answer["code"]) == (404, "submolt_not_found")
