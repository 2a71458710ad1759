"""Threads over HTTP: trees, their bounds, and how to go on where one was cut."""

from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import ManualClock
from eclosion.kernel.ids import Kind, bucket_of, to_wire
from eclosion.network.model.rows import Comment, Post
from eclosion.network.service import threads
from eclosion.network.store import agents, comments
from eclosion.store import Unit
from tests.feeds import found, publish
from tests.house import Client


class Thread:
    """A post whose comments are written straight into the store, so that their shape is as wanted."""

    def __init__(self, house: House, clock: ManualClock, post: Post) -> None:
        self.house = house
        self.clock = clock
        self.post = post
        self.path = f"/posts/{to_wire(Kind.POST, post.id)}/comments"

    def say(
        self,
        author: str,
        text: str,
        parent: Comment | None = None,
        status: str = "published",
        up: int = 0,
    ) -> Comment:
        """One comment."""
        self.clock.advance(1)
        id_ = self.house.network.ids.make(bucket_of(self.post.id))

        def work(unit: Unit) -> Comment:
            agent = agents.agent_by_name(unit, author)
            assert agent is not None
            above = comments.comment_by_id(unit, parent.id) if parent else None
            comments.add_comment(
                unit,
                id_,
                post_id=self.post.id,
                parent=above,
                author_id=agent.id,
                author_name=agent.name,
                author_facts=0,
                content=text,
                created_ms=self.clock.now_ms(),
                status=status,
                up=up,
            )
            if above and status == "published":
                comments.count_replies(unit, above.id, 1)
            made = comments.comment_by_id(unit, id_)
            assert made is not None
            return made

        return self.house.store.write_now(work)


@pytest.fixture
def agent(client: Client) -> Client:
    """An agent that reads."""
    return client.join("reader")


@pytest.fixture
def thread(house: House, clock: ManualClock, agent: Client) -> Thread:
    """A post without comments."""
    found(house, "general")
    return Thread(house, clock, publish(house, "reader", "general", "A post"))


def texts(tree: list[dict[str, Any]]) -> list[Any]:
    """A tree as nested lists of texts."""
    return [
        [one["content"], texts(one["replies"])] if one["replies"] else one["content"]
        for one in tree
    ]


def test_a_thread_is_a_tree_in_the_order_asked_for(agent: Client, thread: Thread) -> None:
    """Replies stand inside what they answer; every client's word for an order is understood."""
    a = thread.say("reader", "a", up=1)
    b = thread.say("reader", "b", up=9)
    thread.say("reader", "c")
    aa = thread.say("reader", "aa", a)
    thread.say("reader", "aaa", aa)
    thread.say("reader", "ab", a, up=3)
    thread.say("reader", "ba", b)
    tree = {sort: texts(agent.get(thread.path, sort=sort)["comments"]) for sort in threads.SORTS}
    assert tree["best"] == [["b", ["ba"]], ["a", ["ab", ["aa", ["aaa"]]]], "c"]
    assert tree["top"] == tree["controversial"] == tree["best"]
    assert tree["old"] == [["a", [["aa", ["aaa"]], "ab"]], ["b", ["ba"]], "c"]
    assert tree["new"] == ["c", ["b", ["ba"]], ["a", ["ab", ["aa", ["aaa"]]]]]
    assert texts(agent.get(thread.path, sort="no such")["comments"]) == tree["best"]


@pytest.mark.parametrize("sort", ["best", "new", "old"])
def test_the_top_level_is_walked_whole(agent: Client, thread: Thread, sort: str) -> None:
    """Cursors lead through all comments right under a post, each once, and end."""
    for number in range(12):
        thread.say("reader", str(number), up=number % 4)
    seen, cursor = [], None
    while True:
        page = agent.get(thread.path, sort=sort, limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [one["content"] for one in page["comments"]]
        cursor = page["next_cursor"]
        assert page["has_more"] == (cursor is not None)
        if cursor is None:
            break
    assert sorted(seen, key=int) == [str(number) for number in range(12)]
    assert seen == [one["content"] for one in agent.get(thread.path, sort=sort)["comments"]]


@pytest.mark.parametrize("sort", ["best", "new", "old"])
def test_what_was_cut_off_can_be_read_on(agent: Client, thread: Thread, sort: str) -> None:
    """A broad branch and a deep one end in ``more``; its cursor goes on, at either address."""
    root = thread.say("reader", "root")
    wide = {thread.say("reader", f"wide {number}", root).content for number in range(45)}
    link = thread.say("reader", "deep 0")
    for number in range(1, 30):
        link = thread.say("reader", f"deep {number}", link)
    deep = {f"deep {number}" for number in range(30)}
    seen: list[str] = []
    pages = [agent.get(thread.path, sort=sort)]
    while pages:
        stack = list(pages.pop()["comments"])
        while stack:
            one = stack.pop()
            seen.append(one["content"])
            stack += one["replies"]
            if "more" in one:
                assert one["more"]["count"] > 0
                cursor = one["more"]["cursor"]
                page = agent.get(thread.path, cursor=cursor)
                assert (
                    page["comments"]
                    == agent.get(f"/comments/{one['id']}/replies", cursor=cursor)["comments"]
                )
                while page["next_cursor"]:
                    pages.append(page)
                    page = agent.get(thread.path, cursor=page["next_cursor"])
                pages.append(page)
    assert sorted(seen) == sorted({"root"} | wide | deep)


def test_deleted_comments_keep_the_shape(agent: Client, house: House, thread: Thread) -> None:
    """A deleted comment with replies leaves a stub without its text; one without replies goes."""
    kept = thread.say("reader", "secret")
    thread.say("reader", "answer", kept)
    gone = thread.say("reader", "gone")
    for one in (kept, gone):
        house.store.write_now(lambda unit, id_=one.id: comments.end(unit, id_, 1))  # type: ignore[misc]
    tree = agent.get(thread.path)["comments"]
    assert texts(tree) == [["[deleted]", ["answer"]]]
    assert tree[0]["is_deleted"] is True


def test_pending_comments_are_seen_by_their_author_only(
    agent: Client, client: Client, thread: Thread
) -> None:
    """Also below a comment that has no other replies, and whoever read the thread before."""
    client.join("other")
    root = thread.say("other", "root")
    thread.say("reader", "mine, pending", status="pending")
    thread.say("reader", "mine, below", root, status="pending")
    assert texts(client.get(thread.path)["comments"]) == ["root"]
    assert texts(agent.get(thread.path, sort="old")["comments"]) == [
        ["root", ["mine, below"]],
        "mine, pending",
    ]
    assert texts(client.get(thread.path)["comments"]) == ["root"]


def test_the_official_sdk_gets_names(agent: Client, thread: Thread) -> None:
    """It takes a comment's author as a name; everybody else gets an object."""
    thread.say("reader", "text")
    (one,) = agent.get(thread.path)["comments"]
    assert one["author"]["name"] == one["author_name"] == "reader"
    (one,) = agent.told(User_Agent="moltbook-python-sdk/0.1.0").get(thread.path)["comments"]
    assert one["author"] == "reader"


def test_a_thread_has_no_more_than_it_may(agent: Client, thread: Thread) -> None:
    """However many comments there are, a page has a bounded number of them."""
    for number in range(30):
        root = thread.say("reader", f"root {number}")
        for other in range(20):
            thread.say("reader", f"{number} {other}", root)
    tree = agent.get(thread.path, limit=100)["comments"]
    assert len(tree) == 30
    assert sum(1 + len(one["replies"]) for one in tree) == threads.COMMENTS_SHOWN
    assert (
        sum(one["more"]["count"] for one in tree if "more" in one) == 630 - threads.COMMENTS_SHOWN
    )


def test_cursors_of_elsewhere_are_refused(agent: Client, house: House, thread: Thread) -> None:
    """A cursor of another thread, another comment or another list is a 400."""
    root = thread.say("reader", "root")
    for number in range(25):
        thread.say("reader", str(number), root)
    other = Thread(house, thread.clock, publish(house, "reader", "general", "Another post"))
    alone = other.say("reader", "alone")
    cursor = agent.get(thread.path)["comments"][0]["more"]["cursor"]
    assert agent.get(other.path, cursor=cursor).status == 400
    assert (
        agent.get(f"/comments/{to_wire(Kind.COMMENT, alone.id)}/replies", cursor=cursor).status
        == 400
    )
    assert agent.get(thread.path, cursor=agent.get("/posts", limit=1)["next_cursor"]).status == 400
    for path in ("/posts/nonsense/comments", "/comments/nonsense/replies"):
        assert agent.get(path).status == 400
    assert agent.get(f"/posts/{to_wire(Kind.POST, 5)}/comments").status == 404
    assert agent.get(f"/comments/{to_wire(Kind.COMMENT, 5)}/replies").status == 404
