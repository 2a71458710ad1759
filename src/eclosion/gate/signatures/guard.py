"""Signatures before a gate: who is asked for one, and what becomes of it.

Three outcomes are kept apart. *Verified*: the request is known to be a domain's, which then counts as its owner root.
*Refused*: something is wrong with the signature, and nothing else of the request is looked at. *Unverified*: the
directory cannot be had now, which proves nothing against anybody: the request goes on as one without a signature, or,
where signatures are required, is to be sent again later.
"""

from __future__ import annotations

import asyncio
import hashlib

from eclosion.gate.digests import Body
from eclosion.gate.encoding import to_text
from eclosion.gate.errors import (
    AlreadySpent,
    SignatureRefused,
    SignatureUnverified,
    SignatureWanted,
)
from eclosion.gate.guarded_store import GuardedStore
from eclosion.gate.signatures.checking import (
    STRICT,
    Claim,
    Profile,
    Signed,
    check_claim,
    check_key,
    read_claims,
)
from eclosion.gate.signatures.covered import Message
from eclosion.gate.signatures.directories import Directories
from eclosion.gate.signatures.signing import TAG

ACCEPT = (
    'sig1=("@method" "@authority" "@target-uri" "content-digest" "signature-agent";key="sig1")'
    f';created;expires;keyid;nonce;alg="ed25519";tag="{TAG}"'
)
"""What is asked for, as ``Accept-Signature`` says it (RFC 9421 section 5.1)."""


class Signatures:
    """The rules for signatures at one gate.

    Args:
        directories: what others publish.
        profile: what is asked of a signature.
        required: whether every session, token and guarded request must bear one.
        allow_http: whether directories may be published without TLS, for tests.
    """

    def __init__(
        self,
        directories: Directories,
        *,
        profile: Profile = STRICT,
        required: bool = False,
        allow_http: bool = False,
    ) -> None:
        self._directories, self._profile = directories, profile
        self.required = required
        self._allow_http = allow_http

    async def check(
        self, message: Message, body: Body, store: GuardedStore, now_ms: int
    ) -> Signed | None:
        """Whose a request is; None if it does not say so, or that cannot be found out.

        Raises:
            SignatureRefused: its signature does not hold, or was used before.
            SignatureWanted, SignatureUnverified: signatures are required; there is none, or it cannot be checked now.
            StoreDown: the store does not answer.
        """
        try:
            claims = read_claims(message, allow_http=self._allow_http)
            if not claims and self.required:
                raise SignatureWanted(hint="Sign as Accept-Signature says.")
            return await self._first(claims, message, body, store, now_ms)
        except SignatureUnverified:
            if self.required:
                raise
            return None

    async def _first(
        self, claims: list[Claim], message: Message, body: Body, store: GuardedStore, now_ms: int
    ) -> Signed | None:
        """The first signature that holds. One by somebody else beside it changes nothing."""
        refused: SignatureRefused | None = None
        unverified: SignatureUnverified | None = None
        for claim in claims:
            try:
                check_claim(claim, message, body, self._profile, now_ms)
                raw = await self._directories.key(claim.reference, claim.keyid)
                signed = check_key(claim, message, raw)
            except SignatureRefused as error:
                refused = refused or error
            except SignatureUnverified as error:
                unverified = unverified or error
            else:
                await _spend(claim, store, now_ms)
                return signed
        trouble = refused or unverified
        if trouble is not None:
            raise trouble
        return None


async def _spend(claim: Claim, store: GuardedStore, now_ms: int) -> None:
    if not claim.nonce:
        return
    digest = to_text(hashlib.sha256(claim.nonce.encode()).digest())
    name, until_ms = f"signature {claim.keyid} {digest}", claim.expires_ms + 1

    def spend() -> bool:
        return store.spend(name, until_ms, now_ms)

    first = await asyncio.to_thread(spend) if store.is_remote else spend()
    if not first:
        raise AlreadySpent("This signature was used before.", "Make a new one for each request.")
