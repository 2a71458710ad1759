"""Signing in by mail and by a provider, against a small mail server and a small provider of the test's own."""

import base64
import email
import email.policy
import hashlib
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eclosion.app.identity import jwks
from eclosion.app.settings import Owners, Settings
from eclosion.kernel.clock import ManualClock
from tests.house import Answer, Client
from tests.http.network.people import Pair

FORM = "application/x-www-form-urlencoded"


@dataclass
class Provider:
    """A tiny OpenID Connect provider. ``claims`` are laid over what it says of everybody."""

    clock: ManualClock
    url: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    signing: Ed25519PrivateKey | None = None
    asked: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any] | None:
        """What it says at an address."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        if path == "/keys":
            return dict(jwks(self.key))
        if path == "/token" and self._proves(form):
            now_s = self.clock.now_ms() // 1000
            claims = {
                "iss": self.url,
                "aud": "eclosion",
                "sub": "person-7",
                "name": "Io",
                "nonce": self.asked["nonce"],
                "iat": now_s,
                "exp": now_s + 300,
                **self.claims,
            }
            kid = jwks(self.key)["keys"][0]["kid"]
            signing = self.signing or self.key
            return {"id_token": jwt.encode(claims, signing, "EdDSA", headers={"kid": kid})}
        return None

    def _proves(self, form: dict[str, str]) -> bool:
        """PKCE: the verifier belongs to the challenge that was sent ahead."""
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return form.get("code") == "good" and challenge == self.asked.get("code_challenge")


@pytest.fixture
def provider(clock: ManualClock) -> Iterator[Provider]:
    made = Provider(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(raw).items()})

        def _reply(self, form: dict[str, str]) -> None:
            said = made.answer(self.path, form)
            body = json.dumps(said or {"error": "invalid_grant"}).encode()
            self.send_response(200 if said else 400)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Mailbox:
    """A tiny mail server (RFC 5321) that keeps what it is given."""

    port: int = 0
    messages: list[str] = field(default_factory=list)

    def link(self) -> str:
        """The address in the latest message."""
        message = email.message_from_string(self.messages[-1], policy=email.policy.default)
        found = re.search(r"http://testserver(/sign-in/\S+)", message.get_content())
        assert found is not None
        return "/" + found[1]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 hello\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (text := self.rfile.readline()) != b".\r\n":
                        lines.append(text.decode())
                    box.messages.append("".join(lines))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings: Settings, provider: Provider, mailbox: Mailbox) -> Settings:
    owners = Owners(
        email_from="home@example.org",
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        smtp_tls="none",
        oidc_issuer=provider.url,
        oidc_name="Campus",
        oidc_client_id="eclosion",
    )
    return replace(settings, owners=owners)


def come_back(
    client: Client, provider: Provider, claim: str = "", code: str = "good", **over: str
) -> Answer:
    """Begin at our sign-in page, pass through the provider, and come back."""
    begun = client.get("//sign-in/with/oidc", claim=claim)
    assert begun.status == 303
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    provider.asked = {name: values[0] for name, values in asked.items()}
    cookie = begun.headers["set-cookie"].partition(";")[0]
    query = {"code": code, "state": provider.asked["state"], **over}
    return client.told(Cookie=cookie).get("//sign-in/with/oidc/callback", **query)


def session_of(answer: Answer) -> str:
    """The session in the cookie that an answer sets."""
    found = re.search(r"eclosion_owner=(owner_sess_\w+)", answer.headers["set-cookie"])
    assert found is not None
    return found[1]


def use(client: Client, path: str) -> Answer:
    """Press the button behind a link."""
    form = client.told(Content_Type=FORM, Accept="text/html", Origin="http://testserver")
    return form.request("POST", path, b"")


def test_a_provider_vouches_for_an_owner(client: Client, provider: Provider) -> None:
    """A strong root; the second time it is the same owner."""
    first = replace(client, key=session_of(come_back(client, provider))).get("/owner/me").json
    second = replace(client, key=session_of(come_back(client, provider))).get("/owner/me").json
    assert first["id"] == second["id"]
    assert (first["name"], first["strength"]) == ("Io", "oidc")
    assert "Sign in with Campus" in client.get("//sign-in").body.decode()


def test_signing_in_goes_on_to_the_agent_to_be_claimed(client: Client, provider: Provider) -> None:
    made = client.post("/agents/register", {"name": "ada"}).json["agent"]
    token = made["claim_url"].rpartition("/")[2]
    back = come_back(client, provider, claim=token)
    assert (back.status, back.headers["location"]) == (303, f"/claim/{token}")
    browser = client.told(Cookie=f"eclosion_owner={session_of(back)}", Accept="text/html")
    assert "signed in as" in browser.get(f"//claim/{token}").body.decode()
    form = browser.told(Content_Type=FORM, Origin="http://testserver")
    body = urlencode({"verification_code": made["verification_code"]}).encode()
    assert form.request("POST", f"//claim/{token}", body).status == 200
    assert client.get("/agents/ada")["agent"]["owner"]["strength"] == "oidc"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"nonce": "another"},
    ],
)
def test_a_provider_that_says_something_else_is_not_believed(
    client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    refused = come_back(client, provider)
    assert refused.status == 503
    assert "set-cookie" not in refused.headers


def test_a_forged_signature_is_not_believed(client: Client, provider: Provider) -> None:
    provider.signing = Ed25519PrivateKey.generate()
    assert come_back(client, provider).status == 503


def test_a_sign_in_belongs_to_one_browser(client: Client, provider: Provider) -> None:
    """Without the cookie, with another state, or with a code that the provider does not know, nobody comes in."""
    assert come_back(client, provider, state="another").status == 503
    assert come_back(client, provider, code="bad").status == 503
    bare = client.get("//sign-in/with/oidc/callback", code="good", state=provider.asked["state"])
    assert bare.status == 410
    assert client.get("//sign-in/with/x").status == 400


def test_a_mailed_link_signs_in_once(client: Client, mailbox: Mailbox) -> None:
    asked = client.post("/owners/sign-in", {"email": "Io@Example.org"})
    assert asked.status == 200
    assert "session" not in asked.json
    link = mailbox.link()
    assert client.get(link).status == 200
    done = use(client, link)
    me = replace(client, key=session_of(done)).get("/owner/me").json
    assert (me["email"], me["strength"]) == ("io@example.org", "email")
    assert use(client, link).status == 410
    client.post("/owners/sign-in", {"email": "io@example.org"})
    again = replace(client, key=session_of(use(client, mailbox.link()))).get("/owner/me").json
    assert again["id"] == me["id"]


def test_a_claim_mail_claims_the_agent(client: Client, mailbox: Mailbox) -> None:
    made = client.post("/agents/register", {"name": "ada"}).json["agent"]
    body = {"email": "io@example.org", "claim_token": made["claim_url"], "username": "ada"}
    assert client.post("/agents/verify-email", body).status == 200
    assert "ada" in client.get(mailbox.link()).body.decode()
    assert use(client, mailbox.link()).status == 303
    assert client.get("/agents/ada")["agent"]["owner"]["strength"] == "email"


def test_an_address_that_an_agent_names_needs_its_owner(client: Client, mailbox: Mailbox) -> None:
    """Else an agent could sign in as its owner through an address of its own."""
    ada = Pair(client, "ada")
    ada.agent.post("/agents/me/setup-owner-email", {"email": "io@example.org"})
    assert use(client, mailbox.link()).status == 401
    browser = client.told(Cookie=f"eclosion_owner={ada.owner.key}")
    assert use(browser, mailbox.link()).status == 303
    assert ada.owner.get("/owner/me")["email"] == "io@example.org"
    assert ada.owner.get("/owner/me")["strength"] == "email"


def test_mails_are_counted(client: Client, mailbox: Mailbox) -> None:
    """Nobody floods a stranger's inbox."""
    statuses = [
        client.post("/owners/sign-in", {"email": "io@example.org"}).status for _ in range(11)
    ]
    assert statuses == [200] * 10 + [429]
    assert len(mailbox.messages) == 10


@pytest.mark.parametrize("address", ["io", "io@", "io@example.org\r\nBcc: a@b.org", "a@b c.org"])
def test_what_is_no_address_is_refused(client: Client, mailbox: Mailbox, address: str) -> None:
    assert client.post("/owners/sign-in", {"email": address}).status == 400
    assert mailbox.messages == []
