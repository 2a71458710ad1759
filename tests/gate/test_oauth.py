"""What OAuth clients see: metadata, challenges, and the errors of the token endpoint, by the letter of the RFCs."""

from __future__ import annotations

import pytest

from eclosion.gate.asgi import GateMiddleware
from eclosion.gate.oauth import GRANT_PASS, RESOURCE, SERVER
from tests.gate.asking import Echo, Heard, Member, ask
from tests.gate.world import AUDIENCE, TOKEN_URI, Line, begin, key, proof


@pytest.fixture(scope="module")
def member() -> Member:
    return Member()


@pytest.fixture(scope="module")
def app(member: Member) -> GateMiddleware:
    return GateMiddleware(Echo(), member.gate)


def redeem(app: GateMiddleware, form: dict[str, str], dpop: str) -> Heard:
    from urllib.parse import urlencode

    return ask(app, "POST", "/gate/token", {"dpop": dpop}, urlencode(form).encode())


def test_a_refusal_names_metadata_that_names_the_server(app: GateMiddleware) -> None:
    """RFC 9728 section 5.1 and 3.3: the resource that is told of is the one that was asked for."""
    heard = ask(app, "GET", "/api/v1/notes%20x")
    challenge = heard.headers["www-authenticate"]
    named = challenge.partition('resource_metadata="')[2].partition('"')[0]
    assert named == f"{AUDIENCE}{RESOURCE}/api/v1/notes%20x"
    resource = ask(app, "GET", named.removeprefix(AUDIENCE)).told
    assert resource["resource"] == f"{AUDIENCE}/api/v1/notes%20x"
    assert resource["authorization_servers"] == [AUDIENCE]
    assert resource["dpop_bound_access_tokens_required"] is True
    server = ask(app, "GET", SERVER).told
    assert server["issuer"] == AUDIENCE
    assert server["token_endpoint"] == TOKEN_URI
    assert server["grant_types_supported"] == [GRANT_PASS, "refresh_token"]
    assert server["token_endpoint_auth_methods_supported"] == ["none"]
    assert ask(app, "GET", RESOURCE).told["resource"] == AUDIENCE


@pytest.mark.parametrize(
    "path", ['/a"b', "/a b", "/a\\b", "/<x>", "/" + "x" * 600, "/a%0d%0aX: 1\n"]
)
def test_an_odd_path_is_repeated_nowhere(app: GateMiddleware, path: str) -> None:
    challenge = ask(app, "GET", path).headers["www-authenticate"]
    assert f'resource_metadata="{AUDIENCE}{RESOURCE}"' in challenge
    assert ask(app, "GET", RESOURCE + path).status == 404


def test_there_is_no_page_to_consent_on(app: GateMiddleware) -> None:
    heard = ask(app, "GET", "/gate/authorize")
    assert (heard.status, heard.told["error"]) == (400, "unsupported_response_type")


def test_an_application_with_its_own_oauth_keeps_its_addresses(member: Member) -> None:
    app = GateMiddleware(Echo(), member.gate, guard=(), oauth=False)
    assert ask(app, "GET", SERVER).body == b""
    assert ask(app, "GET", RESOURCE).body == b""


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": GRANT_PASS}, "invalid_grant"),
        ({"grant_type": GRANT_PASS, "pass": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "house.AAAA"}, "invalid_grant"),
        (
            {"grant_type": GRANT_PASS, "pass": "x", "resource": "https://a.example"},
            "invalid_target",
        ),
        ({"grant_type": GRANT_PASS, "pass": "x", "resource": "nonsense"}, "invalid_target"),
        ({"grant_type": GRANT_PASS, "pass": "x", "resource": f"{AUDIENCE}/mcp"}, "invalid_grant"),
    ],
)
def test_bad_grants_have_their_errors(
    app: GateMiddleware, member: Member, form: dict[str, str], error: str
) -> None:
    dpop = proof(member.gate, member.key, "POST", TOKEN_URI)
    heard = redeem(app, form, dpop)
    assert (heard.status, heard.told["error"]) == (400, error)
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["cache-control"] == "no-store"
    assert "www-authenticate" not in heard.headers
    assert heard.told["error_description"].isascii()


def test_bad_proofs_have_theirs(app: GateMiddleware, member: Member) -> None:
    form = {"grant_type": GRANT_PASS, "pass": "x"}
    stale = redeem(app, form, proof(member.gate, member.key, "POST", TOKEN_URI, nonce="old"))
    assert (stale.status, stale.told["error"]) == (400, "use_dpop_nonce")
    assert stale.headers["dpop-nonce"] == member.gate.nonce()
    elsewhere = proof(member.gate, member.key, "POST", f"{AUDIENCE}/elsewhere")
    for dpop in ("", "nonsense", elsewhere):
        heard = redeem(app, form, dpop)
        assert (heard.status, heard.told["error"]) == (400, "invalid_dpop_proof")


def test_a_pass_becomes_a_token_once_and_names_its_scope(
    app: GateMiddleware, member: Member
) -> None:
    agent = key(21)
    passed = Line(begin(member.gate, agent), member.clock).run()
    member.gate.leave()
    form = {"grant_type": passed["grant_type"], "pass": passed["pass"], "resource": AUDIENCE}
    dpop = proof(member.gate, agent, "POST", TOKEN_URI)
    first = redeem(app, form, dpop)
    assert first.status == 200
    assert first.told["token_type"] == "DPoP"
    assert first.told["scope"] == "price burst"
    assert redeem(app, form, dpop).told["error"] == "invalid_dpop_proof"
    again = redeem(app, form, proof(member.gate, agent, "POST", TOKEN_URI))
    assert again.told["error"] == "invalid_grant"


def test_stages_that_are_missing_are_scopes_that_are_missing(member: Member) -> None:
    app = GateMiddleware(Echo(), member.gate, stages=("burst", "language"))
    heard = ask(app, "GET", "/x", member.headers("GET", "/x"))
    assert (heard.status, heard.told["code"]) == (403, "insufficient_stages")
    challenge = heard.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert challenge.endswith('scope="burst language"')
