"""The detector of lures: words by which somebody is to give a secret away, and what is done to get at one."""

from __future__ import annotations

from collections.abc import Iterator

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.monitor.detectors.lures import actions, judging
from eclosion.monitor.passage import Passage
from eclosion.monitor.ports import Rule

_TAGS = ("social-engineering", "atlas:AML.T0052", "attack:T1598")
_REMEDY = "Do not answer it. Give access through a vault or a scoped token, and change what was already given."

SURE, SURE_IN_PUBLIC = 0.75, 0.8
_PUBLIC = frozenset(
    f"{what}.{done}" for what in ("post", "comment") for done in ("created", "edited", "restored")
)

RULES = (
    Rule(
        "lures/secret-request",
        "Asks for a secret",
        Severity.HIGH,
        "A sentence that asks its hearer for a password, a code, a key, a recovery phrase, a card's number or the"
        " like, in the speaker's own voice. Advice against it, stories, quotations, documentation and code are not"
        " meant. It is wrong where an assistant asks for a key that it is really meant to be given in words.",
        _REMEDY,
        _TAGS,
    ),
    Rule(
        "lures/password-dialog",
        "Opens a window that asks for a password",
        Severity.HIGH,
        "A command of an agent that makes a window or a prompt in which a person is to type a password.",
        "Cancel the window, and change the password if it was typed.",
        (*_TAGS, "attack:T1056.002"),
    ),
    Rule(
        "lures/read-then-sent",
        "Reads a secret and sends something away",
        Severity.HIGH,
        "A call of a tool that reads keys, an environment file, a keychain or a browser's store, and in it or within"
        f" {actions.REMEMBERED} observations of the same session one that sends data to another host.",
        "Stop the session, look at what was sent, and revoke what was read.",
        ("exfiltration", "attack:T1552", "attack:T1041"),
    ),
)
_BY_ID = {rule.id: rule for rule in RULES}


class Lures:
    """Finds requests for secrets, between agents, owners and whoever reads a post; and acts that go with them."""

    name = "lures"
    rules = RULES
    reads_decoded = True

    def __init__(self) -> None:
        self._watch = actions.Watch()

    def look(self, passage: Passage) -> Iterator[Finding]:
        """Requests in what was said; evidence in what was done."""
        if passage.observation.action == "tool.called":
            yield from self._look_at_call(passage)
        if lure := passage.once("lures", lambda: judging.find_lure(passage.text)):
            yield _tell(lure, passage)

    def _look_at_call(self, passage: Passage) -> Iterator[Finding]:
        session = passage.attribute("session")
        evidence = self._watch.see(session, passage.attribute("tool"), passage.text)
        if evidence is None:
            return
        rule = _BY_ID[f"lures/{evidence.rule}"]
        if evidence.rule == "password-dialog":
            message = "The agent opens a window in which a person is to type a password."
        else:
            message = f"The agent read {evidence.store} and then sent data to another host."
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            confidence=0.9 if evidence.rule == "password-dialog" else 0.75,
            title=rule.title,
            message=message,
            span=Span(evidence.start, evidence.end),
            evidence=passage.text[evidence.start : evidence.end][:200],
            remedy=rule.remedy,
            tags=rule.tags,
        )


def _tell(lure: judging.Lure, passage: Passage) -> Finding:
    rule = _BY_ID["lures/secret-request"]
    role = passage.attribute("role")
    severity = rule.severity
    if role == "user":
        severity = Severity.LOW  # a person who asks an agent is rather curious than a lure
    elif passage.observation.action in _PUBLIC and lure.confidence < SURE_IN_PUBLIC:
        severity = Severity.LOW  # thousands of posts speak of keys: a person looks first
    elif role == "tool" or lure.confidence < SURE:
        severity = Severity.MEDIUM
    why = f" and gives as its reason: {', '.join(lure.pretexts)}" if lure.pretexts else ""
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=lure.confidence,
        title=rule.title,
        message=f"It asks for a secret ({lure.secret[:40]}){why}.",
        span=Span(lure.start, lure.end),
        evidence=passage.text[lure.start : lure.end][:200],
        remedy=rule.remedy,
        tags=(*rule.tags, *(f"pretext:{name}" for name in lure.pretexts)),
    )
