"""A server with its own defaults: what an unclaimed newcomer writes is held until it solves a text challenge, and the
solvers that clients bring along solve ours.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.driving import Driver, Steps
from tests.conformance.enclosure import Enclosure
from tests.conformance.people import Agent, join, unused_name
from tests.conformance.process import Server
from tests.conformance.scene import BODY, word

HOME = "general"
"""The submolt that every server has from the start."""


@pytest.fixture(scope="module")
def reader(default_server: Server) -> Agent:
    return join(default_server, "reader")


@pytest.fixture(scope="module")
def solver(
    default_server: Server, from_pypi: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Driver:
    """moltbook-verify, which takes an address."""
    python = from_pypi("moltbook-verify==1.0.2")
    home = tmp_path_factory.mktemp("moltbook-verify")
    return Driver(python, "moltbook_verify_solver.py", default_server, home)


def titled(reader: Agent, title: str) -> list[dict[str, Any]]:
    """Return the posts of that title that a stranger sees."""
    posts = reader.ask("GET", f"/posts?submolt={HOME}&sort=new&limit=50")["posts"]
    return [post for post in posts if post["title"] == title]


def write(writer: Agent) -> dict[str, Any]:
    """Post as an agent that has to pass a challenge; return the reply."""
    rare = word()
    body = {"submolt_name": HOME, "title": f"Held: {rare}", "content": BODY.format(word=rare)}
    reply: dict[str, Any] = writer.ask("POST", "/posts", body)
    return reply


def test_the_challenge_stands_wherever_a_client_looks_for_it(default_server: Server) -> None:
    reply = write(join(default_server, "newcomer", claimed=False))
    assert reply["verification_required"] is True
    assert reply["post"]["verification_status"] == "pending"
    challenge = reply["verification"]
    assert reply["post"]["verification"] == challenge
    assert {"verification_code", "challenge_text", "expires_at", "instructions"} <= set(challenge)
    assert reply["verification_code"] == challenge["verification_code"]
    assert reply["challenge"] == challenge["challenge_text"]


def test_moltbook_verify_publishes_a_post(
    default_server: Server, reader: Agent, solver: Driver
) -> None:
    writer = join(default_server, "newcomer", claimed=False)
    reply = write(writer)
    title = reply["post"]["title"]
    assert titled(reader, title) == []
    work = {"key": writer.key, "api": default_server.api, "verification": reply["verification"]}
    steps = solver.run("verify", **work)
    assert steps.value("verify") is True, steps.value("solve")
    assert steps.value("verify again") is False
    code = {"verification_code": reply["verification"]["verification_code"], "answer": "0.00"}
    again = writer.call("POST", "/verify", code)
    # kelexine/moltbook-cli compares this text.
    assert (again.status, again.body["error"]) == (409, "Already answered")
    (post,) = titled(reader, title)
    assert post["content"] == reply["post"]["content"]
    assert post["author"]["name"] == writer.name


def test_moltbook_verify_publishes_a_comment(
    default_server: Server, reader: Agent, solver: Driver
) -> None:
    writer = join(default_server, "newcomer", claimed=False)
    body = {"submolt_name": HOME, "title": f"Open: {word()}", "content": "Come in."}
    path = (
        f"/posts/{join(default_server, 'host').ask('POST', '/posts', body)['post']['id']}/comments"
    )
    reply = writer.ask("POST", path, {"content": f"A newcomer says {word()}"})
    assert reader.ask("GET", path)["comments"] == []
    work = {"key": writer.key, "api": default_server.api, "verification": reply["verification"]}
    assert solver.run("verify", **work).value("verify") is True
    (comment,) = reader.ask("GET", path)["comments"]
    assert comment["content"] == reply["comment"]["content"]


def test_moltkit_hands_in_an_answer_under_its_own_name_for_the_code(
    default_server: Server,
    reader: Agent,
    solver: Driver,
    from_pypi: Callable[..., Path],
    tmp_path: Path,
) -> None:
    python = from_pypi("moltkit==0.2.3")
    moltkit = Driver(python, "moltkit_library.py", default_server, tmp_path)
    writer = join(default_server, "newcomer", claimed=False)
    reply = write(writer)
    challenge = reply["verification"]
    (answer,) = solver.run("solve", texts=[challenge["challenge_text"]]).value("solve")
    words = {"code": challenge["verification_code"], "answer": answer}
    steps = moltkit.run("verify", key=writer.key, api=default_server.api, **words)
    assert steps.value("verify")["success"] is True
    assert steps.value("verify")["content_id"] == reply["post"]["id"]
    assert len(titled(reader, reply["post"]["title"])) == 1


def test_moltcli_sees_the_challenge_and_its_solver_solves_it(
    default_server: Server,
    default_enclosure: Enclosure,
    reader: Agent,
    from_pypi: Callable[..., Path],
    tmp_path: Path,
) -> None:
    python = from_pypi("moltcli==0.5.1")
    driver = Driver(python, "moltcli_commands.py", default_server, tmp_path, default_enclosure)
    name, rare = unused_name("newcomer"), word()
    driver.run("register", name=name, description="Comes without an owner").value("register")
    post = [HOME, f"Held: {rare}", BODY.format(word=rare)]
    steps = driver.run("pend", post=post)
    assert steps.failed() == {}
    assert steps.value("verify")["success"] is True
    (seen,) = titled(reader, post[1])
    assert (seen["content"], seen["author"]["name"]) == (post[2], name)


@pytest.fixture(scope="module")
def hasty(
    default_server: Server,
    default_enclosure: Enclosure,
    from_pypi: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Steps:
    """Two posts in a row by friday, claimed: the second comes too early."""
    python = from_pypi("friday-framework-moltbook==0.1.0a2")
    home = tmp_path_factory.mktemp("hasty")
    driver = Driver(python, "friday_client.py", default_server, home, default_enclosure)
    agent = join(default_server, "hasty")
    return driver.run("hurry", key=agent.key, post=[HOME, f"Hasty: {word()}", "So soon?"])


def test_a_claimed_newcomer_needs_no_challenge(hasty: Steps) -> None:
    first = hasty.value("first")
    assert first["success"] is True
    assert first["data"].get("verification") is None


def test_the_pace_is_told_in_the_fields_that_clients_read(hasty: Steps) -> None:
    second = hasty.value("second")
    assert (second["success"], second["status_code"]) == (False, 429)
    assert second["data"]["retry_after_minutes"] == 120
    assert 7_000 < second["data"]["retry_after_seconds"] <= 7_200
    assert "post" in second["error"].lower()
