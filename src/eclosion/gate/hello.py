"""The two things that a client says before there is a session: hello, and that it has paid. Pure."""

from __future__ import annotations

from eclosion.gate.encoding import expect, from_json
from eclosion.gate.errors import HelloRefused
from eclosion.gate.keys import read_jwk

HELLO_BYTES_MAX = 1_024


def read_hello(body: bytes) -> tuple[bytes, str]:
    """The key that says hello, and what for: ``entry`` or ``probe``.

    Raises:
        HelloRefused: it is no hello.
    """
    if len(body) > HELLO_BYTES_MAX:
        raise HelloRefused(f"A hello has at most {HELLO_BYTES_MAX} bytes.")
    try:
        value = from_json(body)
        expect({"jwk"} <= set(value) <= {"jwk", "for"}, "it has jwk, and perhaps for")
        purpose = value.get("for", "entry")
        expect(purpose in ("entry", "probe"), "for is entry or probe")
        return read_jwk(value["jwk"]), purpose
    except (ValueError, TypeError) as error:
        raise HelloRefused(f"The hello is not understood: {error}.") from None


def entry_message(audience: str, challenge: str, nonce: str) -> bytes:
    """What the client signs at entry. With the audience as it knows it, so that no other gate can pass it on."""
    return f"eclosion-gate entry\n{audience}\n{challenge}\n{nonce}".encode()
