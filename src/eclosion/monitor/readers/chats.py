"""Lists of messages as OpenAI and Anthropic have them, and as LangChain, LangSmith and AutoGen keep them.

A record is a whole exchange or one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclosion.monitor.readers.conversation import ROLES, Conversation, calls_below
from eclosion.monitor.readers.where import Where, at_ms, first_of
from eclosion.monitor.sighting import Item

Record = dict[str, Any]
_WRAPPERS = (
    "request",
    "response",
    "body",
    "inputs",
    "outputs",
    "input",
    "output",
    "kwargs",
    "data",
)
_LISTS = ("messages", "input", "output", "chat_history", "history", "conversation", "contents")


class Chat:
    """Requests, answers and messages of OpenAI's and Anthropic's interfaces, and one message a record."""

    name = "chat"

    def __init__(self, source: str = "") -> None:
        self._talk = Conversation()

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        if not self._is_mine(record):
            return None
        self._talk.session = (
            first_of(record, "conversation_id", "thread_id", "session_id") or self._talk.session
        )
        return list(self._exchange(record, where, ""))

    def _is_mine(self, record: Record) -> bool:
        if is_message(record):
            return True
        if "choices" in record and isinstance(record["choices"], list):
            return True
        inside = [
            record,
            *(record[one] for one in ("request", "response", "body") if one in record),
        ]
        return any(
            _is_list(one.get(field)) for one in inside if isinstance(one, dict) for field in _LISTS
        ) or any(isinstance(one, dict) and "choices" in one for one in inside)

    def _exchange(self, record: Record, where: Where, pointer: str) -> Iterator[Item]:
        talk, at = self._talk, at_ms(record.get("created") or record.get("timestamp"))
        talk.learn(model=record.get("model"))
        if is_message(record):
            yield from _message(talk, record, where, pointer, at)
            return
        for field in ("system", "instructions", "systemInstruction"):
            if record.get(field):
                yield from talk.message("system", record[field], where, f"{pointer}/{field}", at)
        for field in _LISTS:
            for number, one in enumerate(_list(record.get(field))):
                if isinstance(one, dict):
                    yield from _message(talk, one, where, f"{pointer}/{field}/{number}", at)
        for number, one in enumerate(_list(record.get("choices"))):
            if isinstance(one, dict):
                field = "message" if "message" in one else "delta"
                if isinstance(one.get(field), dict):
                    at_choice = f"{pointer}/choices/{number}/{field}"
                    yield from _message(
                        talk, {"role": "assistant", **one[field]}, where, at_choice, at
                    )
        for field in ("request", "response", "body"):
            if isinstance(record.get(field), dict):
                yield from self._exchange(record[field], where, f"{pointer}/{field}")


class LangChain:
    """LangChain's messages, LangSmith's runs and AutoGen's messages."""

    name = "langchain"
    _TYPES = ("human", "ai", "system", "tool", "function", "AIMessageChunk")
    _AUTOGEN = ("TextMessage", "ToolCallRequestEvent", "ToolCallExecutionEvent", "ThoughtEvent")

    def __init__(self, source: str = "") -> None:
        self._talk = Conversation()

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        if "run_type" in record and ("inputs" in record or "outputs" in record):
            return list(self._run(record, where))
        if is_langchain(record) or self._is_autogen(record):
            return list(self._walk(record, where, "", at_ms(record.get("created_at"))))
        return None

    def _is_autogen(self, record: Record) -> bool:
        return "source" in record and "content" in record and record.get("type") in self._AUTOGEN

    def _run(self, run: Record, where: Where) -> Iterator[Item]:
        """A run: its inputs and outputs; a tool's run is a call and its answer."""
        talk = self._talk
        talk.session = first_of(run, "trace_id", "session_id", "id") or talk.session
        at, name = at_ms(run.get("start_time")), first_of(run, "name")
        if run.get("run_type") in ("tool", "retriever"):
            call = {"name": name, "id": first_of(run, "id"), "input": run.get("inputs")}
            for item in talk.call(call, where, "", at):
                yield item._replace(pointer=item.pointer.replace("/input", "/inputs", 1))
            yield from talk.answered(
                name, first_of(run, "id"), run.get("outputs"), where, "/outputs", at
            )
            return
        for field, role in (("inputs", "user"), ("outputs", "assistant")):
            yield from self._walk(run.get(field), where, f"/{field}", at, role)
        if isinstance(run.get("error"), str):
            yield from talk.message("system", run["error"], where, "/error", at)

    def _walk(
        self, value: Any, where: Where, pointer: str, at: int, role: str = "user"
    ) -> Iterator[Item]:
        """Messages wherever they stand in a value; texts beside them as said by ``role``."""
        if isinstance(value, str):
            yield from self._talk.message(role, value, where, pointer, at)
        elif isinstance(value, list):
            for number, one in enumerate(value):
                yield from self._walk(one, where, f"{pointer}/{number}", at, role)
        elif isinstance(value, dict):
            yield from self._of_dict(value, where, pointer, at, role)

    def _of_dict(
        self, value: Record, where: Where, pointer: str, at: int, role: str
    ) -> Iterator[Item]:
        if value.get("lc") and isinstance(value.get("kwargs"), dict):
            names = value.get("id")
            last = names[-1] if isinstance(names, list) and names else ""
            kind = str(last).removesuffix("Chunk").removesuffix("Message").lower()
            value, pointer = {"type": kind, **value["kwargs"]}, f"{pointer}/kwargs"
        if value.get("type") in self._TYPES and isinstance(value.get("data"), dict):
            value, pointer = {**value["data"], "type": value["type"]}, f"{pointer}/data"
        if is_message(value) or is_langchain(value) or self._is_autogen(value):
            yield from _message(self._talk, value, where, pointer, at)
            return
        for key, one in value.items():
            if isinstance(one, (dict, list, str)) and key not in ("id", "type", "lc"):
                yield from self._walk(one, where, f"{pointer}/{key}", at, role)


def is_message(record: Record) -> bool:
    """Whether a record is one message of a chat list."""
    role = record.get("role")
    return (
        isinstance(role, str)
        and role in ROLES
        and ("content" in record or "tool_calls" in record or "parts" in record)
    )


def is_langchain(record: Record) -> bool:
    """Whether a record is one message as LangChain keeps them."""
    kind = record.get("type")
    if kind in LangChain._TYPES:
        return "content" in record or isinstance(record.get("data"), dict)
    return bool(record.get("lc")) and isinstance(record.get("kwargs"), dict)


def _message(
    talk: Conversation, message: Record, where: Where, pointer: str, at: int
) -> Iterator[Item]:
    kind = message.get("type")
    at = at_ms(message.get("timestamp") or message.get("created_at")) or at
    if kind in ("function_call", "tool_use", "ToolCallRequestEvent") and "name" in message:
        yield from talk.call(message, where, pointer, at)
        return
    if kind in ("function_call_output", "tool_result"):
        yield from talk.answer(message, where, pointer, at)
        return
    role = first_of(message, "role") or {"AIMessageChunk": "ai"}.get(str(kind), str(kind or "user"))
    name = first_of(message, "name", "source")
    if "source" in message and role not in ROLES:
        role = "user" if name == "user" else "assistant"
    if ROLES.get(role) == "tool":
        call = first_of(message, "tool_call_id", "tool_use_id")
        if "content" in message:
            content = message["content"]
            yield from talk.answered(name, call, content, where, f"{pointer}/content", at)
        return
    for field in ("content", "parts"):
        if message.get(field) is not None:
            subject = first_of(message, "id", "uuid")
            yield from talk.message(
                role, message[field], where, f"{pointer}/{field}", at, subject, name
            )
            break
    if isinstance(message.get("reasoning_content"), str):
        yield from talk.message(
            "thinking", message["reasoning_content"], where, f"{pointer}/reasoning_content", at
        )
    yield from calls_below(talk, message, where, pointer, at)


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) for one in value)
        and any(is_message(one) or one.get("type") in ("message", "function_call") for one in value)
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
