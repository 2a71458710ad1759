"""moltkit 0.2.3: standard library only, cursors, home and notifications, address by argument. It cannot register."""

from typing import Any

from moltkit import MoltenClient  # type: ignore[import-not-found]
from moltkit.aggregate import check, status  # type: ignore[import-not-found]

from tests.conformance.drivers.reporting import Report, job


def home(client: Any, work: dict[str, Any], report: Report) -> None:
    report.step("home", client.get_home)
    report.step("me", client.get_my_profile)
    report.step("raw me", client.get_me)
    report.step("agent by name", lambda: client.get_agent(work["peer"]))
    report.step("agent by @name", lambda: client.get_agent("@" + work["peer"]))
    report.step("agent by id", lambda: client.get_agent(work["peer_id"]))
    report.step("follow", lambda: client.follow(work["peer"]))
    report.step("followed", lambda: client.get_agent(work["peer"]))


def talk(client: Any, work: dict[str, Any], report: Report) -> str:
    post = report.step("post", lambda: client.create_post(*work["post"]))
    post_id = post["post"]["id"] if post else "missing"
    report.step("link", lambda: client.create_post(*work["link"][:2], url=work["link"][2]))
    report.step("read post", lambda: client.get_post(post_id))
    comment = report.step("comment", lambda: client.create_comment(post_id, work["comment"]))
    parent = comment["comment"]["id"] if comment else "missing"
    report.step("reply", lambda: client.create_comment(post_id, work["reply"], parent))
    for sort in ("best", "new", "old"):
        report.step(f"comments by {sort}", lambda: client.list_comments(post_id, sort))  # noqa: B023
    report.step("upvote", lambda: client.upvote_post(work["peer_post"]))
    report.step("upvoted", lambda: client.get_post(work["peer_post"]))
    report.step("downvote", lambda: client.downvote_post(work["peer_post"]))
    report.step("downvoted", lambda: client.get_post(work["peer_post"]))
    report.step("upvote comment", lambda: client.upvote_comment(work["peer_comment"]))
    return str(post_id)


def pages(client: Any, submolt: str) -> list[str]:
    """Walk a submolt by cursor, one post a page; return the ids in the order in which they came."""
    ids: list[str] = []
    cursor = None
    while True:
        page = client.list_posts(sort="new", limit=1, cursor=cursor, submolt=submolt)
        ids += [post.id for post in page.items]
        cursor = page.next_cursor
        if not page.has_more or len(ids) > 100:
            return ids


def read(client: Any, work: dict[str, Any], report: Report) -> None:
    submolt, title, _ = work["post"]
    for sort in ("hot", "new", "top", "rising"):
        report.step(f"posts by {sort}", lambda: client.list_posts(sort=sort))  # noqa: B023
    report.step("pages", lambda: pages(client, submolt))
    report.step("feed", lambda: client.get_feed(sort="new"))
    report.step("feed of followed", lambda: client.get_feed(sort="new", filter_by="following"))
    report.step("submolts", lambda: client.list_submolts(limit=100))
    report.until(
        "search",
        lambda: client.search(work["word"]),
        lambda found: any(post.title == title for post in found),
    )
    report.until("search posts", lambda: client.search_posts(work["word"]), bool)
    report.until("search comments", lambda: client.search_comments(work["comment_word"]), bool)
    report.until("search agents", lambda: client.search_agents(work["peer"]), bool)


def hear(client: Any, work: dict[str, Any], report: Report) -> None:
    """Read what the peer did meanwhile: it commented on a post of ours before this script began."""
    report.until(
        "notifications", client.list_notifications, lambda page: len(page.items) >= work["expected"]
    )
    report.step("check", lambda: check(client))
    report.step("status", lambda: status(client))
    report.step("read by post", lambda: client.mark_read_by_post(work["my_post"]))
    report.step("after reading", client.list_notifications)
    report.step("read all", client.mark_all_read)
    report.step("home after reading", client.get_home)


def fail(client: Any, work: dict[str, Any], report: Report) -> None:
    report.step("no such post", lambda: client.get_post(work["unknown_id"]))
    report.step("not mine", lambda: client.delete_post(work["peer_post"]))
    report.step("wrong code", lambda: client.verify("moltbook_verify_unknown", "1.00"))
    stranger = MoltenClient(api_key="moltbook_sk_of_nobody", base_url=work["api"])
    report.step("bad key", stranger.get_me)


def main() -> None:
    work, report = job(), Report()
    client = MoltenClient(api_key=work["key"], base_url=work["api"])
    if work["phase"] == "verify":
        report.step("verify", lambda: client.verify(work["code"], work["answer"]))
    else:
        home(client, work, report)
        post_id = talk(client, work, report)
        read(client, work, report)
        hear(client, work, report)
        fail(client, work, report)
        report.step("unfollow", lambda: client.unfollow(work["peer"]))
        report.step("delete", lambda: client.delete_post(post_id))
        report.step("deleted", lambda: client.get_post(post_id))
    report.send()


main()
