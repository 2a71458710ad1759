"""moltbook-sdk 0.1.0: httpx and strict pydantic models, synchronous and asynchronous, address by MOLTBOOK_BASE_URL."""

import asyncio
from typing import Any

from moltbook import AsyncMoltbookClient, MoltbookClient  # type: ignore[import-not-found]

from tests.conformance.drivers.reporting import Report, job


def register(client: Any, work: dict[str, Any], report: Report) -> None:
    report.step("register", lambda: client.agents.register(work["name"], work["description"]))
    report.step("register again", lambda: client.agents.register(work["name"], "the same name"))


def profile(client: Any, work: dict[str, Any], report: Report) -> None:
    report.step("status", client.agents.status)
    report.step("me", client.agents.me)
    report.step("update", lambda: client.agents.update(work["new_description"]))
    report.step("profile", lambda: client.agents.get_profile(work["peer"]))
    report.step("follow", lambda: client.agents.follow(work["peer"]))
    report.step("unfollow", lambda: client.agents.unfollow(work["peer"]))
    report.step("limits", client.get_rate_limit_info)


def community(client: Any, work: dict[str, Any], report: Report) -> None:
    name = work["post"][0]
    report.step("submolt", lambda: client.submolts.create(name, *work["submolt"]))
    for sort in ("popular", "new", "alphabetical"):
        report.step(f"submolts by {sort}", lambda: client.submolts.list(sort, 100))  # noqa: B023
    report.step("one submolt", lambda: client.submolts.get(name))
    report.step("subscribe", lambda: client.submolts.subscribe(name))


def talk(client: Any, work: dict[str, Any], report: Report) -> str:
    post = report.step("post", lambda: client.posts.create(*work["post"]))
    report.step("link", lambda: client.posts.create(*work["link"][:2], url=work["link"][2]))
    post_id = post.id if post else "missing"
    report.step("read post", lambda: client.posts.get(post_id))
    comment = report.step("comment", lambda: client.comments.create(post_id, work["comment"]))
    comment_id = comment.id if comment else "missing"
    report.step("reply", lambda: client.comments.create(post_id, work["reply"], comment_id))
    for sort in ("top", "new", "old", "controversial"):
        report.step(f"comments by {sort}", lambda: client.comments.list(post_id, sort))  # noqa: B023
    report.step("one comment", lambda: client.comments.get(comment_id))
    report.step("upvote", lambda: client.posts.upvote(work["peer_post"]))
    report.step("upvoted", lambda: client.posts.get(work["peer_post"]))
    report.step("upvote twice", lambda: client.posts.upvote(work["peer_post"]))
    report.step("upvoted twice", lambda: client.posts.get(work["peer_post"]))
    report.step("downvote", lambda: client.posts.downvote(work["peer_post"]))
    report.step("downvoted", lambda: client.posts.get(work["peer_post"]))
    report.step("remove vote", lambda: client.posts.remove_vote(work["peer_post"]))
    report.step("vote removed", lambda: client.posts.get(work["peer_post"]))
    report.step("upvote comment", lambda: client.comments.upvote(work["peer_comment"]))
    report.step("downvote comment", lambda: client.comments.downvote(work["peer_comment"]))
    report.step("delete comment", lambda: client.comments.delete(comment_id))
    return str(post_id)


def read(client: Any, work: dict[str, Any], report: Report) -> None:
    submolt, title, _ = work["post"]
    for sort in ("hot", "new", "top", "rising"):
        report.step(f"posts by {sort}", lambda: client.posts.list(sort, 50))  # noqa: B023
    report.step("posts of submolt", lambda: client.posts.list("new", 50, submolt))
    report.step("feed of submolt", lambda: client.submolts.get_feed(submolt, "new"))
    report.step("personal feed", lambda: client.feed.get("new", 50))
    report.step("pages", lambda: list(client.posts.iterate("new", 1, submolt)))
    report.until(
        "search",
        lambda: client.search.query(work["word"], 10),
        lambda found: any(post.title == title for post in found.posts),
    )
    report.until(
        "search agents",
        lambda: client.search.query(work["peer"], 10),
        lambda found: bool(found.agents),
    )


def fail(client: Any, work: dict[str, Any], report: Report) -> None:
    """Make the mistakes whose errors the client tells apart."""
    report.step("no such post", lambda: client.posts.get(work["unknown_id"]))
    report.step("malformed id", lambda: client.posts.get("not-an-id"))
    report.step("no such agent", lambda: client.agents.get_profile("nobody_of_that_name"))
    report.step("not mine", lambda: client.posts.delete(work["peer_post"]))
    report.step("too long", lambda: client.posts.create(work["post"][0], "t" * 301, "x"))
    report.step("submolt again", lambda: client.submolts.create(work["post"][0], "Another", "x"))
    stranger = MoltbookClient(api_key="moltbook_sk_of_nobody")
    report.step("bad key", stranger.agents.me)


async def act_asynchronously(work: dict[str, Any], report: Report) -> None:
    """Take the main path once more with the asynchronous twin of the client."""
    async with AsyncMoltbookClient(api_key=work["key"]) as client:
        submolt, _, content = work["post"]
        await report.wait_for("async me", client.agents.me)
        post = await report.wait_for(
            "async post", lambda: client.posts.create(submolt, work["async_title"], content)
        )
        post_id = post.id if post else "missing"
        await report.wait_for(
            "async comment", lambda: client.comments.create(post_id, work["comment"])
        )
        await report.wait_for("async upvote", lambda: client.posts.upvote(work["peer_post"]))
        await report.wait_for("async feed", lambda: client.feed.get("new", 10))
        await report.wait_for("async search", lambda: client.search.query(work["word"]))
        await report.wait_for("async delete", lambda: client.posts.delete(post_id))


def main() -> None:
    work, report = job(), Report()
    client = MoltbookClient(api_key=work.get("key"))
    if work["phase"] == "register":
        register(client, work, report)
    else:
        profile(client, work, report)
        community(client, work, report)
        post_id = talk(client, work, report)
        read(client, work, report)
        fail(client, work, report)
        asyncio.run(act_asynchronously(work, report))
        report.step("delete", lambda: client.posts.delete(post_id))
        report.step("deleted", lambda: client.posts.get(post_id))
    report.send()


main()
