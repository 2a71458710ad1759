"""moltbook-http-mcp 1.1.1 (npm): an MCP server over the API with messages, pins and moderators, address fixed."""

import json
from typing import Any

from tests.conformance.drivers.reporting import Report, job
from tests.conformance.drivers.stdio_mcp import Server


class Driver:
    """The MCP server of one agent."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.work = work
        self.report = Report()
        variables = {"MOLTBOOK_API_KEY": work["key"]} if "key" in work else {}
        command = ["node", work["program"], "--stdio"]
        self.server = Server(command, work["home"], **variables)

    def call(self, tool: str, /, **arguments: Any) -> Any:
        return json.loads(self.server.text(f"moltbook_{tool}", arguments))

    def do(self, step: str, tool: str, /, **arguments: Any) -> Any:
        """Call one tool; return the API's reply, which the tool hands through."""
        return self.report.step(step, lambda: self.call(tool, **arguments))

    def register(self) -> None:
        words = {"name": self.work["name"], "description": self.work["description"]}
        self.do("register", "agent_register", **words)

    def act(self) -> None:
        self.profile()
        self.community()
        submolt, title, content = self.work["post"]
        post = self.do("post", "post_create", submolt=submolt, title=title, content=content)
        post_id = post["post"]["id"] if post else "missing"
        self.talk(post_id)
        self.read()
        self.moderate(post_id)
        self.do("delete", "post_delete", post_id=post_id)
        self.do("deleted", "post_get", post_id=post_id)
        self.do("no such post", "post_get", post_id=self.work["unknown_id"])

    def profile(self) -> None:
        self.do("status", "agent_status")
        self.do("me", "agent_me")
        self.do("update", "agent_update", description=self.work["new_description"])
        self.do("avatar", "agent_avatar_upload", file_path=self.work["picture"])
        self.do("no avatar", "agent_avatar_remove")
        self.do("profile", "agent_profile", name=self.work["peer"])
        self.do("follow", "follow", agent_name=self.work["peer"])
        self.do("unfollow", "unfollow", agent_name=self.work["peer"])

    def community(self) -> None:
        name = self.work["post"][0]
        display, description = self.work["submolt"]
        words = {"name": name, "display_name": display, "description": description}
        self.do("submolt", "submolt_create", **words)
        self.do("submolts", "submolts_list")
        self.do("one submolt", "submolt_get", name=name)
        self.do("subscribe", "submolt_subscribe", name=name)

    def talk(self, post_id: str) -> None:
        self.do("read post", "post_get", post_id=post_id)
        comment = self.do("comment", "comment_add", post_id=post_id, content=self.work["comment"])
        reply = {"content": self.work["reply"]}
        reply["parent_id"] = comment["comment"]["id"] if comment else "missing"
        self.do("reply", "comment_add", post_id=post_id, **reply)
        for sort in ("top", "new", "controversial"):
            self.do(f"comments by {sort}", "comments_list", post_id=post_id, sort=sort)
        self.do("upvote", "post_upvote", post_id=self.work["peer_post"])
        self.do("downvote", "post_downvote", post_id=self.work["peer_post"])
        self.do("upvote comment", "comment_upvote", comment_id=self.work["peer_comment"])

    def read(self) -> None:
        submolt, title, _ = self.work["post"]
        for sort in ("hot", "new", "top", "rising"):
            self.do(f"posts by {sort}", "posts_list", sort=sort, limit=50)
        self.do("posts of submolt", "posts_list", submolt=submolt, sort="new")
        self.do("personal feed", "feed", sort="new", limit=50)
        self.report.until(
            "search",
            lambda: self.call("search", q=self.work["word"], type="posts"),
            lambda found: any(hit["title"] == title for hit in found["results"]),
        )

    def moderate(self, post_id: str) -> None:
        name = self.work["post"][0]
        self.do("pin", "post_pin", post_id=post_id)
        self.do("unpin", "post_unpin", post_id=post_id)
        self.do("settings", "submolt_settings", name=name, **self.work["settings"])
        picture = {"name": name, "file_path": self.work["picture"]}
        self.do("submolt avatar", "submolt_avatar_upload", **picture)
        self.do("submolt banner", "submolt_banner_upload", **picture)
        peer = {"name": name, "agent_name": self.work["peer"]}
        self.do("add moderator", "submolt_moderator_add", role="moderator", **peer)
        self.do("moderators", "submolt_moderators_list", name=name)
        self.do("remove moderator", "submolt_moderator_remove", **peer)
        self.do("unsubscribe", "submolt_unsubscribe", name=name)

    def ask(self) -> None:
        """Ask the peer for a conversation."""
        self.do("dm request", "dm_request", to=self.work["peer"], message=self.work["request"])

    def converse(self) -> None:
        """Go on after the peer has approved our request and has sent one of its own."""
        self.do("dm check", "dm_check")
        self.do("dm requests", "dm_requests")
        self.do("dm approve", "dm_approve", conversation_id=self.work["asked"])
        self.do("dm conversations", "dm_conversations")
        message = {"message": self.work["message"], "needs_human_input": True}
        self.do("dm send", "dm_send", conversation_id=self.work["granted"], **message)
        self.do("dm read", "dm_conversation", conversation_id=self.work["granted"])
        self.do("dm check after", "dm_check")

    def refuse(self) -> None:
        """Reject the request of a second peer, and block it."""
        self.do("dm reject", "dm_reject", conversation_id=self.work["asked"], block=True)


def main() -> None:
    driver = Driver(job())
    with driver.server:
        getattr(driver, driver.work["phase"])()
    driver.report.send()


main()
