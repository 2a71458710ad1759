"""Scans a skill: every rule on every layer of every file, what flows where, what the files are; and judges them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from eclosion.audit.skills.flows import Flow, flows
from eclosion.audit.skills.model import Package, Text, Verdict
from eclosion.audit.skills.package import read_package
from eclosion.audit.skills.quoting import is_about_security, is_quoted
from eclosion.audit.skills.signs import Sign, signs_in
from eclosion.audit.skills.unfolding import Layer, unfold
from eclosion.kernel.finding import Finding, Severity, Span

TAGS = ("atlas:AML.T0010", "owasp:LLM03")
_PLAIN_WRAPPINGS = {"blank space", "pieces", "invisible characters"}
QUOTED = " It stands there as an example, so it is told for completeness only."
ODDITIES = {
    "program": (Severity.MEDIUM, "ships a compiled program", "Nobody can read what it does."),
    "compiled": (Severity.MEDIUM, "ships compiled Python", "Nobody can read what it does."),
    "link-out": (
        Severity.HIGH,
        "links to a file outside of itself",
        "Whoever reads the skill reads that file.",
    ),
    "archive-locked": (
        Severity.HIGH,
        "ships an archive locked with a password",
        "A password keeps scanners out.",
    ),
    "archive-closed": (
        Severity.MEDIUM,
        "ships an archive that can't be looked into",
        "It may hold anything.",
    ),
}
ABOUT_FLOW = {
    "secret-flow": (
        Severity.HIGH,
        "sends what it reads from a secret place",
        "A name that carries a secret file or the whole environment reaches the network.",
    )
}
"""What it finds, and what each means: severity, title, message."""
_DROP_HOST = re.compile(
    r"webhook\.site|pipedream|requestbin|interact\.sh|oast|burpcollab|beeceptor|ngrok|trycloudflare|discord(?:app)?\.com|"
    r"api\.telegram\.org|requestcatcher|hookbin|^(?!127\.|10\.|192\.168\.)\d{1,3}(?:\.\d{1,3}){3}$|evil|attacker|collector|exfil|c2\.",
    re.IGNORECASE,
)


def scan_skill(path: str) -> Verdict:
    """Scan the skill at ``path``: a folder, a file or an archive. Nothing is run, and nothing is sent.

    Raises:
        NotFound: nothing is there.
    """
    return judge(read_package(path))


def judge(package: Package) -> Verdict:
    """What the rules say of a package that was read."""
    about_security = is_about_security(package.name, package.description)
    findings = [finding for text in package.texts for finding in _of_text(text, about_security)]
    findings += [_of_flow(flow, package, about_security) for flow in flows(package.texts)]
    for oddity in package.oddities:
        severity, title, message = ODDITIES[oddity.rule]
        findings.append(
            Finding(
                f"skills/{oddity.rule}",
                severity,
                0.9,
                title,
                f"{oddity.path} {oddity.why}. {message}",
                oddity.path,
                remedy="Ask for its source.",
                tags=TAGS,
            )
        )
    findings.sort(key=lambda one: (-one.severity, one.place, one.rule))
    return Verdict(package, tuple(findings))


def _of_text(text: Text, about_security: bool) -> Iterator[Finding]:
    """The worst finding of each rule in one file."""
    worst: dict[str, Finding] = {}
    plainly: set[str] = set()
    for layer in unfold(text.words):
        is_plain = set(layer.how) <= _PLAIN_WRAPPINGS
        for sign in signs_in(layer.words):
            if layer.how and is_plain and sign.id in plainly:
                continue  # it stands there without them too
            # What was wrapped is looked at as anything: code in a document's base64, orders in a program's.
            if not layer.how and text.kind not in sign.where:
                continue
            if sign.endings and not text.path.lower().endswith(sign.endings):
                continue
            for found in sign.places(layer.words):
                if not layer.how:
                    plainly.add(sign.id)
                finding = _of_place(text, layer, sign, found, about_security)
                known = worst.get(sign.id)
                if known is None or finding.severity > known.severity:
                    worst[sign.id] = finding
    yield from worst.values()


def _of_place(
    text: Text, layer: Layer, sign: Sign, found: re.Match[str], about_security: bool
) -> Finding:
    start = found.start() if not layer.how else layer.start
    end = found.end() if not layer.how else layer.start + 1
    quoted = is_quoted(text, start, end, about_security)
    if quoted and sign.told and not about_security:
        quoted = False
    severity = sign.in_doc if text.kind == "doc" else sign.severity
    if set(layer.how) - _PLAIN_WRAPPINGS:
        severity = max(Severity.HIGH, sign.severity)  # nobody encodes what may be seen
    if quoted:
        severity = Severity.INFO
    wrapped = f" It was wrapped in {', then '.join(layer.how)}." if layer.how else ""
    line = text.words.count("\n", 0, start) + 1
    return Finding(
        f"skills/{sign.id}",
        severity,
        0.4 if quoted else 0.9,
        sign.title,
        f"{sign.message}{wrapped}{QUOTED if quoted else ''}",
        f"{text.path}:{line}",
        span=Span(start, min(end, len(text.words))),
        remedy=sign.remedy,
        tags=TAGS,
    )


def _of_flow(flow: Flow, package: Package, about_security: bool) -> Finding:
    text = next(one for one in package.texts if one.path == flow.path)
    severity = Severity.MEDIUM if flow.weak else Severity.HIGH
    if flow.host and _DROP_HOST.search(flow.host):
        severity = Severity.CRITICAL
    if about_security and is_quoted(text, flow.start, flow.start + 1, about_security):
        severity = Severity.INFO
    where = f" to {flow.host}" if flow.host else ""
    read = "" if flow.source_path == flow.path else f" in {flow.source_path}"
    return Finding(
        "skills/secret-flow",
        severity,
        0.7,
        ABOUT_FLOW["secret-flow"][1],
        f"What it reads{read} ({flow.source}) goes to the network{where}.",
        f"{flow.path}:{text.words.count(chr(10), 0, flow.start) + 1}",
        span=Span(flow.start, flow.start + 1),
        remedy="Do not install it before you know why; if it ran already, rotate what it read.",
        tags=TAGS,
    )


def scan_all(paths: Iterable[str]) -> Iterator[Verdict]:
    """Scan many skills, one after the other."""
    for path in paths:
        yield scan_skill(path)
