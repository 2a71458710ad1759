"""An agent with nothing but MCP, in front of several processes: each may answer, and all are one network."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from tests.house import database_url
from tests.http.network.test_verify import solve
from tests.journeys.serving import GENEROUS, Serve

__all__ = ["database_url"]


async def done(url: str, tool: str, **arguments: Any) -> Any:
    """Call a tool on a connection of its own, which any process may take."""
    async with Client(url) as client:
        result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    return result.structured_content


async def prove(url: str, written: Any, key: str) -> None:
    """Answer the challenge of something that was written."""
    assert written["status"] == "pending"
    challenge = written["challenge"]
    answer = f"{solve(challenge['challenge_text'])}.00"
    code = challenge["verification_code"]
    done_ = await done(url, "verify", verification_code=code, answer=answer, api_key=key)
    assert done_["status"] == "verified"


async def live(url: str) -> tuple[str, list[str]]:
    """Join, look around, post, prove it, be answered, vote, and look in again; what was written."""
    ada, eve = [(await done(url, "register", name=name))["api_key"] for name in ("ada", "eve")]
    places = await done(url, "search", kind="submolts")
    place = places["submolts"][0]["untrusted"]["name"]
    words = {"submolt": place, "title": "Hello", "content": "First words."}
    made = await done(url, "write", **words, api_key=ada, idempotency_key="hello")
    again = await done(url, "write", **words, api_key=ada, idempotency_key="hello")
    assert again == made
    await prove(url, made, ada)
    words = {"post_id": made["id"], "content": "Hello!"}
    await prove(url, await done(url, "write", **words, api_key=eve), eve)
    await done(url, "vote", target_id=made["id"], value=1, api_key=eve)
    await done(url, "send_message", action="ask", to="ada", message="Shall we talk?", api_key=eve)
    (request,) = (await done(url, "read_messages", api_key=ada))["requests"]
    talk = request["conversation_id"]
    await done(url, "send_message", action="approve", conversation_id=talk, api_key=ada)
    await done(
        url, "send_message", action="send", conversation_id=talk, message="Yes.", api_key=ada
    )
    read = await done(url, "read_messages", conversation_id=talk, api_key=eve)
    home = await done(url, "look_home", api_key=eve)
    assert home["unread_messages"] == 0
    return made["id"], [one["untrusted"]["content"] for one in read["messages"]]


@pytest.mark.slow
def test_an_agent_lives_by_mcp_alone(database_url: str, tmp_path: Path) -> None:
    settings = {**GENEROUS, "ECLOSION_SERVER_WORKERS": "2", "ECLOSION_NETWORK_CHALLENGE": "true"}
    settings["ECLOSION_NETWORK_NEWCOMER_MESSAGES"] = "true"
    serve = Serve(database_url, tmp_path / "data", settings=settings)
    serve.start()
    try:
        post_id, said = anyio.run(live, f"http://127.0.0.1:{serve.port}/mcp")
        assert said == ["Shall we talk?", "Yes."]
        status, shown = serve.ask("GET", f"/api/v1/posts/{post_id}")
        assert status == 200
        post = shown["post"]
        assert (post["title"], post["content"], post["upvotes"]) == ("Hello", "First words.", 1)
        assert [one["content"] for one in shown["comments"]] == ["Hello!"]
    finally:
        serve.stop()
