"""The detector's rules for those who read its findings, and findings made from them.

Every form of a secret is a rule of its own, ``leaks/github-token``; what is shown of a secret is its redaction, so no
finding of this detector holds one.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from eclosion.kernel.finding import Finding, Severity, Span
from eclosion.kernel.secrets import FORMS, Secret, redact
from eclosion.monitor.detectors.leaks.beacons import Beacon
from eclosion.monitor.detectors.leaks.known import Again
from eclosion.monitor.detectors.leaks.sessions import Order
from eclosion.monitor.detectors.leaks.signs import Sign
from eclosion.monitor.ports import Rule

_ROTATE: Final = "Revoke it where it was issued and make a new one; taking the text away does not make it secret again."
_HELD: Final = (
    "Hold the call back, look at what the agent read before it, and revoke what was sent."
)
_TAGS: Final = ("secret", "owasp:LLM02", "attack:T1552")
_OUT: Final = ("exfiltration", "owasp:LLM02", "attack:T1567", "atlas:AML.T0024")

WAYS: Final = (
    Rule(
        "leaks/canary",
        "A canary was said",
        Severity.CRITICAL,
        "A bait that nobody uses stands in the text, plainly, encoded or in pieces: whoever says it "
        "has read what it must not.",
        "Find out which agent read the file that held it, and what else it read.",
        (*_TAGS, "canary"),
    ),
    Rule(
        "leaks/known-secret",
        "A known secret was said",
        Severity.CRITICAL,
        "A secret whose print the owner gave stands in the text, plainly, encoded, backwards, strewn or in pieces.",
        _ROTATE,
        _TAGS,
    ),
    Rule(
        "leaks/exfiltration",
        "A secret that was read is sent",
        Severity.CRITICAL,
        "A tool's answer held a secret; a later call or public words of the session hold it, plainly "
        "or disguised. MEDIUM where it "
        "stands in a header of a request, as keys do when they are used.",
        _HELD,
        _OUT,
    ),
    Rule(
        "leaks/sensitive-file",
        "A sensitive file is sent",
        Severity.CRITICAL,
        "One command names a file that holds keys and sends something out.",
        _HELD,
        (*_OUT, "attack:T1552.001"),
    ),
    Rule(
        "leaks/drop-host",
        "Something is sent to where anybody can have things dropped",
        Severity.HIGH,
        "A call sends to a request bin, a tunnel or a paste site. MEDIUM if nothing sensitive was read before.",
        _HELD,
        _OUT,
    ),
    Rule(
        "leaks/beacon-image",
        "An image whose address carries data away",
        Severity.HIGH,
        "The query of an image's address holds encoded words, a template to be filled in, or a "
        "sentence: showing it sends them.",
        "Do not show it; look at what made the agent write it.",
        (*_OUT, "atlas:AML.T0077"),
    ),
    Rule(
        "leaks/beacon-link",
        "A link that carries encoded words away",
        Severity.MEDIUM,
        "A query named for data holds encoded words: following the link sends them.",
        "Do not follow it.",
        _OUT,
    ),
    Rule(
        "leaks/dns-label",
        "A look-up that carries data in a name",
        Severity.HIGH,
        "A command asks for a name whose labels are random, or filled in by a shell: the name's server reads them.",
        _HELD,
        (*_OUT, "attack:T1048.003"),
    ),
    Rule(
        "leaks/injected-call",
        "The agent does what a tool's answer told it to do",
        Severity.HIGH,
        "An order stood in a tool's answer; a later call's arguments come from it and from nothing "
        "that the user said. MEDIUM where the "
        "order only asked and did not address a machine.",
        "Hold the call back; undo it if it has happened; look at where the answer came from.",
        ("injection", "owasp:LLM01", "atlas:AML.T0051.001"),
    ),
    Rule(
        "leaks/injected-words",
        "The agent says what a tool's answer told it to say",
        Severity.MEDIUM,
        "An order that addressed the machine stood in a tool's answer; the agent repeats its words "
        "to the user as its own.",
        "Do not rely on the answer; look at where it came from.",
        ("injection", "owasp:LLM01", "atlas:AML.T0051.001"),
    ),
)
_BY_ID: Final = {one.id: one for one in WAYS}

GENERIC: Final = (
    Rule(
        "leaks/generic-password",
        "Password beside its name",
        Severity.HIGH,
        "A value that looks like a password under a name such as ``DB_PASSWORD``. Words and samples are let pass.",
        _ROTATE,
        _TAGS,
    ),
    Rule(
        "leaks/generic-secret",
        "Secret beside its name",
        Severity.HIGH,
        "A value that looks drawn by chance under a name such as ``api_key``. Hashes and addresses are let pass.",
        _ROTATE,
        _TAGS,
    ),
    Rule(
        "leaks/provider-key",
        "Key of a provider",
        Severity.HIGH,
        "A value that looks drawn by chance beside the name of a provider whose keys bear no mark of their own.",
        _ROTATE,
        _TAGS,
    ),
)


@cache
def form_rules() -> tuple[Rule, ...]:
    """A rule for each form of the kernel."""
    return tuple(
        Rule(
            f"leaks/{form.id}",
            form.title,
            form.severity,
            f"{form.title}, by the form in which it is issued"
            + (f", proved ({form.check})." if form.check else "."),
            _ROTATE,
            _TAGS,
        )
        for form in FORMS
    )


def finding_of(secret: Secret) -> Finding:
    """What is said of a secret."""
    return Finding(
        f"leaks/{secret.rule}",
        secret.severity,
        secret.confidence,
        secret.title,
        f"{secret.title}, in the open: whoever reads this can use it.",
        span=secret.span,
        evidence=redact(secret.text),
        remedy=_ROTATE,
        tags=_TAGS,
    )


def of_known(again: Again) -> Finding:
    """What is said of a known secret or a canary."""
    kind = "leaks/canary" if again.print.is_canary else "leaks/known-secret"
    span = Span(again.start, again.end) if again.start >= 0 else None
    return _made(kind, f"{again.print.label} stands here, {again.disguise}.", span=span)


def exfiltrated(again: Again, tool: str, *, is_used: bool) -> Finding:
    """What is said of a secret from a tool's answer that leaves."""
    severity = Severity.MEDIUM if is_used and again.disguise == "as it is" else Severity.CRITICAL
    by = f" by {tool}" if tool else ""
    words = f"What a tool answered held it ({again.print.label}); it leaves{by}, {again.disguise}."
    span = Span(again.start, again.end) if again.start >= 0 else None
    return _made("leaks/exfiltration", words, span=span, severity=severity)


def sent_file(name: str) -> Finding:
    """What is said of a command that sends a sensitive file."""
    return _made("leaks/sensitive-file", f"The command names {name[:80]} and sends something out.")


def dropped(host: str, touched: str) -> Finding:
    """What is said of a call that sends to a drop host."""
    words = f"It goes to {host}."
    if touched:
        words += f" {touched[:80]} was read before in this session."
    return _made("leaks/drop-host", words, severity=Severity.HIGH if touched else Severity.MEDIUM)


def of_beacon(beacon: Beacon) -> Finding:
    """What is said of an address that carries data; what it carries is redacted."""
    words = f"The address at {beacon.host[:80]} carries {redact(beacon.load)}."
    return _made(f"leaks/{beacon.rule}", words, span=beacon.span, confidence=beacon.confidence)


def injected_call(order: Order, tool: str, argument: str) -> Finding:
    """What is said of a call that follows an order in a tool's answer; ``argument`` must hold no secret any more."""
    source = f" of {order.source}" if order.source else ""
    shown = argument if len(argument) <= 60 else f"{argument[:57]}..."
    words = f"The call of {tool or 'a tool'} takes {shown!r} from words in the answer{source} that nobody asked for."
    if order.kind is Sign.ORDER:
        return _made("leaks/injected-call", words, confidence=0.9)
    return _made("leaks/injected-call", words, confidence=0.5, severity=Severity.MEDIUM)


def injected_words(order: Order) -> Finding:
    """What is said of an answer that repeats an order."""
    source = f" of {order.source}" if order.source else ""
    return _made(
        "leaks/injected-words",
        f"It repeats what the answer{source} told it to say.",
        confidence=0.7,
    )


def _made(
    rule: str,
    message: str,
    *,
    span: Span | None = None,
    confidence: float = 0.95,
    severity: Severity | None = None,
) -> Finding:
    known = _BY_ID[rule]
    return Finding(
        rule,
        severity or known.severity,
        confidence,
        known.title,
        message,
        span=span,
        remedy=known.remedy,
        tags=known.tags,
    )
