"""Key directories of others: looked up when a request names one, kept for a while, and believed about themselves alone.

What always holds: a key counts only for the address that published it, so nobody can claim another's name with a key of
his own; a directory that does not answer takes nothing away, and one that answers without the key does; no stranger
makes us fetch without end: what is kept, fetched at once and fetched in a minute is bounded.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from eclosion.gate.encoding import expect, from_json
from eclosion.gate.errors import SignatureRefused, SignatureUnverified
from eclosion.gate.keys import read_jwk, thumbprint
from eclosion.gate.signatures.checking import Reference
from eclosion.gate.signatures.signing import DIRECTORY_TYPE

DOCUMENT_BYTES_MAX = 65_536
KEYS_MAX = 64
MINUTE_MS = 60_000
KEPT_MS = 3_600_000
KEPT_LEAST_MS, KEPT_MOST_MS = MINUTE_MS, 86_400_000
FAILED_MS = MINUTE_MS
"""For so long a directory that did not answer, or did not hold a key, is not asked again."""

TEST_KEYS = frozenset({"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U"})
"""Keys whose private half is printed in an RFC (9421, appendix B.1.4)."""


class Fetched(NamedTuple):
    """A document as it came: its media type without parameters, its bytes, and how long it may be kept."""

    media_type: str
    body: bytes
    max_age_s: int | None = None


Fetch = Callable[[str], Awaitable[Fetched]]
"""Gets a document of status 200, or raises ``SignatureUnverified``. Must not reach private networks (``fetching``)."""


class _Kept(NamedTuple):
    keys: dict[str, bytes]
    fresh_until_ms: int
    asked_ms: int


class Directories:
    """What others' directories say. For one event loop.

    Args:
        fetch: the port to the internet.
        now_ms: the wall clock.
        kept_max: directories that are kept; the ones not asked for longest go first.
        fetches_a_minute: fetches for all strangers together.
        allow_test_keys: whether keys count that everybody has, for tests.
    """

    def __init__(
        self,
        fetch: Fetch,
        now_ms: Callable[[], int],
        *,
        kept_max: int = 1_024,
        fetches_a_minute: int = 60,
        allow_test_keys: bool = False,
    ) -> None:
        self._fetch, self._now_ms = fetch, now_ms
        self._kept_max, self._rate = kept_max, fetches_a_minute
        self._forbidden = frozenset() if allow_test_keys else TEST_KEYS
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._failed: OrderedDict[str, int] = OrderedDict()
        self._underway: dict[str, asyncio.Task[_Kept]] = {}
        self._minute, self._fetches = 0, 0

    async def key(self, reference: Reference, keyid: str) -> bytes:
        """The public key of this name that is published there.

        Raises:
            SignatureRefused: it was looked up lately, and there is none.
            SignatureUnverified: it cannot be looked up.
        """
        url, now_ms = reference.url, self._now_ms()
        kept = self._kept.get(url)
        if kept is not None:
            self._kept.move_to_end(url)
        missing = kept is None or (keyid not in kept.keys and now_ms - kept.asked_ms > FAILED_MS)
        if missing or (kept is not None and kept.fresh_until_ms <= now_ms):
            kept = await self._refresh(reference, kept, now_ms)
        assert kept is not None
        raw = kept.keys.get(keyid)
        if raw is None:
            raise SignatureRefused("The directory does not publish this key.")
        return raw

    async def _refresh(self, reference: Reference, kept: _Kept | None, now_ms: int) -> _Kept:
        """Fetch, once for all who wait. What is kept already goes on to count where that fails."""
        url = reference.url
        try:
            task = self._underway.get(url)
            if task is None:
                self._count(url, now_ms)
                task = self._underway[url] = asyncio.create_task(self._load(reference, now_ms))
                task.add_done_callback(lambda _: self._underway.pop(url, None))
            return await asyncio.shield(task)
        except SignatureUnverified:
            if kept is None or now_ms - kept.asked_ms > KEPT_MOST_MS:
                raise
            return kept

    async def _load(self, reference: Reference, now_ms: int) -> _Kept:
        try:
            fetched = await self._fetch(reference.url)
            keys = read_directory(reference.kind, fetched, now_ms, self._forbidden)
        except SignatureUnverified:
            self._failed[reference.url] = now_ms + FAILED_MS
            if len(self._failed) > self._kept_max:
                self._failed.popitem(last=False)
            raise
        age_ms = KEPT_MS if fetched.max_age_s is None else fetched.max_age_s * 1000
        age_ms = min(max(age_ms, KEPT_LEAST_MS), KEPT_MOST_MS)
        kept = self._kept[reference.url] = _Kept(keys, now_ms + age_ms, now_ms)
        if len(self._kept) > self._kept_max:
            self._kept.popitem(last=False)
        return kept

    def _count(self, url: str, now_ms: int) -> None:
        """One more fetch, if it may be."""
        if self._failed.get(url, 0) > now_ms:
            raise SignatureUnverified("This directory did not answer lately.")
        minute = now_ms // MINUTE_MS
        if minute != self._minute:
            self._minute, self._fetches = minute, 0
        if self._fetches >= self._rate:
            raise SignatureUnverified("Too many directories are being looked up; try again later.")
        self._fetches += 1


def read_directory(
    kind: str,
    fetched: Fetched,
    now_ms: int,
    forbidden: frozenset[str] = TEST_KEYS,
    *,
    timeless: bool = False,
) -> dict[str, bytes]:
    """The Ed25519 keys of a directory that count now, by thumbprint. Entries that are odd are left out.

    Args:
        kind: ``directory`` or ``jwks_uri``.
        fetched: the document.
        now_ms: the wall clock.
        forbidden: thumbprints that count nowhere.
        timeless: whether to take keys whatever the times that they name.

    Raises:
        SignatureUnverified: the document is none, or of another type.
    """
    types = (
        {DIRECTORY_TYPE}
        if kind == "directory"
        else {"application/json", "application/jwk-set+json"}
    )
    if fetched.media_type not in types:
        raise SignatureUnverified("What is published there is no key directory.")
    try:
        expect(len(fetched.body) <= DOCUMENT_BYTES_MAX, "too long")
        entries = from_json(fetched.body)["keys"]
        expect(isinstance(entries, list) and len(entries) <= KEYS_MAX, "no list, or a long one")
    except (ValueError, KeyError):
        raise SignatureUnverified("The key directory cannot be read.") from None
    found = {}
    for entry in entries:
        raw = _read_entry(entry, kind, None if timeless else now_ms // 1000)
        if raw is not None and thumbprint(raw) not in forbidden:
            found[thumbprint(raw)] = raw
    return found


def _read_entry(entry: Any, kind: str, now_s: int | None) -> bytes | None:
    if not isinstance(entry, dict) or "d" in entry:
        return None  # whoever publishes a private key publishes nobody's
    try:
        raw = read_jwk({name: entry.get(name) for name in ("kty", "crv", "x")})
    except ValueError:
        return None
    if now_s is not None:
        bounds = entry.get("nbf", 0), entry.get("exp", now_s + 1)
        if not all(type(one) is int for one in bounds) or not bounds[0] <= now_s < bounds[1]:
            return None
    named = entry.get("kid", thumbprint(raw))
    if kind == "directory" and named != thumbprint(raw):
        return None
    return raw if entry.get("use", "sig") == "sig" else None
