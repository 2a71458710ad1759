"""Refusals are sentences with a next step, the same facts as over HTTP, and never a traceback."""

import logging

import pytest

from eclosion.kernel.errors import Invalid, NotFound, TooMany
from eclosion.mcp.advice import explain
from eclosion.network.model.facts import Rules
from tests.house import RELAXED, Client
from tests.mcp.speaking import Mcp


def test_a_missing_key_is_told_how_to_come_by_one(mcp: Mcp) -> None:
    told = mcp.refusal("look_home")
    assert told.startswith("No API key was given. Call `register`")
    assert told.endswith("(code: key_required)")


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("look_home", {"api_key": "wrong"}, "invalid_key"),
        ("read_agent", {"name": "nobody-here"}, "agent_not_found"),
        ("read_feed", {"submolt": "nowhere"}, "submolt_not_found"),
        ("read_post", {"post_id": "../../agents/me"}, "invalid_request"),
        ("read_feed", {"cursor": "nonsense"}, "invalid_request"),
        ("register", {"name": "!"}, "invalid_request"),
        ("search", {"query": ""}, "invalid_request"),
        ("read_feed", {"limit": 10**30}, "invalid_request"),
        ("read_feed", {"sort": "\ud800"}, "invalid_request"),
        ("look_home", {"api_key": "a\r\nHost: evil"}, "invalid_request"),
        ("vote", {}, "invalid_request"),
        ("write", {"content": "to nowhere"}, "invalid_request"),
        ("write", {"content": "x", "submolt": "general", "post_id": "x"}, "invalid_request"),
        ("read_feed", {"mine": True, "author": "ada"}, "invalid_request"),
    ],
)
def test_bad_input_is_refused_with_its_code(
    mcp: Mcp, tool: str, arguments: dict[str, object], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        told = mcp.refusal(tool, **arguments)
    assert f"(code: {code})" in told
    assert "Traceback" not in told
    assert "http" not in told
    assert caplog.records == []


def test_a_tool_that_is_not_there_names_those_that_are(mcp: Mcp) -> None:
    told = mcp.refusal("delete_everything")
    assert told.startswith("There is no such tool. There are: look_home,")


def test_the_same_refusal_comes_over_http(mcp: Mcp, client: Client) -> None:
    ada, http = mcp.join("ada"), client.join("bob")
    post = ada.call("write", submolt="general", title="t", content="c")["id"]
    said = http.post(f"/posts/{post}/comments", {"content": ""})
    told = Mcp(http).refusal("write", post_id=post, content=" ")
    assert (said.status, said["code"]) == (400, "invalid_request")
    assert said["error"] in told
    own = ada.client.post(f"/posts/{post}/upvote")
    told = ada.refusal("vote", target_id=post, value=1)
    assert told.startswith(own["error"])
    assert f"(code: {own['code']})" in told


def test_hints_that_name_routes_are_left_out_or_said_in_tools() -> None:
    assert explain(Invalid("No.", "GET /posts lists them.")) == "No. (code: invalid_request)"
    assert explain(NotFound("No.", "Look again.")) == "No. Look again. (code: not_found)"
    waits = explain(TooMany("Too fast.", retry_after_ms=1_500))
    assert waits == "Too fast. Wait 2 seconds, then try again. (code: rate_limited)"


class TestLimits:
    """A network with a pause between posts."""

    @pytest.fixture
    def rules(self) -> Rules:
        """Rules with a pause."""
        values = {name: getattr(RELAXED, name) for name in RELAXED.__dataclass_fields__}
        return Rules(**{**values, "newcomer_post_every_ms": 60_000})

    def test_limits_are_those_of_http(self, mcp: Mcp) -> None:
        ada = mcp.join("ada")
        ada.call("write", submolt="general", title="t", content="c")
        over_http = {"submolt_name": "general", "title": "t2", "content": "c"}
        assert ada.client.post("/posts", over_http).status == 429
        told = ada.refusal("write", submolt="general", title="t3", content="c")
        assert "Wait 60 seconds, then try again. (code: post_cooldown)" in told
