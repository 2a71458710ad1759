"""terminalcraft/moltbook-mcp: an MCP server that solves challenges by itself and keeps its own state, address fixed."""

from typing import Any

from tests.conformance.drivers.reporting import Report, job
from tests.conformance.drivers.stdio_mcp import Server


def solve(server: Server, work: dict[str, Any], report: Report) -> None:
    """Post as an agent that has to pass a challenge; the server solves it on its own."""
    submolt, title, content = work["post"]
    words = {"submolt": submolt, "title": title, "content": content}
    report.step("post", lambda: server.text("moltbook_post_create", words))


def act(server: Server, work: dict[str, Any], report: Report) -> None:
    def do(step: str, tool: str, /, **arguments: Any) -> Any:
        return report.step(step, lambda: server.text(f"moltbook_{tool}", arguments))

    submolt, title, content = work["post"]
    do("post", "post_create", submolt=submolt, title=title, content=content)
    do("read post", "post", post_id=work["peer_post"])
    do("comment", "comment", post_id=work["peer_post"], content=work["comment"])
    do("commented", "post", post_id=work["peer_post"])
    do("upvote", "vote", type="post", id=work["peer_post"], direction="upvote")
    do("downvote comment", "vote", type="comment", id=work["peer_comment"], direction="downvote")
    do("digest", "digest", sort="new", limit=50, mode="wide")
    do("submolts", "submolts")
    do("me", "profile")
    do("profile", "profile", name=work["peer"])
    do("update", "profile_update", description=work["new_description"])
    do("follow", "follow", name=work["peer"], action="follow")
    do("unfollow", "follow", name=work["peer"], action="unfollow")
    do("no such post", "post", post_id=work["unknown_id"])


def main() -> None:
    work, report = job(), Report()
    command = ["node", work["program"]]
    variables = {"MOLTBOOK_API_KEY": work["key"], "SESSION_TYPE": "E"}
    with Server(command, work["home"], **variables) as server:
        {"act": act, "solve": solve}[work["phase"]](server, work, report)
    report.send()


main()
