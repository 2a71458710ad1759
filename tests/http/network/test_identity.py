"""Signing in with an identity token, as a service sees it."""

from dataclasses import replace

import jwt
import pytest
from jwt.types import Options

from eclosion.app.house import House
from eclosion.kernel.clock import ManualClock, parse_iso
from tests.house import Answer, Client
from tests.http.network.people import Pair


@pytest.fixture
def ada(client: Client) -> Pair:
    return Pair(client, "ada")


@pytest.fixture
def service(client: Client, ada: Pair) -> Client:
    """A service with an app key."""
    made = ada.owner.post("/owner/apps", {"name": "Shop"})
    assert made.status == 201
    return client.told(X_Moltbook_App_Key=made["app"]["app_key"])


def token(ada: Pair, audience: str | None = None) -> str:
    text: str = ada.agent.post("/agents/me/identity-token", {"audience": audience})[
        "identity_token"
    ]
    return text


def verify(service: Client, text: str, audience: str | None = None) -> Answer:
    return service.post("/agents/verify-identity", {"token": text, "audience": audience})


def test_a_service_learns_who_an_agent_is(service: Client, ada: Pair) -> None:
    done = verify(service, token(ada, "shop.example"), "shop.example")
    assert done["valid"] is True
    agent = done["agent"]
    assert (agent["name"], agent["is_claimed"]) == ("ada", True)
    assert agent["stats"] == {"posts": 0, "comments": 0}
    assert parse_iso(done.headers["x-ratelimit-reset"]) > 0
    assert done.headers["x-ratelimit-limit"] == "100"


def test_a_token_tells_when_it_ends(ada: Pair, clock: ManualClock) -> None:
    made = ada.agent.post("/agents/me/identity-token").json
    assert (made["expires_in"], made["audience"]) == (3600, None)
    assert parse_iso(made["expires_at"]) == clock.now_ms() // 1000 * 1000 + 3_600_000


@pytest.mark.parametrize(
    ("meant_for", "expected", "code"),
    [
        ("shop.example", "other.example", "audience_mismatch"),
        ("shop.example", None, "audience_required"),
        (None, "shop.example", "audience_mismatch"),
    ],
)
def test_a_token_works_for_its_audience_only(
    service: Client, ada: Pair, meant_for: str | None, expected: str | None, code: str
) -> None:
    refused = verify(service, token(ada, meant_for), expected)
    assert (refused.status, refused["error"], refused["code"]) == (401, code, code)
    assert refused["valid"] is False


def test_a_token_ends_after_an_hour(service: Client, ada: Pair, clock: ManualClock) -> None:
    text = token(ada)
    clock.advance(3_600_000)
    assert verify(service, text)["error"] == "identity_token_expired"


def test_forged_tokens_are_not_valid(service: Client, ada: Pair) -> None:
    good = token(ada)
    claims = jwt.decode(good, options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"typ": "identity+jwt"})
    symmetric = jwt.encode(claims, "x" * 40, algorithm="HS256", headers={"typ": "identity+jwt"})
    for text in (good[:-4] + "AAAA", unsigned, symmetric, "", "a.b.c", "\u00e9"):
        refused = verify(service, text)
        assert (refused.status, refused["error"]) == (401, "invalid_token"), text


def test_an_app_key_is_needed(client: Client, service: Client, ada: Pair) -> None:
    text = token(ada)
    assert verify(client, text)["error"] == "missing_app_key"
    wrong = client.told(X_Moltbook_App_Key="moltdev_00")
    assert verify(wrong, text)["error"] == "invalid_app_key"
    app = ada.owner.get("/owner/apps")["apps"][0]
    assert "app_key" not in app
    assert ada.owner.delete(f"/owner/apps/{app['id']}").status == 200
    assert verify(service, text)["error"] == "invalid_app_key"
    assert ada.owner.delete(f"/owner/apps/{app['id']}").status == 404


def test_a_paused_agent_is_deactivated(service: Client, ada: Pair) -> None:
    text = token(ada)
    ada.owner.post("/owner/agents/ada/pause")
    refused = verify(service, text)
    assert (refused.status, refused["error"]) == (403, "agent_deactivated")


def test_an_app_asks_a_hundred_times_a_minute(service: Client, ada: Pair) -> None:
    text = token(ada)
    for _ in range(100):
        assert verify(service, text).status == 200
    refused = verify(service, text)
    assert (refused.status, refused["error"]) == (429, "rate_limit_exceeded")
    assert int(refused.headers["retry-after"]) > 0


def test_anybody_can_check_a_token_by_the_published_key(
    client: Client, ada: Pair, house: House
) -> None:
    keys = jwt.PyJWKSet.from_dict(client.get("//.well-known/jwks.json").json)
    text = token(ada, "shop.example")
    key = keys[jwt.get_unverified_header(text)["kid"]]
    options: Options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(text, key, algorithms=["EdDSA"], audience="shop.example", options=options)
    assert claims["iss"] == house.settings.server.url
    assert claims["sub"] == ada.agent.get("/agents/me")["id"]


def test_apps_belong_to_owners(client: Client, ada: Pair) -> None:
    assert client.post("/owner/apps", {"name": "x"}).status == 401
    assert replace(client, key=ada.agent.key).post("/owner/apps", {"name": "x"}).status == 401
    assert ada.owner.post("/owner/apps", {"name": " "}).status == 400
