"""Session files of agents that run on somebody's machine: OpenClaw, Claude Code, Codex; one JSON record a line.

Forms as of November 2026, read from files and sources; unknown kinds of records give nothing here and are walked as any
other JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from eclosion.monitor.readers.conversation import Conversation
from eclosion.monitor.readers.where import Where, at_ms, first_of
from eclosion.monitor.sighting import Item

Record = dict[str, Any]
_AGENT = re.compile(r"/agents/([^/]{1,80})/sessions/")


class OpenClaw:
    """``~/.openclaw/agents/<id>/sessions/*.jsonl``: typed records that form a tree by ``parentId``."""

    name = "openclaw"
    _QUIET = ("model_change", "thinking_level_change", "label", "session_info", "leaf")

    def __init__(self, source: str = "") -> None:
        match = _AGENT.search(source)
        self._talk = Conversation(match[1] if match else "assistant")

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        kind = record.get("type")
        if kind == "session" and "id" in record and ("version" in record or "cwd" in record):
            self._talk.session = first_of(record, "id")
            self._talk.learn(cwd=record.get("cwd"))
            return []
        if "parentId" not in record or not isinstance(kind, str):
            return None
        if kind == "model_change":
            self._talk.learn(model=first_of(record, "modelId", "model"))
        if kind in self._QUIET:
            return []
        if kind == "message" and isinstance(record.get("message"), dict):
            return list(self._message(record, record["message"], where))
        for field in ("content", "summary", "data"):
            if field in record:
                at = at_ms(record.get("timestamp"))
                subject = first_of(record, "id")
                return list(
                    self._talk.message("system", record[field], where, f"/{field}", at, subject)
                )
        return []

    def _message(self, record: Record, message: Record, where: Where) -> Iterator[Item]:
        at = at_ms(record.get("timestamp")) or at_ms(message.get("timestamp"))
        self._talk.learn(model=message.get("model"))
        role = first_of(message, "role")
        content = message.get("content")
        if role == "toolResult":
            tool, call = first_of(message, "toolName"), first_of(message, "toolCallId")
            yield from self._talk.answered(tool, call, content, where, "/message/content", at)
            return
        yield from self._talk.message(
            role, content, where, "/message/content", at, first_of(record, "id")
        )


class ClaudeCode:
    """``~/.claude/projects/**/*.jsonl``: typed records that form a tree by ``parentUuid``.

    ``toolUseResult`` is passed over where the message holds the result: it is the same once more, for the screen.
    """

    name = "claude-code"
    _TYPES = ("user", "assistant", "system", "summary", "queue-operation", "attachment", "progress")

    def __init__(self, source: str = "") -> None:
        self._talk = Conversation()

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        kind = record.get("type")
        if kind == "file-history-snapshot":
            return []
        if kind not in self._TYPES or not ("sessionId" in record or "leafUuid" in record):
            return None
        talk = self._talk
        talk.session = first_of(record, "sessionId") or talk.session
        talk.learn(cwd=record.get("cwd"))
        at, subject = at_ms(record.get("timestamp")), first_of(record, "uuid", "leafUuid")
        message = record.get("message")
        if isinstance(message, dict):
            talk.learn(model=message.get("model"))
            role = first_of(message, "role") or str(kind)
            if record.get("isMeta") or record.get("isCompactSummary"):
                role = "system"
            return list(
                talk.message(role, message.get("content"), where, "/message/content", at, subject)
            )
        for field in ("content", "summary", "data", "attachment"):
            if field in record:
                return list(talk.message("system", record[field], where, f"/{field}", at, subject))
        return []


class Codex:
    """``~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl``: ``{timestamp, type, payload}``.

    ``event_msg`` tells what ``response_item`` has told, for the screen; so only what it alone has is taken from it.
    """

    name = "codex"
    _TYPES = ("session_meta", "turn_context", "response_item", "event_msg", "compacted")
    _TWICE = (
        "agent_message",
        "user_message",
        "agent_reasoning",
        "agent_reasoning_raw_content",
        "token_count",
    )

    def __init__(self, source: str = "") -> None:
        self._talk = Conversation()

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        payload, kind = record.get("payload"), record.get("type")
        if not isinstance(payload, dict) or kind not in self._TYPES:
            return None
        at = at_ms(record.get("timestamp"))
        if kind in ("session_meta", "turn_context"):
            self._talk.session = first_of(payload, "id") or self._talk.session
            self._talk.learn(cwd=payload.get("cwd"), model=payload.get("model"))
            field = "instructions" if payload.get("instructions") else "user_instructions"
            told = payload.get(field)
            return list(self._talk.message("system", told, where, f"/payload/{field}", at))
        if kind == "event_msg" and payload.get("type") in self._TWICE:
            return []
        return list(self._item(payload, where, at))

    def _item(self, payload: Record, where: Where, at: int) -> Iterator[Item]:
        talk, kind = self._talk, payload.get("type")
        if kind == "message":
            role, subject = first_of(payload, "role"), first_of(payload, "id")
            yield from talk.message(
                role, payload.get("content"), where, "/payload/content", at, subject
            )
        elif kind in ("function_call", "custom_tool_call"):
            yield from talk.call(payload, where, "/payload", at)
        elif kind == "local_shell_call":
            action = {
                "name": "local_shell",
                "call_id": payload.get("call_id"),
                "input": payload.get("action"),
            }
            for item in talk.call(action, where, "/payload", at):
                yield item._replace(
                    pointer=item.pointer.replace("/payload/input", "/payload/action", 1)
                )
        elif kind in ("function_call_output", "custom_tool_call_output"):
            yield from talk.answer(payload, where, "/payload", at)
        elif kind == "reasoning":
            yield from talk.message("thinking", payload, where, "/payload", at)
        else:
            for field in ("message", "summary", "text"):
                if isinstance(payload.get(field), str):
                    yield from talk.message(
                        "system", payload[field], where, f"/payload/{field}", at
                    )
