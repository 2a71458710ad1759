"""``eclosion monitor hook``: one look at what an agent is about to do or has just said, for whoever runs the agent.

Claude Code hands a hook one JSON object on standard input (its events ``PreToolUse``, ``PostToolUse``,
``UserPromptSubmit``, ``Stop`` and ``SubagentStop``) and obeys what it answers. Any other runner hands over a record
of any form that the monitor reads, and looks at the exit status: 2 stops it. The end of the session's transcript is
shown to the detectors first, muted, since some of them need what came before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eclosion.cli.last_report import cache_folder
from eclosion.cli.output import say
from eclosion.cli.reporting import from_sighting
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Severity
from eclosion.monitor import Item, Monitor, compiled
from eclosion.monitor.readers.conversation import Conversation
from eclosion.monitor.readers.decoding import NotJson, decode
from eclosion.monitor.readers.recognizing import Recognizer
from eclosion.monitor.readers.source import Reading
from eclosion.monitor.readers.where import Where

STOPPED = 2
INPUT_MAX = 16 * 1024 * 1024
TRANSCRIPT_BYTES = 128 * 1024
REASONS_MAX = 5
_PLACE = Where("hook")


def answer(least: Severity, confidence: float) -> int:
    """Look at what stands on standard input, and say what is to become of it; the exit status.

    Args:
        least: what is at least as bad is stopped.
        confidence: if the monitor is at least so sure.

    Raises:
        Invalid: it is no JSON object, or too large.
    """
    data = sys.stdin.buffer.read(INPUT_MAX + 1)
    if len(data) > INPUT_MAX:
        raise Invalid(f"What a hook is handed has at most {INPUT_MAX:,} bytes.")
    try:
        told = decode(data)
    except NotJson as error:
        raise Invalid(f"A hook is handed one JSON object: {error}.") from None
    if not isinstance(told, dict):
        raise Invalid("A hook is handed one JSON object.")
    event = told.get("hook_event_name")
    before, now = _of_claude(told) if isinstance(event, str) else ([], _of_others(told))
    found = _look(before, now, least, confidence)
    if isinstance(event, str):
        if found:
            print(json.dumps(_for_claude(event, told, found), ensure_ascii=True))
        return 0
    for finding in found:
        say(f"{finding.rule}: {finding.message}")
    return STOPPED if found else 0


def _look(
    before: Iterable[Item], now: Iterable[Item], least: Severity, confidence: float
) -> list[Finding]:
    compiled.keep_in(cache_folder())
    monitor = Monitor()
    for item in before:
        monitor.look(item.observation)
    return [
        from_sighting(one).finding
        for one in monitor.scan(now)
        if one.finding.severity >= least and one.finding.confidence >= confidence
    ]


def _of_others(told: dict[str, Any]) -> list[Item]:
    return Recognizer("hook").read(told, _PLACE)


def _of_claude(told: dict[str, Any]) -> tuple[list[Item], list[Item]]:
    """What came before, and what is to be judged."""
    talk = Conversation(session=str(told.get("session_id", "")))
    talk.learn(cwd=told.get("cwd"))
    before = _transcript(told.get("transcript_path"))
    event, tool = told["hook_event_name"], str(told.get("tool_name", "tool"))
    if event == "PreToolUse":
        call = {"name": tool, "input": told.get("tool_input")}
        return before, list(talk.call(call, _PLACE, "", 0))
    if event == "PostToolUse":
        value = told.get("tool_response")
        return before, list(talk.answered(tool, "", value, _PLACE, "/tool_response", 0))
    if event == "UserPromptSubmit":
        return before, list(talk.message("user", told.get("prompt"), _PLACE, "/prompt"))
    if event in ("Stop", "SubagentStop"):
        last = len(before)
        while last and before[last - 1].observation.attributes.get("role") in (
            "assistant",
            "thinking",
        ):
            last -= 1
        return before[:last], before[last:]
    return before, []


def _transcript(path: object) -> list[Item]:
    """The end of a session's transcript; nothing if it cannot be read."""
    if not isinstance(path, str) or not path:
        return []
    try:
        with Path(path).expanduser().open("rb") as file:
            size = file.seek(0, 2)
            start = max(0, size - TRANSCRIPT_BYTES)
            file.seek(start)
            data = file.read(TRANSCRIPT_BYTES)
    except OSError:
        return []
    if start:
        data = data[data.find(b"\n") + 1 :]
    reading = Reading(path, "claude-code")
    batches = [*reading.feed(data), *reading.finish()]
    return [item for batch in batches for item in batch.items if item.trouble is None]


def _for_claude(event: str, told: dict[str, Any], found: list[Finding]) -> dict[str, Any]:
    """What Claude Code is answered: the agent is told why, and the person at the screen too."""
    reasons = [f"{one.title}: {one.message} ({one.rule})" for one in found[:REASONS_MAX]]
    reason = " ".join(reasons)
    shown: dict[str, Any] = {"systemMessage": f"Eclosion's monitor: {reason}"}
    if event == "PreToolUse":
        shown["hookSpecificOutput"] = {
            "hookEventName": event,
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        }
    elif not (event in ("Stop", "SubagentStop") and told.get("stop_hook_active")):
        # An agent that has been sent back once already is let go: the person has been told.
        shown |= {"decision": "block", "reason": reason}
    return shown
