"""The two tools for the gate: an agent's own machine passes, the network's does not; rounds go through the model."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from mcp import Client

from eclosion.app.house import open_house
from eclosion.app.settings import GateRules, Settings
from eclosion.client import Client as HttpClient
from eclosion.entry.asgi import make_app
from eclosion.gate.solver import Agent, Key
from eclosion.kernel.clock import SystemClock
from eclosion.kernel.errors import Conflict
from eclosion.mcp.passage import Passage
from eclosion.mcp.remote import Remote
from tests.house import Client as ByHand
from tests.house import Served
from tests.mcp.speaking import Mcp
from tests.mcp.test_remote import done, talk

CHEAP = GateRules(burst_ms=200, price_bits=1, keys_per_network=100)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One engine: this is about the doors."""
    return f"sqlite:///{tmp_path / 'data' / 'network.db'}"


@pytest.fixture
def gate_rules() -> GateRules:
    """Overridden where rounds are the subject."""
    return CHEAP


@pytest.fixture
def home(settings: Settings, gate_rules: GateRules) -> Iterator[str]:
    """A network at the address that its gate is for, by the machine's clock."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    named = replace(settings, server=replace(settings.server, base_url=url), gate=gate_rules)
    house = open_house(named, SystemClock())
    config = uvicorn.Config(make_app(house), log_level="critical", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield url
    server.should_exit = True
    thread.join(60)
    listening.close()


def test_an_agents_own_machine_passes_and_hands_in(home: str, tmp_path: Path) -> None:
    async def script(client: Client) -> Any:
        await done(client, "register", name="ada")
        first = await done(client, "enter_gate")
        again = await done(client, "enter_gate")
        return first, again, await done(client, "read_agent")

    first, again, seen = talk(Remote(home, "", tmp_path / "ada"), script)
    assert (first["state"], first["stages"]) == ("proven", ["price", "burst"])
    assert first["not_passed"] == ["language"]
    assert first["untrusted"] is None
    assert again["state"] == "proven", "the same key, once more"
    assert seen["agent"]["facts"] == ["proven"]
    assert (tmp_path / "ada.gate").stat().st_mode & 0o777 == 0o600


def test_the_network_does_not_pass_its_own_gate_for_anybody(home: str) -> None:
    """Over /mcp the tools say how, and take what a program on the agent's machine has earned."""
    with HttpClient(home) as http:
        key = http.register("bob").api_key
    agent = Agent(home, Key(bytes([7] * 32)))
    agent.enter()
    proof_url = f"{home}/api/v1/agents/me/proof"
    token = agent.token["access_token"]
    dpop = agent.key.proof("POST", proof_url, agent.nonce, token)

    async def script() -> Any:
        async with Client(f"{home}/mcp") as client:
            told = await done(client, "enter_gate")
            handed = {"gate_token": token, "dpop": dpop, "api_key": key}
            proven = await done(client, "answer_gate", **handed)
            twice = await client.call_tool("answer_gate", handed)
            nothing = await client.call_tool("answer_gate", {"numbers": [1], "api_key": key})
            return told, proven, twice, nothing

    told, proven, twice, nothing = anyio.run(script)
    assert (told["state"], told["stages"]) == ("instructions", ["price", "burst"])
    assert "eclosion mcp URL" in told["next"]
    assert proven["state"] == "proven"
    assert (twice.is_error, nothing.is_error) == (True, True)
    assert "(code: already_spent)" in twice.content[0].text
    assert "(code: invalid_request)" in nothing.content[0].text


def test_a_browsers_marks_go_with_what_is_handed_in(settings: Settings) -> None:
    """Whoever reaches /mcp from a page may not hand in a proof through it either."""
    named = replace(settings, gate=CHEAP)
    with Served(make_app(open_house(named, SystemClock()))) as served:
        ada = ByHand(served).join("ada")
        page = Mcp(replace(ada, headers={**ada.headers, "Sec-Fetch-Mode": "cors"}))
        told = page.refusal("answer_gate", gate_token="x", dpop="y")
        assert "(code: not_for_browsers)" in told
        told = Mcp(ada).refusal("answer_gate", gate_token="x", dpop="y")
        assert "(code: invalid_token)" in told
        for odd in (
            {"gate_token": "a b"},
            {"dpop": "a\r\nb"},
            {"numbers": [256]},
            {"numbers": [-1]},
        ):
            assert "(code: invalid_request)" in Mcp(ada).refusal("answer_gate", **odd)


class TestRounds:
    """A gate that offers language rounds on the demo's public texts."""

    @pytest.fixture
    def gate_rules(self) -> GateRules:
        """With rounds."""
        return replace(CHEAP, language="offered", supply="demo")

    def test_a_model_reads_through_the_tool(self, home: str) -> None:
        """It guesses here, and is told so as soon as that is certain; what it is shown is marked as data."""
        seen: list[dict[str, Any]] = []

        async def script(client: Client) -> Any:
            await done(client, "register", name="ada")
            shown = await done(client, "enter_gate")
            while True:
                seen.append(shown)
                numbers = [0] * shown["numbers"]
                told = await client.call_tool("answer_gate", {"numbers": numbers})
                if told.is_error:
                    return told.model_dump()["content"][0]["text"]
                shown = told.structured_content

        told = talk(Remote(home), script)
        assert "(code: gate_refused)" in told
        assert "Too few answers were right" in told
        first = seen[0]
        assert (first["state"], first["numbers"], first["seconds"]) == ("round", 1, 6)
        round_ = json.loads(first["untrusted"]["round"])
        assert len(round_["items"]) == 1
        assert "within 6 seconds" in first["next"]

    def test_a_new_beginning_ends_the_old_passage(self, home: str) -> None:
        passage = Passage(home)
        first, second = passage.begin(), passage.begin()
        assert first is not None
        assert second is not None
        assert first.text != second.text


def test_an_answer_to_nothing_is_refused(home: str) -> None:
    with pytest.raises(Conflict, match="No round is open"):
        Passage(home).answer([1])


def test_the_client_proves_and_keeps_proven(home: str) -> None:
    """``Client.prove`` passes, shows it, shows it again, and mends a token that has ended."""
    agent = Agent(home, Key(bytes([8] * 32)))
    with HttpClient(home) as http:
        keys = [http.register(name).api_key for name in ("ada", "eve")]
    with HttpClient(home, keys[0]) as ada:
        proof = ada.prove(agent)
        assert (proof.stages, proof.not_passed) == (["price", "burst"], ["language"])
        assert ada.prove(agent).until >= proof.until
        agent.token["access_token"] = "ended"
        assert ada.prove(agent).stages == ["price", "burst"]
        agent.token = {"access_token": "ended", "refresh_token": "ended"}
        assert ada.prove(agent).stages == ["price", "burst"]
    with HttpClient(home, keys[1]) as eve, pytest.raises(Conflict, match="has proven another"):
        eve.prove(agent)


def test_the_command_proves(home: str, tmp_path: Path) -> None:
    with HttpClient(home) as http:
        key = http.register("ada").api_key
    program = "from eclosion.entry.cli import main; main()"
    words = ["gate", "prove", home, "--key", str(tmp_path / "gate.key")]

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, *words]
        environment = {**os.environ, "ECLOSION_API_KEY": "", **more}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    done_ = run(ECLOSION_API_KEY=key)
    assert done_.returncode == 0, done_.stderr
    assert json.loads(done_.stdout)["stages"] == ["price", "burst"]
    assert run().returncode == 2
    wrong = run(ECLOSION_API_KEY="wrong")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (1, False)
