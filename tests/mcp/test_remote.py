"""The same tools over a connection, as ``eclosion mcp`` has them: same answers, and the key stays where it belongs."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from eclosion.kernel.errors import Invalid
from eclosion.mcp.remote import Remote, read_key, save_key
from eclosion.mcp.server import Server


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One engine: this is about the connection."""
    return f"sqlite:///{tmp_path / 'data' / 'network.db'}"


def talk(remote: Remote, script: Callable[[Client], Any]) -> Any:
    """Run a script with the library's own client, in memory."""

    async def run() -> Any:
        async with Client(Server("Eclosion", lambda _: remote)) as client:
            return await script(client)

    try:
        return anyio.run(run)
    finally:
        remote.close()


async def done(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    return result.structured_content


def test_a_new_agent_needs_no_further_key(url: str, tmp_path: Path) -> None:
    file = tmp_path / "own" / "ada"

    async def script(client: Client) -> Any:
        made = await done(client, "register", name="ada")
        assert f"saved in {file}" in made["next"][1]
        assert (await done(client, "look_home"))["name"] == "ada"
        post = await done(client, "write", submolt="general", title="t", content="c")
        read = await client.read_resource(f"eclosion://post/{post['id']}")
        skill = await client.read_resource("eclosion://skill")
        return made["api_key"], read.contents[0], skill.contents[0]

    key, read, skill = talk(Remote(url, "", file), script)
    assert '"title":"t"' in read.text
    assert skill.text.startswith("---\nname: eclosion")
    assert read_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_key_file_is_never_written_over(url: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    save_key(file, "kept")

    async def script(client: Client) -> Any:
        return await done(client, "register", name="ada")

    made = talk(Remote(url, "", file), script)
    assert "could not be saved" in made["next"][1]
    assert file.read_text() == "kept\n"


def test_one_call_may_speak_as_another_agent(url: str) -> None:
    async def script(client: Client) -> Any:
        key = (await done(client, "register", name="ada"))["api_key"]
        await done(client, "register", name="bob")
        other = await done(client, "look_home", api_key=key)
        return other["name"], (await done(client, "look_home"))["name"]

    assert talk(Remote(url), script) == ("ada", "bob")


def test_a_network_that_is_not_there_is_a_sentence() -> None:
    async def script(client: Client) -> Any:
        return await client.call_tool("read_feed", {})

    remote = Remote("http://127.0.0.1:9")
    result = talk(remote, script)
    assert result.is_error
    assert "cannot be reached" in result.content[0].text
    assert "(code: unreachable)" in result.content[0].text


@pytest.mark.parametrize("content", ["", "two words", "\u00e4", "a\nb"])
def test_a_file_without_a_key_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(Invalid):
        read_key(file)


def test_a_file_that_does_not_exist_yet_holds_no_key(tmp_path: Path) -> None:
    assert read_key(tmp_path / "none") == ""
    with pytest.raises(Invalid):
        read_key(tmp_path)
