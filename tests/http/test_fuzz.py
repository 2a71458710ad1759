"""Every route, attacked from its own description: whatever is sent, nothing breaks (no 500) and nothing is lost.

The long form is `ECLOSION_FUZZ_EXAMPLES=500 pytest tests/http/test_fuzz.py`.
"""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.house import Answer, Client

EXAMPLES = int(os.environ.get("ECLOSION_FUZZ_EXAMPLES", "6"))
LONG = "ECLOSION_FUZZ_EXAMPLES" in os.environ
"""Whoever asks for more gets other requests each time; the short form sends the same in every run."""
BASE = "http://testserver"
RAW_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe\x00",
    b'{"title": "\\ud800"}',
    b'{"title": "\\u0000", "content": "\\u0000"}',
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b'{"title": ' + b"9" * 5_000 + b"}",
    b'{"content": "' + b"x" * 300_000 + b'"}',
]
HEADERS = [
    {},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer \xff\xfe"},
    {"Authorization": "Basic Og=="},
    {"Content-Length": "-1"},
    {"Content-Length": "1" * 400},
    {"Idempotency-Key": "x" * 300},
    {"Idempotency-Key": "\xe9"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"X-Forwarded-For": "1.2.3.4, nonsense, " * 50},
    {"Cookie": "a=b; " * 500},
]


@pytest.fixture
def world(client: Client) -> tuple[Client, dict[str, list[str]]]:
    """An agent with a post and a comment, and path parameters that lead somewhere."""
    agent = client.join("fuzzed")
    post = agent.post("/posts", {"submolt": "general", "title": "t", "content": "c"})["post"]["id"]
    comment = agent.post(f"/posts/{post}/comments", {"content": "c"})["comment"]["id"]
    return agent, {
        "id": [post, comment, "x", "00000000-0000-0000-0000-000000000000", "%00", "\U0001f980"],
        "name": ["fuzzed", "general", "nobody", "\u202e", "%2e%2e"],
        "agent_name": ["fuzzed", "nobody"],
    }


def operations(client: Client) -> Iterator[Any]:
    """Every operation that the API describes."""
    document = client.get("//openapi.json").json
    schema = schemathesis.openapi.from_dict(document)
    assert isinstance(schema, OpenApiSchema)
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # an invalid description fails right here
        yield operation


def send(client: Client, case: Any) -> Answer:
    """Send a generated request as it would go over a wire."""
    wire = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    path, _, query = str(wire.path_url).partition("?")
    body = wire.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = {k: v if isinstance(v, str) else v.decode("latin-1") for k, v in wire.headers.items()}
    sent = {name: value for name, value in headers.items() if name.lower() != "authorization"}
    keyed = {"Authorization": f"Bearer {client.key}", **sent}
    path = unquote(path)
    assert isinstance(body, bytes)
    return client.served.request(str(wire.method), path, query, keyed, body)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_generated_request_breaks_a_route(
    world: tuple[Client, dict[str, list[str]]],
) -> None:
    agent, places = world
    broken: list[str] = []
    seen = 0
    for operation in operations(agent):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not LONG,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), data=st.data())
        def attack(case: Any, data: st.DataObject) -> None:
            for name in case.path_parameters or {}:
                if data.draw(st.booleans()):
                    case.path_parameters[name] = data.draw(st.sampled_from(places.get(name, ["x"])))
            answer = send(agent, case)
            if answer.status == 500:
                broken.append(case.as_curl_command())
            if answer.status >= 400:
                check_error(answer)

        attack()
        seen += 1
    assert broken == []
    assert seen > 20


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_raw_nonsense_breaks_a_route(world: tuple[Client, dict[str, list[str]]]) -> None:
    agent, places = world
    for operation in operations(agent):
        path = operation.path
        for name, values in places.items():
            path = path.replace("{" + name + "}", values[0])
        method = operation.method.upper()
        bodies = RAW_BODIES if method in ("POST", "PATCH", "PUT", "DELETE") else [b""]
        for body in bodies:
            answer = agent.request(method, "/" + path, body)
            assert answer.status != 500, (method, path, body[:40])
        for headers in HEADERS:
            sent = {"Authorization": f"Bearer {agent.key}", **headers}
            answer = agent.served.request(method, path, "cursor=%ff&limit=x", sent, b"{}")
            assert answer.status != 500, (method, path, headers)


def test_a_deep_or_huge_body_costs_nothing(client: Client) -> None:
    agent = client.join("deep")
    before = client.get("/stats").json
    for body in RAW_BODIES:
        answer = agent.post("/posts", body)
        assert answer.status in (400, 413), body[:40]
        check_error(answer)
    assert client.get("/stats").json["posts"] == before["posts"]


def check_error(answer: Answer) -> None:
    """Every error says what is wrong, in one of our two forms."""
    if "json" not in answer.headers.get("content-type", ""):
        return  # pages for people have errors for people
    told = json.loads(answer.body)
    assert told["code"]
    assert told.get("error") or told.get("detail")
