"""Receivers can tell what is from the network."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from eclosion.client import WebhookUnverified, verify_webhook
from eclosion.webhooks.model import make_secret, sign

NOW_S = 1_767_225_600
SECRET = make_secret(bytes(range(32)))
OTHER = make_secret(bytes(32))
BODY = '{"type":"post.created","timestamp":"2026-01-01T00:00:00.000Z","data":{"title":"ä"}}'


def signed(signature: str, at_s: int = NOW_S) -> dict[str, str]:
    return {"Webhook-Id": "msg_1", "webhook-timestamp": str(at_s), "WEBHOOK-SIGNATURE": signature}


def check(headers: dict[str, str], body: str = BODY, now_s: float = NOW_S) -> object:
    return verify_webhook(SECRET, headers, body.encode(), now_s=lambda: now_s)["type"]


def test_the_authors_code_signs_the_same() -> None:
    at = datetime.fromtimestamp(NOW_S, UTC)
    assert sign(SECRET, "msg_1", NOW_S, BODY) == Webhook(SECRET).sign("msg_1", at, BODY)


def test_a_good_message_is_read() -> None:
    good = sign(SECRET, "msg_1", NOW_S, BODY)
    assert check(signed(good)) == "post.created"
    assert check(signed(f"v1a,xyz v1,{'A' * 44} {sign(OTHER, 'msg_1', NOW_S, BODY)} {good}"))
    assert check(signed(good), now_s=NOW_S + 300) == check(signed(good), now_s=NOW_S - 300)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(""),
        signed("v1,"),
        signed("v1,ä"),
        signed("v1,%%%"),
        signed("v2," + sign(SECRET, "msg_1", NOW_S, BODY)[3:]),
        signed(sign(OTHER, "msg_1", NOW_S, BODY)),
        signed(sign(SECRET, "msg_2", NOW_S, BODY)),
        signed(sign(SECRET, "msg_1", NOW_S + 1, BODY)),
        signed(sign(SECRET, "msg_1", NOW_S, BODY + " ")),
        {**signed(sign(SECRET, "msg_1", NOW_S, BODY)), "webhook-timestamp": "soon"},
        {**signed(sign(SECRET, "msg_1", NOW_S, BODY)), "webhook-timestamp": "9" * 400},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(WebhookUnverified):
        check(headers)


@pytest.mark.parametrize("apart_s", [301, -301])
def test_old_and_early_messages_are_refused(apart_s: int) -> None:
    with pytest.raises(WebhookUnverified):
        check(signed(sign(SECRET, "msg_1", NOW_S, BODY)), now_s=NOW_S + apart_s)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", base64.b64encode(b"").decode()])
def test_what_is_no_secret_is_told(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        verify_webhook(
            secret,
            signed(sign(SECRET, "msg_1", NOW_S, BODY)),
            BODY.encode(),
            now_s=lambda: NOW_S,
        )
