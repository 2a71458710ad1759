"""OpenTelemetry's account of generative AI: OTLP as JSON, and spans as its SDK prints them.

Read are the attributes of the semantic conventions (``gen_ai.input.messages``, ``gen_ai.tool.call.arguments``), the
events of version 1.36 and before (``gen_ai.user.message``, ``gen_ai.choice``), numbered attributes
(``gen_ai.prompt.0.content``) and OpenInference's (``llm.input_messages.0.message.content``). The conventions are
experimental: what is not known is walked as any other text of the span.

Pointers lead to the attribute in the record; what stands in an attribute as JSON text goes on below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from eclosion.monitor.readers.conversation import Conversation, calls_below
from eclosion.monitor.readers.decoding import NotJson, decode
from eclosion.monitor.readers.where import Where, at_ms, first_of, text_of
from eclosion.monitor.sighting import Item

Record = dict[str, Any]
DEPTH_MAX = 60
_LISTS = {
    "gen_ai.system_instructions": "system",
    "gen_ai.input.messages": "user",
    "gen_ai.output.messages": "assistant",
    "gen_ai.prompt": "user",
    "gen_ai.completion": "assistant",
    "input.value": "user",
    "output.value": "assistant",
}
_NUMBERED = re.compile(
    r"(gen_ai\.(?:prompt|completion)|llm\.(?:input|output)_messages)\.(\d{1,6})\.(?:message\.)?(.+)"
)
_NUMBERED_CALL = re.compile(r"tool_calls\.(\d{1,6})\.(?:tool_call\.)?(?:function\.)?(\w+)")
_EVENT = re.compile(r"gen_ai\.(system|user|assistant|tool)\.message|gen_ai\.choice")


class Told(NamedTuple):
    """The attributes of a span, an event or a log record, with the pointer to each."""

    values: Record
    pointers: dict[str, str]

    def text(self, *names: str) -> str:
        """The first text under one of some names."""
        return first_of(self.values, *names)


class Telemetry:
    """Spans, their events, and log records."""

    name = "otel"

    def __init__(self, source: str = "") -> None:
        self._talk = Conversation()

    def take(self, record: Record, where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        if any(name in record for name in ("resourceSpans", "resourceLogs", "resource_spans")):
            return list(self._batch(record, where))
        if isinstance(record.get("attributes"), (dict, list)) and (
            "context" in record or "traceId" in record or "spanId" in record or "trace_id" in record
        ):
            return list(self._span(record, where, "", Told({}, {})))
        return None

    def _batch(self, record: Record, where: Where) -> Iterator[Item]:
        for outer in ("resourceSpans", "resource_spans", "resourceLogs"):
            for number, resource in enumerate(_list(record.get(outer))):
                at = f"/{outer}/{number}"
                about = attributes(_dict(resource.get("resource")).get("attributes"), at)
                for scope_field, field in (
                    ("scopeSpans", "spans"),
                    ("scope_spans", "spans"),
                    ("instrumentationLibrarySpans", "spans"),
                    ("scopeLogs", "logRecords"),
                ):
                    for index, scope in enumerate(_list(resource.get(scope_field))):
                        for place, one in enumerate(_list(scope.get(field))):
                            spot = f"{at}/{scope_field}/{index}/{field}/{place}"
                            yield from self._span(one, where, spot, about)

    def _span(self, span: Record, where: Where, pointer: str, about: Told) -> Iterator[Item]:
        told = attributes(span.get("attributes"), f"{pointer}/attributes")
        talk = self._talk
        talk.agent = (
            told.text("gen_ai.agent.name", "agent.name", "gen_ai.agent.id")
            or about.text("gen_ai.agent.name", "service.name")
            or "assistant"
        )
        talk.session = told.text("gen_ai.conversation.id", "session.id") or first_of(
            span, "traceId", "trace_id"
        )
        talk.learn(
            model=told.text("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
        )
        at = at_ms(
            span.get("startTimeUnixNano") or span.get("timeUnixNano") or span.get("start_time")
        )
        subject = first_of(span, "spanId", "span_id")
        yield from self._messages(told, where, at, subject)
        yield from self._tool(told, where, at, subject)
        name = first_of(span, "eventName") or told.text("event.name")
        if "body" in span:
            yield from self._event(name, _value(span["body"]), where, f"{pointer}/body", at, told)
        for number, event in enumerate(_list(span.get("events"))):
            spot = f"{pointer}/events/{number}"
            inner = attributes(event.get("attributes"), f"{spot}/attributes")
            when = at_ms(event.get("timeUnixNano") or event.get("timestamp")) or at
            yield from self._messages(inner, where, when, subject)
            name = first_of(event, "name")
            if _EVENT.fullmatch(name):
                yield from self._event(name, inner.values, where, f"{spot}/attributes", when, inner)

    def _messages(self, told: Told, where: Where, at: int, subject: str) -> Iterator[Item]:
        """Lists of messages in one attribute, and messages whose parts are numbered attributes."""
        numbered: dict[tuple[str, int], dict[str, str]] = {}
        for key, value in told.values.items():
            role = _LISTS.get(key)
            if role is not None:
                yield from self._list(role, value, where, told.pointers[key], at, subject)
                continue
            match = _NUMBERED.fullmatch(key)
            if match:
                numbered.setdefault((match[1], int(match[2])), {})[match[3]] = key
        for (kind, _), keys in numbered.items():
            role = "user" if kind in ("gen_ai.prompt", "llm.input_messages") else "assistant"
            role = text_of(told.values.get(keys.get("role", ""))) or role
            yield from self._numbered(role, keys, told, where, at, subject)

    def _numbered(
        self, role: str, keys: dict[str, str], told: Told, where: Where, at: int, subject: str
    ) -> Iterator[Item]:
        talk = self._talk
        calls: dict[str, Record] = {}
        spots: dict[str, str] = {}
        for part, key in keys.items():
            value, pointer = told.values[key], told.pointers[key]
            match = _NUMBERED_CALL.fullmatch(part)
            if match:
                calls.setdefault(match[1], {})[match[2]] = value
                if match[2] in ("arguments", "input"):
                    spots[match[1]] = pointer
            elif part.endswith(("content", ".text")):
                yield from talk.message(role, _opened(value), where, pointer, at, subject)
        for number, call in calls.items():
            for item in talk.call(call, where, "", at, subject):
                inner = item.observation.attributes.get("field", "")
                yield item._replace(pointer=where.base + spots.get(number, "") + inner)

    def _list(
        self, role: str, value: Any, where: Where, pointer: str, at: int, subject: str
    ) -> Iterator[Item]:
        value = _opened(value)
        if isinstance(value, dict) and isinstance(value.get("messages"), list):
            value, pointer = value["messages"], f"{pointer}/messages"
        if not isinstance(value, list):
            yield from self._talk.message(role, value, where, pointer, at, subject)
            return
        for number, one in enumerate(value):
            spot = f"{pointer}/{number}"
            if isinstance(one, dict) and ("role" in one or "parts" in one):
                said = first_of(one, "role") or role
                name = first_of(one, "name")
                for field in ("parts", "content"):
                    if one.get(field) is not None:
                        content, there = one[field], f"{spot}/{field}"
                        yield from self._talk.message(
                            said, content, where, there, at, subject, name
                        )
                yield from calls_below(self._talk, one, where, spot, at)
            else:
                yield from self._talk.message(role, one, where, spot, at, subject)

    def _tool(self, told: Told, where: Where, at: int, subject: str) -> Iterator[Item]:
        tool = told.text("gen_ai.tool.name", "tool.name")
        call = told.text("gen_ai.tool.call.id") or subject
        for key in (
            "gen_ai.tool.call.arguments",
            "tool.parameters",
            "tool_call.function.arguments",
        ):
            if key in told.values:
                given = {"name": tool, "id": call, "input": told.values[key]}
                for item in self._talk.call(given, where, "", at):
                    inner = item.observation.attributes.get("field", "")
                    yield item._replace(pointer=where.base + told.pointers[key] + inner)
        key = "gen_ai.tool.call.result"
        if key in told.values:
            value = _opened(told.values[key])
            yield from self._talk.answered(tool, call, value, where, told.pointers[key], at)

    def _event(
        self, name: str, body: Any, where: Where, pointer: str, at: int, told: Told
    ) -> Iterator[Item]:
        """An event of version 1.36 and before: its body, or its attributes, hold one message."""
        match = _EVENT.fullmatch(name)
        if not match or not isinstance(body, dict):
            if body:
                yield from self._list("assistant", body, where, pointer, at, "")
            return
        role = match[1] or "assistant"
        if isinstance(_opened(body.get("message")), dict):
            body, pointer = _opened(body["message"]), f"{pointer}/message"
        role = first_of(body, "role") or role
        spot = told.pointers.get("content", f"{pointer}/content")
        if role == "tool":
            call = first_of(body, "id")
            yield from self._talk.answered("", call, body.get("content"), where, spot, at)
            return
        yield from self._talk.message(role, _opened(body.get("content")), where, spot, at)
        opened = {**body, "tool_calls": _opened(body.get("tool_calls"))}
        yield from calls_below(self._talk, opened, where, pointer, at)


def attributes(given: Any, pointer: str) -> Told:
    """Attributes as they stand in OTLP (a list of keys with typed values) or as a plain object."""
    told = Told({}, {})
    if isinstance(given, dict):
        for key, value in given.items():
            told.values[key] = value
            told.pointers[key] = f"{pointer}/{key}"
        return told
    for number, one in enumerate(_list(given)):
        key = first_of(one, "key")
        if key:
            told.values[key] = _value(one.get("value"))
            kind = next(iter(one["value"]), "") if isinstance(one.get("value"), dict) else ""
            told.pointers[key] = f"{pointer}/{number}/value/{kind}"
    return told


def _value(value: Any, depth: int = 0) -> Any:
    """A typed value of OTLP (``AnyValue``) as plain JSON."""
    if not isinstance(value, dict) or depth > DEPTH_MAX:
        return value
    for kind in ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue"):
        if kind in value:
            return value[kind]
    if "arrayValue" in value:
        inner = _dict(value["arrayValue"]).get("values")
        return [_value(one, depth + 1) for one in _list(inner)]
    if "kvlistValue" in value:
        inner = _dict(value["kvlistValue"]).get("values")
        return {first_of(one, "key"): _value(one.get("value"), depth + 1) for one in _list(inner)}
    return value


def _opened(value: Any) -> Any:
    """What stands as JSON within a text, decoded; any other value as it is."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return decode(value)
        except NotJson:
            return value
    return value


def _list(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> Record:
    return value if isinstance(value, dict) else {}
