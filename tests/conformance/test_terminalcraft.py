"""terminalcraft/moltbook-mcp: solves challenges by itself, wants `success` on reads, compares the text of one error.

It is on no registry: set ECLOSION_CONFORMANCE_TERMINALCRAFT to a checkout of github.com/terminalcraft/moltbook-mcp.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.checks import check_peer_votes
from tests.conformance.driving import Driver, Steps
from tests.conformance.enclosure import Enclosure
from tests.conformance.installing import ClientUnavailable, checkout
from tests.conformance.people import Agent, join
from tests.conformance.process import Server
from tests.conformance.scene import Scene, prepare, word

VARIABLE = "ECLOSION_CONFORMANCE_TERMINALCRAFT"


@pytest.fixture(scope="module")
def stage(
    from_npm: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], tuple[Path, str]]:
    """Copy the checkout to a fresh home, since it writes next to its code; return home and program."""
    try:
        source = checkout(VARIABLE, "terminalcraft/moltbook-mcp")
    except ClientUnavailable as reason:
        pytest.skip(str(reason))
    modules = from_npm("@modelcontextprotocol/sdk@1.25.3", "zod@3.25.76")

    def copy() -> tuple[Path, str]:
        home = tmp_path_factory.mktemp("terminalcraft")
        (home / "node_modules").symlink_to(modules)
        shutil.copytree(source, home / "checkout", ignore=shutil.ignore_patterns(".git"))
        return home, str(home / "checkout" / "index.js")

    return copy


@pytest.fixture(scope="module")
def scene(
    stage: Callable[[], tuple[Path, str]], named_server: Server, enclosure: Enclosure, python: Path
) -> Scene:
    home, program = stage()
    driver = Driver(python, "terminalcraft_mcp.py", named_server, home, enclosure)
    played = prepare(named_server, driver)
    played.work["program"] = program
    played.enter_by_hand()
    submolt, *_ = played.work["post"]
    display_name, description = played.work["submolt"]
    about = {"name": submolt, "display_name": display_name, "description": description}
    played.actor.ask("POST", "/submolts", about)
    played.act()
    return played


def told(steps: Steps, name: str) -> dict[str, Any]:
    """Return the API's reply from a tool that hands it through."""
    reply: dict[str, Any] = json.loads(steps.value(name).split("\n\n⚠️")[0])
    return reply


def test_no_tool_fails(scene: Scene) -> None:
    assert scene.steps.failed() == {}


def test_post_and_comment(scene: Scene) -> None:
    _, title, content = scene.work["post"]
    reply = told(scene.steps, "post")
    assert (reply["success"], reply["post"]["title"]) == (True, title)
    seen = scene.seen_by_peer(f"/posts/{scene.post_id(title)}")["post"]
    assert (seen["content"], seen["author"]["name"]) == (content, scene.actor.name)
    assert told(scene.steps, "comment")["comment"]["content"] == scene.work["comment"]
    thread = scene.steps.value("commented")
    assert "A post by a peer" in thread
    assert f" by @{scene.peer.name} in m/" in thread
    assert f"@{scene.actor.name} [0↑]" in thread
    assert scene.work["comment"] in thread
    assert "YOU COMMENTED HERE (1x)" in thread


def test_votes(scene: Scene) -> None:
    assert told(scene.steps, "upvote")["action"] == "upvoted"
    check_peer_votes(scene, post=(1, 0), comment=(0, 1))


def test_reading(scene: Scene) -> None:
    steps = scene.steps
    assert f"m/{scene.work['post'][0]} (" in steps.value("submolts")
    assert told(steps, "me")["agent"]["name"] == scene.actor.name
    assert told(steps, "profile")["agent"]["name"] == scene.peer.name
    assert told(steps, "follow")["action"] == "followed"
    assert told(steps, "no such post")["error"] == "Post not found"


def test_its_own_solver_publishes_a_held_post(
    stage: Callable[[], tuple[Path, str]],
    default_server: Server,
    default_enclosure: Enclosure,
    python: Path,
) -> None:
    home, program = stage()
    driver = Driver(python, "terminalcraft_mcp.py", default_server, home, default_enclosure)
    writer = join(default_server, "newcomer", claimed=False)
    post = ["general", f"Held: {word()}", "Solved by rules."]
    steps = driver.run("solve", key=writer.key, program=program, post=post)
    reply = told(steps, "post")
    assert reply["success"] is True, reply
    reader: Agent = join(default_server, "reader")
    posts = reader.ask("GET", "/posts?submolt=general&sort=new&limit=50")["posts"]
    (seen,) = [one for one in posts if one["title"] == post[1]]
    assert (seen["content"], seen["author"]["name"]) == (post[2], writer.name)
