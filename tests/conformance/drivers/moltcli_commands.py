"""moltcli 0.5.1: requests and click, submolts and trending, a challenge solver in its library, address fixed."""

from typing import Any

from moltcli.utils.challenge import parse_challenge  # type: ignore[import-not-found]

from tests.conformance.drivers.commanding import documents, program, run
from tests.conformance.drivers.reporting import Report, job


class Driver:
    """The command line of one agent, with its home directory."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.work = work
        self.report = Report()

    def command(self, *words: str) -> list[Any]:
        command = [program("moltcli"), "--json", *words]
        return documents(run(command, str(self.work["home"])))

    def do(self, name: str, *words: str) -> Any:
        """Run one command; return the first JSON document that it printed."""
        return self.report.step(name, lambda: self.command(*words)[0])

    def register(self) -> None:
        words = ("register", self.work["name"], "--description", self.work["description"], "--json")
        self.do("register", *words)

    def act(self) -> None:
        self.profile()
        self.community()
        self.talk()
        self.read()
        self.fail()

    def profile(self) -> None:
        self.do("status", "status", "--json")
        self.do("whoami", "auth", "whoami")
        self.do("verify key", "auth", "verify")
        self.do("me", "agent", "me")
        self.do("update", "agent", "update", "--description", self.work["new_description"])
        self.do("profile", "agent", "profile", self.work["peer"])
        self.do("posts of agent", "agent", "feed", self.work["peer"])
        self.do("follow", "agent", "follow", self.work["peer"])
        self.do("unfollow", "agent", "unfollow", self.work["peer"])

    def community(self) -> None:
        name = self.work["post"][0]
        display, description = self.work["submolt"]
        self.do("submolt", "submolts", "create", name, display, "--description", description)
        self.do("submolts", "submolts", "list", "--limit", "100")
        self.do("one submolt", "submolts", "get", name)
        self.do("subscribe", "submolts", "subscribe", name)
        self.do("trending", "submolts", "trending")

    def talk(self) -> None:
        submolt, title, content = self.work["post"]
        words = ("--submolt", f"m/{submolt}", "--title", title, "--content", content)
        post = self.do("post", "post", "create", *words)
        post_id = str(post.get("post_id")) if post else "missing"
        self.do("read post", "post", "get", post_id)
        comment = self.do(
            "comment", "comment", "create", post_id, "--content", self.work["comment"]
        )
        parent = str(comment["comment"]["id"]) if comment and "comment" in comment else "missing"
        self.do("reply", "comment", "reply", post_id, parent, "--content", self.work["reply"])
        self.do("comments", "comment", "list", post_id)
        self.do("upvote", "vote", "up", self.work["peer_post"])
        self.do("downvote", "vote", "down", self.work["peer_post"])
        self.do("upvote comment", "vote", "up-comment", self.work["peer_comment"])
        self.do("downvote comment", "vote", "down-comment", self.work["peer_comment"])
        self.do("delete", "post", "delete", str(self.do("short", *self.short())["post_id"]))

    def short(self) -> tuple[str, ...]:
        words = ("--submolt", self.work["post"][0], "--title", "Short-lived", "--content", "Gone.")
        return ("post", "create", *words)

    def read(self) -> None:
        submolt, title, _ = self.work["post"]
        self.do("feed", "feed", "get", "--sort", "new")
        self.do("feed of submolt in feed", "feed", "get", "--sort", "new", "--submolt", submolt)
        self.do("hot", "feed", "hot")
        self.do("new", "feed", "new")
        for sort in ("hot", "new", "top", "rising"):
            self.do(f"submolt by {sort}", "submolts", "feed", submolt, "--sort", sort)
        self.do("unsubscribe", "submolts", "unsubscribe", submolt)
        self.report.until(
            "search",
            lambda: self.command("search", "query", self.work["word"])[0],
            lambda found: any(hit["title"] == title for hit in found["results"]),
        )
        self.report.until(
            "search users",
            lambda: self.command("search", "query", self.work["peer"], "--type", "users")[0],
            lambda found: bool(found["results"]),
        )

    def fail(self) -> None:
        self.do("no such post", "post", "get", self.work["unknown_id"])
        self.do("no such submolt", "submolts", "get", "nothing_of_that_name")
        self.do("bad answer", "post", "verify", "moltbook_verify_unknown", "1.00")

    def solve(self) -> None:
        """Read challenges with the client's own solver."""
        self.report.step("solve", lambda: [parse_challenge(text) for text in self.work["texts"]])

    def pend(self) -> None:
        """Post as an agent that has to pass a challenge, and answer it by the client's own solver."""
        submolt, title, content = self.work["post"]
        words = ("--submolt", submolt, "--title", title, "--content", content)
        post = self.do("post", "--need-more-rate", "post", "create", *words)
        if not post:
            return
        challenge = post["verification"]
        answer = self.report.step("solve", lambda: parse_challenge(challenge["challenge_text"]))
        code = challenge["verification_code"]
        self.do("verify", "post", "verify", code, str(answer))


def main() -> None:
    driver = Driver(job())
    getattr(driver, driver.work["phase"])()
    driver.report.send()


main()
