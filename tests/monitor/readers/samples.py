"""One small log of each form, written for these tests, and what is said in it: actor, action, pointer and words."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

WORDS = "the fern on the sill wants water"


class Sample(NamedTuple):
    """A log, and who says WORDS in it where."""

    form: str
    text: str
    said: set[tuple[str, str, str]]
    items: int


def lines(*records: Any) -> str:
    return "".join(json.dumps(one) + "\n" for one in records)


OPENCLAW = lines(
    {
        "type": "session",
        "version": 3,
        "id": "s1",
        "timestamp": "2026-02-01T10:00:00Z",
        "cwd": "/home/ada",
    },
    {"type": "model_change", "id": "a", "parentId": None, "provider": "x", "modelId": "m-1"},
    {
        "type": "message",
        "id": "b",
        "parentId": "a",
        "timestamp": "2026-02-01T10:00:01Z",
        "message": {"role": "user", "content": [{"type": "text", "text": "water the plants?"}]},
    },
    {
        "type": "message",
        "id": "c",
        "parentId": "b",
        "timestamp": "2026-02-01T10:00:02Z",
        "message": {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "which plant"},
                {"type": "text", "text": WORDS},
                {
                    "type": "toolCall",
                    "id": "t1",
                    "name": "exec",
                    "arguments": {"command": "water fern"},
                },
            ],
        },
    },
    {
        "type": "message",
        "id": "d",
        "parentId": "c",
        "message": {
            "role": "toolResult",
            "toolCallId": "t1",
            "toolName": "exec",
            "content": [{"type": "text", "text": "done, one cup"}],
        },
    },
)

CLAUDE_CODE = lines(
    {"type": "summary", "summary": "Watering", "leafUuid": "u3"},
    {
        "type": "user",
        "uuid": "u1",
        "parentUuid": None,
        "sessionId": "s2",
        "cwd": "/tmp/garden",
        "timestamp": "2026-02-01T10:00:00.000Z",
        "message": {"role": "user", "content": "water the plants?"},
    },
    {
        "type": "assistant",
        "uuid": "u2",
        "parentUuid": "u1",
        "sessionId": "s2",
        "timestamp": "2026-02-01T10:00:01.000Z",
        "message": {
            "role": "assistant",
            "model": "m-2",
            "content": [
                {"type": "text", "text": WORDS},
                {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls sill"}},
            ],
        },
    },
    {
        "type": "user",
        "uuid": "u3",
        "parentUuid": "u2",
        "sessionId": "s2",
        "message": {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t1",
                    "content": [{"type": "text", "text": "fern"}],
                }
            ],
        },
        "toolUseResult": {"stdout": "fern"},
    },
    {"type": "file-history-snapshot", "messageId": "u3", "snapshot": {}},
)

CODEX = lines(
    {
        "timestamp": "2026-02-01T10:00:00Z",
        "type": "session_meta",
        "payload": {"id": "s3", "cwd": "/tmp/garden", "instructions": "be kind to plants"},
    },
    {
        "timestamp": "2026-02-01T10:00:01Z",
        "type": "response_item",
        "payload": {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": WORDS}],
        },
    },
    {
        "timestamp": "2026-02-01T10:00:01Z",
        "type": "event_msg",
        "payload": {"type": "agent_message", "message": WORDS},
    },
    {
        "timestamp": "2026-02-01T10:00:02Z",
        "type": "response_item",
        "payload": {
            "type": "function_call",
            "name": "shell",
            "call_id": "t1",
            "arguments": json.dumps({"command": ["bash", "-lc", "water fern"]}),
        },
    },
    {
        "timestamp": "2026-02-01T10:00:03Z",
        "type": "response_item",
        "payload": {"type": "function_call_output", "call_id": "t1", "output": "one cup"},
    },
)


def _typed(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": text}}


OTLP = json.dumps(
    {
        "resourceSpans": [
            {
                "resource": {"attributes": [_typed("service.name", "gardener")]},
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "t",
                                "spanId": "s",
                                "name": "chat",
                                "startTimeUnixNano": "1769940000000000000",
                                "attributes": [
                                    _typed("gen_ai.operation.name", "chat"),
                                    _typed("gen_ai.conversation.id", "s4"),
                                    _typed(
                                        "gen_ai.output.messages",
                                        json.dumps(
                                            [
                                                {
                                                    "role": "assistant",
                                                    "parts": [
                                                        {"type": "text", "content": WORDS},
                                                        {
                                                            "type": "tool_call",
                                                            "id": "t1",
                                                            "name": "pour",
                                                            "arguments": {"cups": "one cup"},
                                                        },
                                                    ],
                                                }
                                            ]
                                        ),
                                    ),
                                ],
                            }
                        ]
                    }
                ],
            }
        ]
    },
    indent=1,
)

OTLP_OLD = lines(
    {
        "resourceSpans": [
            {
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "t",
                                "spanId": "s",
                                "attributes": [
                                    _typed("gen_ai.prompt.0.role", "user"),
                                    _typed("gen_ai.prompt.0.content", "water the plants?"),
                                    _typed("gen_ai.completion.0.role", "assistant"),
                                    _typed("gen_ai.completion.0.content", WORDS),
                                    _typed("llm.input_messages.0.message.role", "user"),
                                    _typed("llm.input_messages.0.message.content", "and the fern?"),
                                ],
                                "events": [
                                    {
                                        "name": "gen_ai.user.message",
                                        "timeUnixNano": "1769940000000000000",
                                        "attributes": [_typed("content", "please hurry")],
                                    }
                                ],
                            }
                        ]
                    }
                ]
            }
        ]
    },
    {
        "resourceLogs": [
            {
                "scopeLogs": [
                    {
                        "logRecords": [
                            {
                                "timeUnixNano": "1769940000000000000",
                                "eventName": "gen_ai.choice",
                                "traceId": "t",
                                "body": {
                                    "kvlistValue": {
                                        "values": [
                                            {
                                                "key": "message",
                                                "value": {
                                                    "kvlistValue": {
                                                        "values": [_typed("content", "watered")]
                                                    }
                                                },
                                            }
                                        ]
                                    }
                                },
                            }
                        ]
                    }
                ]
            }
        ]
    },
)

CHAT = json.dumps(
    [
        {"role": "system", "content": "You care for plants."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "water?"},
                {"type": "image_url", "image_url": {"url": "x"}},
            ],
        },
        {
            "role": "assistant",
            "content": WORDS,
            "tool_calls": [
                {
                    "id": "t1",
                    "type": "function",
                    "function": {"name": "pour", "arguments": '{"cups": "one"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "t1", "content": "poured"},
    ],
    indent=2,
)

CHAT_LINES = lines(
    {"model": "m", "system": "Care.", "messages": [{"role": "user", "content": "water?"}]},
    {"id": "x", "choices": [{"message": {"role": "assistant", "content": WORDS}}]},
    {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "and the moss"}]},
)

LANGCHAIN = lines(
    {"type": "human", "content": "water?"},
    {
        "type": "ai",
        "content": WORDS,
        "tool_calls": [{"name": "pour", "args": {"cups": "one cup"}, "id": "t1"}],
    },
    {
        "id": "r1",
        "run_type": "llm",
        "name": "model",
        "start_time": "2026-02-01T10:00:00",
        "inputs": {
            "messages": [
                [
                    {
                        "lc": 1,
                        "type": "constructor",
                        "id": ["langchain", "schema", "HumanMessage"],
                        "kwargs": {"content": "which pot?"},
                    }
                ]
            ]
        },
        "outputs": {"generations": [[{"text": "the green one"}]]},
    },
    {
        "id": "r2",
        "run_type": "tool",
        "name": "pour",
        "inputs": {"input": "two cups"},
        "outputs": {"output": "poured"},
    },
    {"source": "gardener", "type": "TextMessage", "content": "all done"},
)

MOLTBOOK = lines(
    {
        "id": "p1",
        "title": "On ferns",
        "content": WORDS,
        "author": "ada",
        "submolt": "garden",
        "comment_count": 1,
    },
    {
        "id": "c1",
        "post_id": "p1",
        "parent_id": None,
        "content": "agreed",
        "author": {"name": "bob"},
        "depth": 0,
    },
    {"id": "m1", "conversation_id": "k", "message": "psst", "from": "ada", "to": "bob"},
    {
        "success": True,
        "posts": [
            {
                "id": "p2",
                "title": "Moss",
                "content": "too",
                "agent_name": "eve",
                "comments": [
                    {
                        "id": "c2",
                        "post_id": "p2",
                        "content": "yes",
                        "author": "bob",
                        "replies": [
                            {"id": "c3", "post_id": "p2", "content": "no", "author": "ada"}
                        ],
                    }
                ],
            }
        ],
    },
)

ECLOSION = lines(
    {
        "id": "1.2",
        "at": "2026-02-01T10:00:00.000Z",
        "type": "post.created",
        "actor": "ada",
        "submolt": "garden",
        "facts": {},
        "untrusted": {"title": "On ferns", "content": WORDS},
    }
)

SYSLOG = (
    f'<165>1 2026-02-01T10:00:00.003Z host gardener 81 ID47 [meta@1 note="a longer note"] \ufeff{WORDS}\n'
    "Feb  1 10:00:01 host gardend[81]: watered the moss\n"
    f'<14>1 2026-02-01T10:00:02Z host runner - - - {{"role": "assistant", "content": "all watered"}}\n'
)

CSV = f'id,author,content,created_at\n1,ada,"{WORDS}",2026-02-01T10:00:00Z\n2,bob,"two\nlines, here",\n'

SHAPELESS = lines(
    {
        "ts": 1769940000,
        "user": "ada",
        "data": {"deep/er": [{"note": WORDS}]},
        "log": '{"inner": "words within"}',
    },
    {"id": "7d444840-9dc0-11d1-b245-5ffdce74fad2", "n": 1},
)

TEXT = f"Notes on plants\n\nToday {WORDS}.\n"

SAMPLES = [
    Sample("openclaw", OPENCLAW, {("assistant", "message.sent", "/message/content/1/text")}, 5),
    Sample(
        "claude-code", CLAUDE_CODE, {("assistant", "message.sent", "/message/content/0/text")}, 5
    ),
    Sample("codex", CODEX, {("assistant", "message.sent", "/payload/content/0/text")}, 6),
    Sample(
        "otel",
        OTLP,
        {
            (
                "gardener",
                "message.sent",
                "/resourceSpans/0/scopeSpans/0/spans/0/attributes/2/value/stringValue/0/parts/0/content",
            )
        },
        2,
    ),
    Sample(
        "otel",
        OTLP_OLD,
        {
            (
                "assistant",
                "message.sent",
                "/resourceSpans/0/scopeSpans/0/spans/0/attributes/3/value/stringValue",
            )
        },
        5,
    ),
    Sample("chat", CHAT, {("assistant", "message.sent", "/2/content")}, 5),
    Sample("chat", CHAT_LINES, {("assistant", "message.sent", "/choices/0/message/content")}, 4),
    Sample("langchain", LANGCHAIN, {("assistant", "message.sent", "/content")}, 8),
    Sample("moltbook", MOLTBOOK, {("ada", "post.created", "/content")}, 8),
    Sample("eclosion", ECLOSION, {("ada", "post.created", "/untrusted/content")}, 2),
    Sample("syslog", SYSLOG, {("gardener", "line.logged", "")}, 4),
    Sample("csv", CSV, {("ada", "line.logged", "/content")}, 2),
    Sample("json", SHAPELESS, {("ada", "line.logged", "/data/deep~1er/0/note")}, 2),
    Sample("text", TEXT, {("", "line.logged", "")}, 1),
]
