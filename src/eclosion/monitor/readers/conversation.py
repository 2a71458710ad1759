"""A conversation of an agent with somebody, in whatever dialect: who says what, which tool is called and answers.

OpenAI, Anthropic, OpenClaw, Claude Code, Codex and OpenTelemetry name the same few things differently; here they
become one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from eclosion.kernel.finding import Observation
from eclosion.monitor.readers.decoding import NotJson, decode
from eclosion.monitor.readers.where import Where, first_of, step, strings, text_of
from eclosion.monitor.sighting import Item

ROLES = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "toolResult": "tool",
    "function": "tool",
}
_TEXTS = {"text", "input_text", "output_text", "refusal"}
_CALLS = {"tool_use", "toolCall", "tool_call", "function_call", "server_tool_use", "mcp_tool_use"}
_ANSWERS = {"tool_result", "tool_call_response", "function_call_output", "mcp_tool_result"}
_THOUGHTS = {"thinking", "reasoning"}
CALLS_MAX = 2_000


class Conversation:
    """What is known of it while it is read: its name, the agent's, and which tool each call was of."""

    def __init__(self, agent: str = "assistant", session: str = "") -> None:
        self.agent = agent
        self.session = session
        self.facts: dict[str, str] = {}
        self._calls: dict[str, str] = {}

    def message(
        self,
        role: str,
        content: Any,
        where: Where,
        pointer: str,
        at_ms: int = 0,
        subject: str = "",
        name: str = "",
    ) -> Iterator[Item]:
        """What one message says: its words, its calls, its answers.

        Args:
            role: in the words of its own dialect.
            content: a text, or blocks of any dialect.
            where: where the record stands.
            pointer: to the content, within the record.
            at_ms: when.
            subject: the message's id.
            name: who speaks, if that is known; for a tool's answer, the tool.
        """
        role = ROLES.get(role, role)
        if isinstance(content, str):
            yield self._words(role, content, where, pointer, at_ms, subject, name)
            return
        if isinstance(content, dict):
            content = [content]
            inner = [pointer]
        elif isinstance(content, list):
            inner = [f"{pointer}/{number}" for number in range(len(content))]
        else:
            return
        for block, at in zip(content, inner, strict=True):
            if isinstance(block, str):
                yield self._words(role, block, where, at, at_ms, subject, name)
            elif isinstance(block, dict):
                yield from self._block(role, block, where, at, at_ms, subject, name)

    def _block(
        self,
        role: str,
        block: dict[str, Any],
        where: Where,
        pointer: str,
        at_ms: int,
        subject: str,
        name: str,
    ) -> Iterator[Item]:
        kind = block.get("type", "text")
        if kind in _TEXTS:
            field = "text" if "text" in block else "content"
            text = block.get(field)
            if isinstance(text, str):
                yield self._words(role, text, where, f"{pointer}/{field}", at_ms, subject, name)
        elif kind in _THOUGHTS:
            for at, text in strings(block, pointer):
                if at.endswith(("/thinking", "/text", "/content")):
                    yield self._words("thinking", text, where, at, at_ms, subject, name)
        elif kind in _CALLS:
            yield from self.call(block, where, pointer, at_ms, subject)
        elif kind in _ANSWERS:
            yield from self.answer(block, where, pointer, at_ms)
        elif kind not in ("image", "image_url", "document", "input_image", "audio", "file"):
            for at, text in strings(block, pointer):
                if not at.endswith("/type"):
                    yield self._words(role, text, where, at, at_ms, subject, name)

    def call(
        self, block: dict[str, Any], where: Where, pointer: str, at_ms: int, subject: str = ""
    ) -> Iterator[Item]:
        """A tool call: an observation for each argument that is a text, or one of all where none is.

        Arguments are under ``input`` or ``arguments``, as they are or as JSON within a text; OpenAI's stand below
        ``function``.
        """
        call_id = first_of(block, "call_id", "id", "tool_call_id")
        if isinstance(block.get("function"), dict):
            block, pointer = block["function"], f"{pointer}/function"
        tool = first_of(block, "name", "tool_name", "tool", "function") or "tool"
        self._remember(call_id, tool)
        field = next((one for one in ("input", "arguments", "args") if one in block), "")
        if not field:
            return
        given = block[field]
        if isinstance(given, str) and given[:1] in ("{", "["):
            with suppress(NotJson):  # cut short or written badly: the text itself is looked at
                given = decode(given)
        facts = {**self._known(), "role": "assistant", "tool": tool, "call": call_id}
        texts = [(at, text) for at, text in strings(given) if text]
        if not texts and given:
            texts = [("", json.dumps(given))]  # numbers alone are a call too
        for at, text in texts:
            told = Observation(
                at_ms, self.agent, "tool.called", subject or call_id, text, {**facts, "field": at}
            )
            yield where.item(told, f"{pointer}/{field}{at}")

    def answer(
        self, block: dict[str, Any], where: Where, pointer: str, at_ms: int
    ) -> Iterator[Item]:
        """What a tool answered: an observation for each text in it."""
        call_id = first_of(block, "tool_use_id", "call_id", "toolCallId", "tool_call_id", "id")
        tool = first_of(block, "toolName", "name") or self._calls.get(call_id, "tool")
        field = next(
            (one for one in ("content", "output", "result", "response") if one in block), ""
        )
        if field:
            yield from self.answered(
                tool, call_id, block[field], where, f"{pointer}/{field}", at_ms
            )

    def answered(
        self, tool: str, call_id: str, value: Any, where: Where, pointer: str, at_ms: int
    ) -> Iterator[Item]:
        """What a tool answered, by the tool's name and the call's id."""
        facts = {
            **self._known(),
            "role": "tool",
            "tool": tool or self._calls.get(call_id, "tool"),
            "call": call_id,
            "recipient": self.agent,
        }
        for at, text in strings(value):
            if len(text) < 2 or at.endswith(("/type", "/mimeType", "/data", "/media_type")):
                continue
            told = Observation(
                at_ms, facts["tool"], "tool.answered", call_id, text, {**facts, "field": at}
            )
            yield where.item(told, pointer + at)

    def _words(
        self,
        role: str,
        text: str,
        where: Where,
        pointer: str,
        at_ms: int,
        subject: str,
        name: str,
    ) -> Item:
        facts = {**self._known(), "role": role}
        action = "message.sent"
        if role == "assistant":
            actor = name or self.agent
            facts["recipient"] = "owner"
        elif role == "thinking":
            actor = name or self.agent
        elif role == "tool":
            actor, action = name or "tool", "tool.answered"
            facts |= {"tool": actor, "recipient": self.agent, "call": subject}
        else:
            actor = name or role or "somebody"
            facts["recipient"] = self.agent
        return where.item(Observation(at_ms, actor, action, subject, text, facts), pointer)

    def _known(self) -> dict[str, str]:
        return {**self.facts, "session": self.session} if self.session else dict(self.facts)

    def _remember(self, call_id: str, tool: str) -> None:
        if not call_id:
            return
        if len(self._calls) >= CALLS_MAX:
            del self._calls[next(iter(self._calls))]
        self._calls[call_id] = tool

    def learn(self, **facts: object) -> None:
        """Take note of what a record says of the whole conversation."""
        for key, value in facts.items():
            text = text_of(value)
            if text:
                self.facts[key] = text


def calls_below(
    talk: Conversation, message: dict[str, Any], where: Where, pointer: str, at_ms: int
) -> Iterator[Item]:
    """The calls that a message carries beside its content (OpenAI, LangChain)."""
    for field in ("tool_calls", "toolCalls"):
        calls = message.get(field)
        if isinstance(calls, list):
            for number, one in enumerate(calls):
                if isinstance(one, dict):
                    yield from talk.call(one, where, f"{pointer}{step(field)}/{number}", at_ms)
    old = message.get("function_call")
    if isinstance(old, dict):
        yield from talk.call(old, where, f"{pointer}/function_call", at_ms)
