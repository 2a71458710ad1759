"""One message, one address: what is judged is what is connected to, and nothing more is done than asked."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from eclosion.app.delivering.courier import Courier
from eclosion.kernel.clock import SECOND_MS, ManualClock
from eclosion.webhooks.errors import AddressRefused, WebhooksOff
from eclosion.webhooks.model import Outcome, Rules
from tests.app.delivering.receiving import Receiver
from tests.soon import soon

LOCAL = Rules(allow_http=True, allow_private=["127.0.0.0/8"], timeout_ms=30_000)
STRICT = Rules(allow_http=True, timeout_ms=30_000)
HEADERS = {"webhook-id": "msg_1"}


class Names:
    """A resolver that says what it is told, one answer after another; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def with_courier(courier: Courier, work: Callable[[Courier], Awaitable[Outcome | str]]) -> object:
    async def run() -> object:
        try:
            return await work(courier)
        finally:
            await courier.close()

    return asyncio.run(run())


def send(
    url: str, rules: Rules = LOCAL, names: Names | None = None, trust: ssl.SSLContext | None = None
) -> Outcome:
    courier = Courier(rules, ManualClock(), names, trust)
    outcome = with_courier(courier, lambda one: one.send(url, HEADERS, b"{}"))
    assert isinstance(outcome, Outcome)
    return outcome


def check(url: str, rules: Rules = STRICT, names: Names | None = None) -> object:
    return with_courier(Courier(rules, ManualClock(), names), lambda one: one.check(url))


def test_a_message_arrives(receiver: Receiver) -> None:
    assert send(receiver.url + "?a=1") == Outcome(204)
    got = receiver.got[0]
    assert (got.path, got.body) == ("/hook?a=1", b"{}")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["webhook-id"] == "msg_1"


def test_private_addresses_are_refused_at_registration() -> None:
    for url in ("http://127.0.0.1/", "http://[::1]/", "http://localhost/", "https://10.0.0.1/"):
        with pytest.raises(AddressRefused):
            check(url)


def test_private_addresses_are_refused_at_each_send(receiver: Receiver) -> None:
    assert send(receiver.url, STRICT).error.startswith("refused")
    assert receiver.got == []


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], [], ["x"]],
)
def test_a_name_with_any_address_that_is_not_public_is_refused(answer: list[str]) -> None:
    """Also beside public ones: nobody knows which one a connection would take."""
    with pytest.raises(AddressRefused):
        check("http://example.org/", names=Names(answer))


def test_a_name_that_is_nobodys_sounds_like_a_private_one() -> None:
    """What exists in the operator's network cannot be found out by asking."""

    async def fails(host: str, port: int) -> list[str]:
        raise OSError("unknown")

    said = set()
    for resolve in (fails, Names(["10.0.0.7"])):
        with pytest.raises(AddressRefused) as refused:
            with_courier(
                Courier(STRICT, ManualClock(), resolve), lambda one: one.check("http://a.test/")
            )
        said.add((str(refused.value), refused.value.hint))
    assert len(said) == 1


def test_a_name_that_turns_private_is_refused_when_sent_to(receiver: Receiver) -> None:
    """DNS rebinding: public when it was registered, this machine when something is sent."""
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    url = f"http://rebind.test:{receiver.port}/hook"

    async def work(courier: Courier) -> Outcome:
        assert await courier.check(url) == url
        return await courier.send(url, HEADERS, b"{}")

    outcome = with_courier(Courier(STRICT, ManualClock(), names), work)
    assert isinstance(outcome, Outcome)
    assert outcome.error.startswith("refused")
    assert receiver.got == []


def test_what_was_judged_is_what_is_connected_to(receiver: Receiver) -> None:
    """One look-up a message: a name that answers otherwise a second time is not asked a second time."""
    names = Names(["127.0.0.1"], ["127.0.0.9"])
    rules = replace(LOCAL, allow_private=["127.0.0.1/32"])
    assert send(f"http://rebind.test:{receiver.port}/hook", rules, names) == Outcome(204)
    assert names.asked == ["rebind.test"]
    assert receiver.got[0].headers["host"] == f"rebind.test:{receiver.port}"


def test_an_address_that_is_not_there_makes_room_for_the_next(receiver: Receiver) -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])
    assert send(f"http://two.test:{receiver.port}/hook", LOCAL, names) == Outcome(204)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    with Receiver() as other:
        receiver.status, receiver.answer = status, {"location": other.url}
        outcome = send(receiver.url)
        assert (outcome.status, "redirects" in outcome.error) == (status, True)
        assert other.got == []


def test_a_proxy_in_the_environment_is_ignored(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(receiver.url) == Outcome(204)
        assert proxy.got == []


def test_cookies_are_not_kept(receiver: Receiver) -> None:
    receiver.answer = {"set-cookie": "a=b; path=/"}
    courier = Courier(LOCAL, ManualClock())

    async def twice(one: Courier) -> Outcome:
        await one.send(receiver.url, HEADERS, b"{}")
        return await one.send(receiver.url, HEADERS, b"{}")

    with_courier(courier, twice)
    assert [got.headers.get("cookie") for got in receiver.got] == [None, None]


def test_a_long_reply_is_cut_off(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 50_000_000
    assert send(receiver.url) == Outcome(200)
    assert soon(lambda: not receiver.answering)
    assert receiver.whole == 0


def test_a_slow_reply_ends_in_time(receiver: Receiver) -> None:
    receiver.slow_s = 2
    outcome = send(receiver.url, replace(LOCAL, timeout_ms=200))
    assert outcome == Outcome(0, "no complete reply within 0.2 s")


def test_a_slow_name_ends_in_time() -> None:
    async def slow(host: str, port: int) -> list[str]:
        await asyncio.sleep(10)
        return []

    courier = Courier(replace(LOCAL, timeout_ms=200), ManualClock(), slow)
    outcome = with_courier(courier, lambda one: one.send("http://slow.test/", HEADERS, b""))
    assert isinstance(outcome, Outcome)
    assert "0.2 s" in outcome.error


def test_nobody_at_home_is_told() -> None:
    assert send("http://127.0.0.1:1/".replace(":1/", ":65431/")) == Outcome(0, "no connection")


@pytest.mark.parametrize(
    ("text", "after_ms"),
    [
        ("7", 7 * SECOND_MS),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60 * SECOND_MS),
        ("Thu, 01 Jan 2015 00:01:00 GMT", 0),
        ("-5", 0),
        ("soon", 0),
        ("9" * 400, 999_999_999 * SECOND_MS),
    ],
)
def test_retry_after_is_understood(receiver: Receiver, text: str, after_ms: int) -> None:
    receiver.status, receiver.answer = 503, {"retry-after": text}
    assert send(receiver.url) == Outcome(503, "answered 503", after_ms)


def test_nothing_is_sent_where_webhooks_are_off() -> None:
    with pytest.raises(WebhooksOff):
        check("https://8.8.8.8/", Rules(enabled=False))
    assert check("https://8.8.8.8/") == "https://8.8.8.8/"


def test_certificates_are_checked_against_the_name(tmp_path: Path) -> None:
    """The connection goes to an address; name, Host and certificate are those of the URL."""
    server, trust = certificate(tmp_path, "hooks.test")
    names = Names(["127.0.0.1"])
    with Receiver(server) as receiver:
        good = f"https://hooks.test:{receiver.port}/hook"
        assert send(good, LOCAL, names, trust) == Outcome(204)
        assert receiver.got[0].headers["host"] == f"hooks.test:{receiver.port}"
        for bad, trusted in ((f"https://other.test:{receiver.port}/", trust), (good, None)):
            outcome = send(bad, LOCAL, names, trusted)
            assert outcome.error == "no secure connection: its certificate is not good"
        assert len(receiver.got) == 1


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for a name: the context of a server that has it, and of a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.pem").write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())
