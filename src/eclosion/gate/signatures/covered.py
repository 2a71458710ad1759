"""What a signature covers, as bytes: the signature base (RFC 9421 section 2.5).

What always holds: a component is named once; a value has no line breaks and nothing but ASCII; what we cannot derive is
refused and never left out. The request's own address is given by the caller, not read from what a client sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from eclosion.gate.signatures.fields import (
    InnerList,
    Item,
    read_dictionary,
    write_member,
)

_DEFAULT_PORTS = {"http": "80", "https": "443"}


class Message(NamedTuple):
    """A request as signatures see it.

    Attributes:
        method: as it is sent.
        target_uri: absolute, encoded as it is sent, with its query.
        headers: names in lower case; in the order in which they come.
    """

    method: str
    target_uri: str
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, method: str, uri: str, headers: Iterable[tuple[bytes, bytes]]) -> Message:
        """A request from ASGI's headers."""
        found = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers
        )
        return cls(method, uri, found)

    def field(self, name: str) -> str | None:
        """A header's value, its lines joined (RFC 9421 section 2.1)."""
        lines = [value.strip(" \t") for key, value in self.headers if key == name]
        return ", ".join(lines) if lines else None


def authority_of(uri: str) -> str:
    """Host and port of an address, lower case, without its default port (RFC 9421 section 2.2.3)."""
    parts = urlsplit(uri)
    name = parts.netloc.rpartition("@")[2].lower()
    return name.removesuffix(f":{_DEFAULT_PORTS.get(parts.scheme.lower(), '')}")


def component(message: Message, item: Item) -> str:
    """The value of one component.

    Raises:
        ValueError: the message has none, or we know of no such component.
    """
    name, params = item.value, dict(item.params)
    if not isinstance(name, str) or name != name.lower():
        raise ValueError("a component is named by a string in lower case")
    if name.startswith("@"):
        if params:
            raise ValueError(f"{name} takes no parameters here")
        return _derived(message, name)
    key = params.pop("key", None)
    if params or not (key is None or isinstance(key, str)):
        raise ValueError(f"{name} has parameters that are not known here")
    found = message.field(name)
    if found is None:
        raise ValueError(f"the header {name} is covered, and not there")
    if key is None:
        return found
    member = read_dictionary(found).get(key)
    if member is None:
        raise ValueError(f"the header {name} has no member {key}")
    return write_member(member)


def signature_base(message: Message, covered: InnerList) -> bytes:
    """What is signed.

    Raises:
        ValueError: something cannot be derived, or is named twice.
    """
    lines, seen = [], set()
    for item in covered.items:
        identity = item.value, frozenset(item.params.items())
        if identity in seen or item.value == "@signature-params":
            raise ValueError("a component is there twice, or cannot be covered")
        seen.add(identity)
        value = component(message, item)
        if not (value.isascii() and value.replace("\t", " ").isprintable()):
            raise ValueError("a component has characters that cannot be signed")
        lines.append(f"{write_member(item)}: {value}")
    lines.append(f'"@signature-params": {write_member(covered)}')
    return "\n".join(lines).encode("ascii")


def _derived(message: Message, name: str) -> str:
    """RFC 9421 section 2.2."""
    uri = message.target_uri
    parts = urlsplit(uri)
    if name == "@method":
        return message.method
    if name == "@target-uri":
        return uri
    if name == "@authority":
        return authority_of(uri)
    if name == "@scheme":
        return parts.scheme.lower()
    if name == "@path":
        return parts.path or "/"
    if name == "@query":
        return f"?{parts.query}"
    raise ValueError(f"{name} is not known here")
