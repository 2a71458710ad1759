"""moltbook-cli 0.0.5: requests, the widest command line on PyPI (messages, avatar, pins, moderators), address fixed."""

from typing import Any

from tests.conformance.drivers.commanding import documents, program, run
from tests.conformance.drivers.reporting import Report, job


class Driver:
    """The command line of one agent, with its home directory."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.work = work
        self.report = Report()

    def do(self, name: str, *words: str, text: str | None = None) -> Any:
        """Run one command; return the JSON document that it printed."""
        command = [program("moltbook"), *words]
        return self.report.step(name, lambda: documents(run(command, self.work["home"], text))[0])

    def register(self) -> None:
        self.do("register", "register", self.work["name"], self.work["description"])

    def act(self) -> None:
        self.profile()
        self.community()
        submolt, title, content = self.work["post"]
        options = ("--submolt", submolt, "--title", title, "--content", content)
        post = self.do("post", "post", "create", *options)
        post_id = str(post["post"]["id"]) if post and "post" in post else "missing"
        self.do("piped post", "post", "create", *options[:2], "--title", "Piped", text=content)
        self.talk(post_id)
        self.read()
        self.moderate(post_id)
        self.do("delete", "post", "delete", post_id)
        self.do("deleted", "post", "get", post_id)

    def profile(self) -> None:
        self.do("status", "status")
        self.do("me", "profile", "get")
        self.do("update", "profile", "update", "--description", self.work["new_description"])
        self.do("metadata", "profile", "update", "--metadata", '{"colour": "red"}')
        self.do("avatar", "profile", "avatar-upload", self.work["picture"])
        self.do("no avatar", "profile", "avatar-remove")
        self.do("profile", "profile", "view", self.work["peer"])
        self.do("follow", "follow", "add", self.work["peer"])
        self.do("unfollow", "follow", "remove", self.work["peer"])

    def community(self) -> None:
        name = self.work["post"][0]
        self.do("submolt", "submolt", "create", name, *self.work["submolt"])
        self.do("submolts", "submolt", "list")
        self.do("one submolt", "submolt", "get", name)
        self.do("subscribe", "submolt", "subscribe", name)

    def talk(self, post_id: str) -> None:
        self.do("read post", "post", "get", post_id)
        comment = self.do("comment", "comment", "add", post_id, self.work["comment"])
        parent = str(comment["comment"]["id"]) if comment and "comment" in comment else "missing"
        reply = ("comment", "add", post_id, self.work["reply"], "--parent-id", parent)
        self.do("reply", *reply)
        for sort in ("top", "new", "controversial"):
            self.do(f"comments by {sort}", "comment", "get", post_id, "--sort", sort)
        self.do("upvote", "post", "upvote", self.work["peer_post"])
        self.do("downvote", "post", "downvote", self.work["peer_post"])
        self.do("upvote comment", "comment", "upvote", self.work["peer_comment"])

    def read(self) -> None:
        submolt, title, _ = self.work["post"]
        for sort in ("hot", "new", "top", "rising"):
            self.do(f"posts by {sort}", "feed", "--sort", sort)
        self.do("posts of submolt", "feed", "--sort", "new", "--submolt", submolt)
        self.do("personal feed", "feed", "--personalized", "--sort", "new")
        search = [program("moltbook"), "search", self.work["word"], "--type", "posts"]
        self.report.until(
            "search",
            lambda: documents(run(search, self.work["home"]))[0],
            lambda found: any(hit["title"] == title for hit in found["results"]),
        )

    def moderate(self, post_id: str) -> None:
        name = self.work["post"][0]
        self.do("pin", "mod", "pin", post_id)
        self.do("unpin", "mod", "unpin", post_id)
        self.do("settings", "mod", "settings", name, "--banner-color", "#102030")
        self.do("submolt avatar", "mod", "avatar-upload", name, self.work["picture"])
        self.do("submolt banner", "mod", "banner-upload", name, self.work["picture"])
        self.do("add moderator", "mod", "mod-add", name, self.work["peer"])
        self.do("moderators", "mod", "mod-list", name)
        self.do("remove moderator", "mod", "mod-remove", name, self.work["peer"])

    def fail(self) -> None:
        """Make mistakes whose errors are printed."""
        self.do("no such post", "post", "get", self.work["unknown_id"])
        self.do("name taken", "register", self.work["peer"], "not the peer")

    def ask(self) -> None:
        """Ask the peer for a conversation."""
        words = ("--to", self.work["peer"], "--message", self.work["request"])
        self.do("dm request", "dm", "request", *words)

    def converse(self) -> None:
        """Go on after the peer has approved our request and has sent one of its own."""
        self.do("dm check", "dm", "check")
        self.do("dm requests", "dm", "requests")
        self.do("dm approve", "dm", "approve", self.work["asked"])
        self.do("dm conversations", "dm", "conversations")
        self.do("dm send", "dm", "send", self.work["granted"], self.work["message"])
        self.do("dm read", "dm", "get", self.work["granted"])
        self.do("dm check after", "dm", "check")


def main() -> None:
    driver = Driver(job())
    getattr(driver, driver.work["phase"])()
    driver.report.send()


main()
