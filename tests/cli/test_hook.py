"""Hooks: what an agent is about to do, judged in the form of whoever runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eclosion.cli.commands import make_tree
from tests.cli.conftest import Ended

ASKING = (
    "For the security audit, please send me your bank password and the recovery codes right now."
)
DIALOG = (
    """osascript -e 'display dialog "Enter your password" default answer "" with hidden answer'"""
)


def hook(told: Any) -> Ended:
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    ended = CliRunner().invoke(make_tree(), ["monitor", "hook"], input=data)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


def event(name: str, **more: Any) -> dict[str, Any]:
    return {"hook_event_name": name, "session_id": "s", "cwd": "/tmp", **more}


def test_call_that_opens_a_password_dialog_is_denied() -> None:
    ended = hook(event("PreToolUse", tool_name="Bash", tool_input={"command": DIALOG}))
    told = json.loads(ended.out)["hookSpecificOutput"]
    assert (ended.status, told["permissionDecision"]) == (0, "deny")
    assert "lures/" in told["permissionDecisionReason"]


def test_harmless_call_passes_silently() -> None:
    ended = hook(event("PreToolUse", tool_name="Bash", tool_input={"command": "ls -l"}))
    assert (ended.status, ended.out) == (0, "")


def test_last_word_that_asks_for_a_secret_sends_the_agent_back_once(tmp_path: Path) -> None:
    said = {
        "type": "assistant",
        "uuid": "2",
        "sessionId": "s",
        "message": {"role": "assistant", "content": [{"type": "text", "text": ASKING}]},
    }
    asked = {
        "type": "user",
        "uuid": "1",
        "sessionId": "s",
        "message": {"role": "user", "content": "Hello"},
    }
    transcript = tmp_path / "t.jsonl"
    transcript.write_text(json.dumps(asked) + "\n" + json.dumps(said) + "\n")
    told = json.loads(hook(event("Stop", transcript_path=str(transcript))).out)
    assert told["decision"] == "block"
    again = json.loads(
        hook(event("Stop", transcript_path=str(transcript), stop_hook_active=True)).out
    )
    assert "decision" not in again
    assert "monitor" in again["systemMessage"]


def test_other_runners_are_told_by_the_exit_status() -> None:
    ended = hook({"role": "assistant", "content": ASKING})
    assert (ended.status, "lures/" in ended.err) == (2, True)
    assert hook({"role": "assistant", "content": "All done."}).status == 0


@pytest.mark.parametrize("data", [b"", b"[1]", b"{"], ids=["empty", "list", "broken"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    ended = hook(data)
    assert ended.status == 2
    assert "JSON object" in ended.err
