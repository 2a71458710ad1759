"""The detector itself: asks each of its parts, and puts what they say in order.

It keeps a bounded memory of sessions (``sessions.py``) and no secret in it: what was read is remembered by keyed
prints under a key that is drawn when the detector is made, or the owner's where known secrets are given.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Iterable

from eclosion.kernel.finding import Finding
from eclosion.kernel.secrets import Secret, confirm, redact
from eclosion.monitor.detectors.leaks import rules, sending
from eclosion.monitor.detectors.leaks.beacons import beacons_in
from eclosion.monitor.detectors.leaks.following import (
    ENOUGH,
    orders_in,
    said_by_order,
    unfolded,
    weigh_argument,
)
from eclosion.monitor.detectors.leaks.known import (
    LENGTH_LEAST,
    LENGTH_MOST,
    Known,
    Print,
    print_of,
)
from eclosion.monitor.detectors.leaks.prefilter import shared_first, shared_orders
from eclosion.monitor.detectors.leaks.sessions import ORDERS_MAX, Session, Sessions
from eclosion.monitor.detectors.leaks.signs import Seen, Sign
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

SHORTEST = 8
"""A shorter text holds no secret that could be told from a word."""
CALLS_MAX = 400


class Leaks:
    """Finds secrets and their ways out.

    Args:
        known: prints of secrets that must not be said by anybody, and of canaries (``known.print_of``).
        key: the key of those prints, 16 bytes or more.
    """

    name = "leaks"
    reads_decoded = True

    def __init__(self, known: Iterable[Print] = (), key: bytes = b"") -> None:
        self._first = shared_first()
        self._known = Known(key or randomness.token_bytes(32), known)
        self._sessions = Sessions()
        self._speakers = Sessions()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules: those of ways out, and one for each form of a secret."""
        return (*rules.WAYS, *rules.GENERIC, *rules.form_rules())

    def look(self, passage: Passage) -> Iterable[Finding]:
        text = passage.text
        found: list[Finding] = []
        held: list[Secret] = []
        seen: list[Seen] = []
        if len(text) >= SHORTEST:
            hits, seen = passage.once("leaks", lambda: self._first.look(text, passage.data))
            held = confirm(text, hits) if hits else []
            found += [rules.finding_of(one) for one in held]
            if self._known.prints:
                found += self._again(passage)
            if seen:
                found += self._beacons(passage, seen)
        attributes = passage.observation.attributes
        if attributes and ("role" in attributes or passage.observation.action.startswith("tool.")):
            found += self._in_session(passage, held, seen)
        return found

    def _beacons(self, passage: Passage, seen: list[Seen]) -> Iterable[Finding]:
        """Addresses that carry data; names that a shell fills in only where a shell reads them."""
        is_call = sending.is_call(passage)
        for one in beacons_in(passage.text, seen):
            if is_call or one.rule != "dns-label":
                yield rules.of_beacon(one)

    def _again(self, passage: Passage) -> Iterable[Finding]:
        """The owner's known secrets, in this text or put together from the speaker's latest."""
        whole = self._known.find(passage.text, self._known.prints)
        yield from (rules.of_known(one) for one in whole)
        if sending.is_asking(passage) or sending.is_answer(passage):
            return
        speaker = self._speakers.of(f"{passage.attribute('session')}\n{passage.observation.actor}")
        if speaker.pieces.add(passage.text):
            for one in whole:
                speaker.tells(one.print.mac.hex())
            macs = {one.print.mac for one in whole}
            parted = [one for one in self._known.prints if one.mac not in macs]
            for again in self._known.find_joined(speaker.pieces, parted):
                if speaker.tells(again.print.mac.hex()):
                    yield rules.of_known(again)

    def _in_session(
        self, passage: Passage, held: list[Secret], seen: list[Seen]
    ) -> Iterable[Finding]:
        session = self._sessions.of(passage.attribute("session"))
        if sending.is_asking(passage):
            session.ask(passage.text)
            return
        if sending.is_answer(passage):
            self._remember(session, passage, held)
            return
        if sending.is_call(passage):
            yield from self._followed(session, passage, held)
            names = _sensitive(passage.text, seen)
            if names and sending.reads(passage):
                for name in names:
                    session.touch(name)
        elif passage.attribute("role") == "assistant":
            order = said_by_order(session, passage.text)
            if order and session.tells(f"said {hash(order.text)}"):
                yield rules.injected_words(order)
        if sending.sends(passage):
            yield from self._sent(session, passage, seen)

    def _remember(self, session: Session, passage: Passage, held: list[Secret]) -> None:
        """What a tool answered: the secrets in it by their prints, and the orders."""
        session.hold(
            [
                print_of(one.text, self._known.key, one.title.replace(":", " "))
                for one in held
                if LENGTH_LEAST <= len(one.text) <= LENGTH_MOST
            ]
        )
        if len(passage.text) < SHORTEST:
            return
        text = unfolded(passage.text)
        signs = shared_orders().look(text)
        if not signs:
            session.learn(text)
            return
        orders, rest = orders_in(text, signs, passage.attribute("tool"))
        for order in orders[-ORDERS_MAX:]:
            session.heed(order)
        session.learn(rest)

    def _followed(
        self, session: Session, passage: Passage, held: list[Secret]
    ) -> Iterable[Finding]:
        """A call whose arguments come from an order in a tool's answer."""
        if not session.orders:
            return
        tool = passage.attribute("tool")
        weight, order = weigh_argument(session, tool, passage.text)
        if not weight or order is None:
            return
        call = passage.attribute("call") or f"{tool} {passage.observation.at_ms}"
        if len(session.weights) > CALLS_MAX:
            session.weights.clear()
        session.weights[call] = session.weights.get(call, 0) + weight
        if session.weights[call] >= ENOUGH and session.tells(f"call {call}"):
            shown = passage.text
            for one in held:
                shown = shown.replace(one.text, redact(one.text))
            yield rules.injected_call(order, tool, shown)

    def _sent(self, session: Session, passage: Passage, seen: list[Seen]) -> Iterable[Finding]:
        text = passage.text
        told = False
        if session.prints:
            again = self._known.find(text, session.prints)
            whole = {one.print.mac for one in again}
            if session.pieces.add(text):
                parted = [one for one in session.prints if one.mac not in whole]
                again += self._known.find_joined(session.pieces, parted)
            for one in again:
                if session.tells(f"sent {one.print.mac.hex()} {one.disguise}"):
                    told = True
                    yield rules.exfiltrated(one, passage.attribute("tool"), is_used=_is_used(text))
        kinds = {one.sign for one in seen}
        names = _sensitive(text, seen)
        if names and (Sign.SEND in kinds or Sign.LOOKUP in kinds or Sign.DROP in kinds):
            told = True
            yield rules.sent_file(names[0])
        if Sign.DROP in kinds and not told:
            host = _drop_host(text, seen)
            yield rules.dropped(host, session.touched[-1] if session.touched else "")


def _sensitive(text: str, seen: list[Seen]) -> list[str]:
    """The sensitive files that are named, as far as they can be told."""
    names = []
    for one in seen:
        if one.sign is Sign.SENSITIVE:
            before = text[max(0, one.end - 80) : one.end + 40]
            place = min(80, one.end)
            first = max(before.rfind(sign, 0, place - 1) for sign in " \"'\n=@;|") + 1
            last = min(
                (spot for sign in " \"'\n;|)" if (spot := before.find(sign, place)) >= 0),
                default=len(before),
            )
            names.append(before[first:last].strip(" \"';|)>&") or "a sensitive file")
    return names


def _drop_host(text: str, seen: list[Seen]) -> str:
    for one in seen:
        if one.sign is Sign.DROP:
            start = max(text.rfind(sign, 0, one.end) for sign in " /\"'@\n(") + 1
            return text[start : one.end][:80]
    return ""


def _is_used(text: str) -> bool:
    """Whether a key stands where keys are used: in a header of a request."""
    low = text.lower()
    return (
        "authorization" in low or "x-api-key" in low or "api-key:" in low or "private-token" in low
    )
