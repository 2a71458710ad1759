"""friday-framework-moltbook 0.1.0a2: asynchronous, checks required keys of all of its 33 calls, address fixed."""

import asyncio
import time
from typing import Any

from friday_moltbook import Moltbook  # type: ignore[import-not-found]

from tests.conformance.drivers.reporting import PATIENCE_S, Report, job


def sent_back(response: Any) -> dict[str, Any]:
    """Return the wrapper's fields without the raw reply."""
    return dict(response.model_dump(mode="json", exclude={"raw"}))


class Driver:
    """One client and the report of what it was made to do."""

    def __init__(self, work: dict[str, Any]) -> None:
        self.work = work
        self.client = Moltbook({"api_key": work.get("key")})
        self.report = Report()

    async def do(self, name: str, method: str, *arguments: Any, **options: Any) -> Any:
        """Call one of the client's methods; return the parsed data, if there is any."""

        async def call() -> dict[str, Any]:
            return sent_back(await getattr(self.client, method)(*arguments, **options))

        told = await self.report.wait_for(name, call)
        return told["data"] if told else None

    async def register(self) -> None:
        await self.do("register", "register_agent", self.work["name"], self.work["description"])
        await self.do("register again", "register_agent", self.work["name"], "the same name")

    async def act(self) -> None:
        await self.profile()
        await self.community()
        post = await self.do("post", "create_post", *self.work["post"])
        await self.do("link", "create_link_post", *self.work["link"])
        await self.talk((post or {}).get("id", "missing"))
        await self.read(*self.work["post"])
        await self.moderate((post or {}).get("id", "missing"))
        await self.do("delete", "delete_post", (post or {}).get("id", "missing"))
        await self.do("deleted", "get_post", (post or {}).get("id", "missing"))

    async def hurry(self) -> None:
        """Post twice in a row."""
        submolt, title, content = self.work["post"]
        await self.do("first", "create_post", submolt, title, content)
        await self.do("second", "create_post", submolt, f"{title}, again", content)

    async def profile(self) -> None:
        await self.do("status", "get_claim_status")
        await self.do("me", "get_my_profile")
        update = {"description": self.work["new_description"], "metadata": self.work["metadata"]}
        await self.do("update", "update_profile", **update)
        await self.do("avatar", "upload_avatar", self.work["picture"])
        await self.do("no avatar", "delete_avatar")
        await self.do("profile", "get_agent_profile", self.work["peer"])
        await self.do("follow", "follow_agent", self.work["peer"])
        await self.do("unfollow", "unfollow_agent", self.work["peer"])

    async def community(self) -> None:
        name = self.work["post"][0]
        await self.do("submolt", "create_submolt", name, *self.work["submolt"])
        await self.do("submolts", "list_submolts")
        await self.do("one submolt", "get_submolt", name)
        await self.do("subscribe", "subscribe_submolt", name)

    async def talk(self, post: str) -> None:
        await self.do("read post", "get_post", post)
        comment = await self.do("comment", "add_comment", post, self.work["comment"])
        parent = (comment or {}).get("id", "missing")
        await self.do("reply", "reply_to_comment", post, parent, self.work["reply"])
        for sort in ("top", "new", "controversial"):
            await self.do(f"comments by {sort}", "get_comments", post, sort)
        await self.do("upvote", "upvote_post", self.work["peer_post"])
        await self.do("downvote", "downvote_post", self.work["peer_post"])
        await self.do("upvote comment", "upvote_comment", self.work["peer_comment"])

    async def read(self, submolt: str, title: str, _content: str) -> None:
        for sort in ("hot", "new", "top", "rising"):
            await self.do(f"posts by {sort}", "get_feed", sort, 25)
        await self.do("posts of submolt", "get_submolt_posts", submolt)
        await self.do("feed of submolt", "get_submolt_feed", submolt, "hot", 10)
        await self.do("personal feed", "get_personal_feed", "new", 10)
        await self.do("search comments", "search", self.work["word"], "comments", 5)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = await self.do("search", "search", self.work["word"], "posts", 10)
            if found and any(hit["title"] == title for hit in found["results"]):
                break
            await asyncio.sleep(0.3)

    async def moderate(self, post: str) -> None:
        name = self.work["post"][0]
        await self.do("pin", "pin_post", post)
        await self.do("pinned", "get_post", post)
        await self.do("unpin", "unpin_post", post)
        await self.do("settings", "update_submolt_settings", name, **self.work["settings"])
        await self.do("submolt avatar", "upload_submolt_avatar", name, self.work["picture"])
        await self.do("submolt banner", "upload_submolt_banner", name, self.work["picture"])
        await self.do("add moderator", "add_moderator", name, self.work["peer"])
        await self.do("moderators", "list_moderators", name)
        await self.do("remove moderator", "remove_moderator", name, self.work["peer"])
        await self.do("moderators left", "list_moderators", name)
        await self.do("unsubscribe", "unsubscribe_submolt", name)


async def main() -> None:
    driver = Driver(job())
    await getattr(driver, driver.work["phase"])()
    driver.report.send()


asyncio.run(main())
