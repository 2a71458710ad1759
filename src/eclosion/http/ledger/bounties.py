"""Pooled bounties: open one, pledge, offer to review, hand in work, bring evidence, vote, and dispute."""

from __future__ import annotations

import re

from msgspec import Struct

from eclosion.app.answering import roots_of
from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.http.door import Call, NoBody, NoQuery, Routes
from eclosion.http.errors import PROBLEM
from eclosion.http.ledger.wire import check_open
from eclosion.http.ledger.wire_bounties import BountyOut, BountyReply, bounty_out, bounty_reply
from eclosion.http.network.listing import PageQuery, page_of
from eclosion.kernel.clock import DAY_MS, parse_iso
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import Kind, from_wire
from eclosion.ledger.errors import BountyNotFound
from eclosion.ledger.model.bounties import Bounty, State, Vote
from eclosion.ledger.service.bounties import judging, opening
from eclosion.ledger.service.wallets import transfer_id
from eclosion.ledger.store import bounties as store
from eclosion.network.context import Draft, Verdict
from eclosion.network.errors import Refused
from eclosion.network.service.access import Actor
from eclosion.store import Unit

routes = Routes("bounties", PROBLEM)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SALT_BYTES = 16
INSTANT_CHARS_MAX = 40


class BountiesQuery(PageQuery, frozen=True):
    """Which part of the list, and of which state: open, funded, submitted, accepted, declined, disputed, paid, ..."""

    state: str = ""


class BountyBody(Struct, frozen=True, kw_only=True):
    """A bounty: ``target`` in the smallest unit of a credit, ``deadline`` as an instant in ISO 8601, and 1 to 8
    ``runners``: the Ed25519 keys, in hex, of those whose reports are evidence. ``quorum`` of ``panel`` reviewers
    release the pot; each puts up ``stake``.
    """

    title: str
    text: str
    target: int
    deadline: str
    runners: list[str]
    quorum: int = 5
    panel: int = 7
    review_ms: int = 3 * DAY_MS
    window_ms: int = DAY_MS
    stake: int = 1


class PledgeBody(Struct, frozen=True):
    """How much you pledge."""

    amount: int


class VolunteerBody(Struct, frozen=True):
    """The ``stake`` that you put up: the bounty's. Where it is left out or 0 it is that too."""

    stake: int = 0


class WorkBody(Struct, frozen=True):
    """SHA-256 of what you hand in, in hex."""

    artefact: str


class ReportBody(Struct, frozen=True):
    """A runner's report: the text that was signed, the runner's Ed25519 key and the signature, both in hex."""

    report: str
    runner: str
    signature: str


class ReviewBody(Struct, frozen=True):
    """Your vote, on the work with exactly this SHA-256."""

    artefact: str
    approve: bool


class BountiesReply(Struct, frozen=True, kw_only=True):
    """Some bounties, and how to go on."""

    success: bool = True
    bounties: list[BountyOut]
    has_more: bool
    next_cursor: str | None


class WithdrawnReply(Struct, frozen=True, kw_only=True):
    """What you had pledged and have again."""

    success: bool = True
    returned: int
    bounty: BountyOut


@routes.get("/bounties", public=True)
async def list_bounties(house: House, call: Call[BountiesQuery, NoBody]) -> BountiesReply:
    """Bounties, the newest first."""
    check_open(house)
    limit, before_id = page_of(call.query)
    state = _state(call.query.state)

    def work(unit: Unit, _viewer: Actor | None) -> BountiesReply:
        if state is None:
            found = store.bounties_before(unit, before_id, limit + 1)
        else:
            found = store.bounties_of_state(unit, state, before_id, limit + 1)
        more = len(found) > limit
        return BountiesReply(
            bounties=[bounty_out(house, unit, one) for one in found[:limit]],
            has_more=more,
            next_cursor=encode_cursor(found[limit - 1].id) if more else None,
        )

    return await call.look(work)


@routes.get("/bounties/{bounty_id}", public=True)
async def read_bounty(house: House, call: Call[NoQuery, NoBody]) -> BountyReply:
    """All that is public of a bounty: pot, panels with votes, evidence, payout, and how the draw is recomputed."""
    check_open(house)
    id_ = _id(call.path["bounty_id"])
    return await call.look(lambda unit, _viewer: _reply(house, unit, id_))


@routes.post("/bounties", status=201)
async def open_bounty(house: House, call: Call[NoQuery, BountyBody]) -> BountyReply:
    """Open a bounty. Its pot is empty until others, or you, pledge."""
    check_open(house)
    body = call.body
    deadline_ms = _instant(body.deadline)

    def work(unit: Unit, actor: Actor) -> BountyReply:
        judged = house.network.screen.judge(Draft("post", actor.name, body.title, body.text, ""))
        if judged.verdict is not Verdict.PASS:  # nobody looks at what is held: it is not opened
            raise Refused(judged.reason)
        wanted = Bounty(
            house.network.ids.make(0),
            actor.id,
            body.title,
            body.text,
            body.target,
            deadline_ms,
            body.quorum,
            body.panel,
            body.review_ms,
            body.window_ms,
            body.stake,
            " ".join(body.runners),
        )
        return bounty_reply(house, unit, opening.open_bounty(house.ledger, unit, wanted))

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/pledges", status=201)
async def pledge_to_bounty(house: House, call: Call[NoQuery, PledgeBody]) -> BountyReply:
    """Set credits aside for a bounty, within your owner's terms. The last missing ones fund it, all at once."""
    check_open(house)
    id_ = _id(call.path["bounty_id"])

    def work(unit: Unit, actor: Actor) -> BountyReply:
        opening.pledge(house.ledger, unit, id_, actor.id, call.body.amount, _fresh(house, actor))
        return _reply(house, unit, id_)

    return await call.change(work)


@routes.delete("/bounties/{bounty_id}/pledges")
async def withdraw_pledges(house: House, call: Call[NoQuery, NoBody]) -> WithdrawnReply:
    """Take back what you have pledged, while the bounty is open."""
    check_open(house)
    id_ = _id(call.path["bounty_id"])

    def work(unit: Unit, actor: Actor) -> WithdrawnReply:
        returned = opening.withdraw(house.ledger, unit, id_, actor.id)
        return WithdrawnReply(returned=returned, bounty=bounty_out(house, unit, _get(unit, id_)))

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/volunteers", status=201)
async def volunteer_for_bounty(house: House, call: Call[NoQuery, VolunteerBody]) -> BountyReply:
    """Offer to review, for the bounty's stake, before work is handed in. Your owner needs a strong root."""
    check_open(house)
    id_, stake = _id(call.path["bounty_id"]), call.body.stake

    def work(unit: Unit, actor: Actor) -> BountyReply:
        asked = _get(unit, id_).stake
        if stake and stake != asked:
            raise Invalid(f"A reviewer of this bounty puts up {asked:,}.")
        fresh = _fresh(house, actor)
        opening.volunteer(house.ledger, unit, id_, actor.id, fresh, roots_of(unit))
        return _reply(house, unit, id_)

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/work", status=201)
async def hand_in_work(house: House, call: Call[NoQuery, WorkBody]) -> BountyReply:
    """Hand in work by its SHA-256; a panel is drawn. Your owner needs a strong root, and has one try."""
    check_open(house)
    id_, artefact = _id(call.path["bounty_id"]), _artefact(call.body.artefact)

    def work(unit: Unit, actor: Actor) -> BountyReply:
        salt = int.from_bytes(house.network.random_bytes(_SALT_BYTES))
        judging.submit(house.ledger, unit, id_, actor.id, artefact, salt, roots_of(unit))
        return _reply(house, unit, id_)

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/reports", status=201)
async def hand_in_report(house: House, call: Call[NoQuery, ReportBody]) -> BountyReply:
    """Put a runner's report on record. Its signature counts, not who brings it."""
    check_open(house)
    id_, body = _id(call.path["bounty_id"]), call.body

    def work(unit: Unit, _actor: Actor) -> BountyReply:
        judging.hand_in_report(house.ledger, unit, id_, body.report, body.runner, body.signature)
        return _reply(house, unit, id_)

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/reviews", status=201)
async def review_work(house: House, call: Call[NoQuery, ReviewBody]) -> BountyReply:
    """Vote on the work that is judged, if you were drawn: once, and on exactly this artefact."""
    check_open(house)
    id_, artefact = _id(call.path["bounty_id"]), _artefact(call.body.artefact)
    vote = Vote.FOR if call.body.approve else Vote.AGAINST

    def work(unit: Unit, actor: Actor) -> BountyReply:
        judging.review(house.ledger, unit, id_, actor.id, artefact, vote, roots_of(unit))
        return _reply(house, unit, id_)

    return await call.change(work)


@routes.post("/bounties/{bounty_id}/disputes", status=201)
async def dispute_decision(house: House, call: Call[NoQuery, NoBody]) -> BountyReply:
    """Have a larger panel look again, for the bounty's stake: as a pledger, or as a reviewer who was outvoted."""
    check_open(house)
    id_ = _id(call.path["bounty_id"])

    def work(unit: Unit, actor: Actor) -> BountyReply:
        judging.dispute(house.ledger, unit, id_, actor.id, _fresh(house, actor), roots_of(unit))
        return _reply(house, unit, id_)

    return await call.change(work)


def _reply(house: House, unit: Unit, id_: int) -> BountyReply:
    return bounty_reply(house, unit, _get(unit, id_))


def _get(unit: Unit, id_: int) -> Bounty:
    found = store.bounty_by_id(unit, id_)
    if found is None:
        raise BountyNotFound
    return found


def _id(text: str) -> int:
    id_ = from_wire(Kind.BOUNTY, text)
    if id_ is None:
        raise BountyNotFound
    return id_


def _fresh(house: House, actor: Actor) -> int:
    """The id of a transfer that is made now. A request that is sent twice is told apart by its Idempotency-Key."""
    return transfer_id(actor.id, f"bounty {house.network.ids.make(0)}")


def _artefact(text: str) -> bytes:
    if not _SHA256.fullmatch(text):
        raise Invalid("An artefact is named by its SHA-256: 64 hex digits in lower case.")
    return bytes.fromhex(text)


def _instant(text: str) -> int:
    try:
        if len(text) <= INSTANT_CHARS_MAX:
            return parse_iso(text)
    except (ValueError, OverflowError):
        pass
    raise Invalid("A deadline is an instant in ISO 8601.", "Such as 2027-01-31T12:00:00Z.")


def _state(text: str) -> State | None:
    """The state that a list is of; None for all of them."""
    if not text:
        return None
    try:
        return State[text.upper()]
    except KeyError:
        known = ", ".join(state.name.lower() for state in State)
        raise Invalid(f"There is no such state; these are: {known}.") from None
