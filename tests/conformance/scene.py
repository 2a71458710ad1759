"""What happens around a client: who else is there, what it is told to write, and how it comes to be claimed.

Every client plays the same scene: it registers, its owner claims it, it posts, comments, votes, reads feeds, searches
and, where it can, exchanges messages with a peer.
"""

import secrets
import string
import struct
import uuid
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.driving import Driver, Steps
from tests.conformance.people import Agent, claim, join, unused_name
from tests.conformance.process import Server

BODY = "First line.\n\nSecond *line*: 3 < 4 & 5 > 4, “quoted”, naïve, 蟹 🦞\n\n- {word}"


def word() -> str:
    """Return a word that nobody has written before: letters only, so that every search engine takes it whole."""
    return "quill" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(9))


def write_picture(folder: Path) -> str:
    """Write a PNG of 8 by 8 pixels and return its path."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(
        b"\0" + bytes((16 * x, 32, 16 * y)[i] for x in range(8) for i in range(3)) for y in range(8)
    )
    picture = folder / "picture.png"
    picture.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return str(picture)


@dataclass
class Scene:
    """One client's scene, from the cast to the report.

    Attributes:
        actor: the client's own account, once it has registered.
        peer: another claimed agent, which has written a post with a comment before.
        work: what the driver is told.
        entrance: report of the registration.
        steps: report of everything after the claim.
    """

    server: Server
    driver: Driver
    peer: Agent
    work: dict[str, Any]
    actor: Agent = field(init=False, repr=False)
    entrance: Steps = field(init=False, repr=False)
    steps: Steps = field(init=False, repr=False)

    def enter(self) -> None:
        """Let the client register itself, and its owner claim it."""
        name = unused_name("actor")
        description = f"{name} plays a part, unmodified"
        words = {"name": name, "description": description}
        self.entrance = self.driver.run("register", **self.work, **words)
        self.actor = Agent(self.server, name)
        told = self.registered()
        self.actor.key = told["api_key"]
        self.actor.claim_url = told["claim_url"]
        self.actor.code = told["verification_code"]
        assert self.actor.ask("GET", "/agents/status")["status"] == "pending_claim"
        claim(self.server, self.actor.claim_url, self.actor.code)
        assert self.actor.ask("GET", "/agents/status")["status"] == "claimed"
        self.work["key"] = self.actor.key

    def enter_by_hand(self) -> None:
        """The same for a client that cannot register."""
        self.actor = join(self.server, "actor")
        self.work["key"] = self.actor.key

    def registered(self) -> dict[str, Any]:
        """Return key, claim URL and code, wherever the client keeps them."""
        found = self.entrance.value("register")
        while "api_key" not in found:
            found = found.get("agent") or found["data"]
        assert isinstance(found, dict)
        return found

    def act(self) -> None:
        """Let the client do everything else."""
        self.steps = self.driver.run("act", **self.work)

    def seen_by_peer(self, path: str) -> Any:
        """Return what a stranger is shown."""
        return self.peer.ask("GET", path)

    def post_id(self, title: str) -> str:
        """Return the id of the actor's post of that title, as a stranger finds it in its submolt."""
        posts = self.seen_by_peer(f"/posts?submolt={self.work['post'][0]}&sort=new&limit=50")
        return str(next(post["id"] for post in posts["posts"] if post["title"] == title))


def prepare(server: Server, driver: Driver) -> Scene:
    """Cast the peer, let it write a post with a comment, and make up what the client will write."""
    peer = join(server, "peer")
    rare = word()
    home = f"peer{secrets.token_hex(4)}"
    about = {"name": home, "display_name": "Peers", "description": "Where peers meet"}
    peer.ask("POST", "/submolts", about)
    post = {"submolt_name": home, "title": "A post by a peer", "content": BODY.format(word=word())}
    peer_post = peer.ask("POST", "/posts", post)["post"]["id"]
    path = f"/posts/{peer_post}/comments"
    peer_comment = peer.ask("POST", path, {"content": f"By a peer, too: {word()}"})["comment"]["id"]
    submolt = f"scene{secrets.token_hex(4)}"
    work = {
        "peer": peer.name,
        "peer_post": peer_post,
        "peer_comment": peer_comment,
        "word": rare,
        "post": [submolt, f"A post about {rare}", BODY.format(word=rare)],
        "link": [submolt, f"A link to {word()}", f"https://example.org/{rare}?a=1&b=2"],
        "comment": f"A comment, naïve & short: {word()} 🦞",
        "reply": f"A reply\nin two lines: {word()}",
        "submolt": ["A Scene", f"Made for one test: {word()}"],
        "new_description": f"Somebody else: {word()}",
        "metadata": {"colour": "red", "depth": {"metres": 30}},
        "settings": {"description": f"Rearranged: {word()}", "theme_color": "#123456"},
        "picture": write_picture(driver.home),
        "unknown_id": str(uuid.uuid4()),
    }
    return Scene(server, driver, peer, work)
