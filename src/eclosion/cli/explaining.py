"""``eclosion monitor explain``: one rule, or one finding with how it came about and what to do with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eclosion.cli.harmless import harmless
from eclosion.cli.last_report import read_last
from eclosion.cli.output import put, put_json
from eclosion.cli.reporting.tags import techniques
from eclosion.kernel.errors import Invalid, NotFound
from eclosion.monitor.explaining import Explanation, explain

if TYPE_CHECKING:
    from eclosion.monitor import Rule
    from eclosion.monitor.sighting import Item

INPUT = "-"
ID_LEAST = 4
AROUND = 160
WORDS_SHOWN = 24
UNTIL_DAYS = 90
_PAGES = {"invisible": "encodings"}
_HEX = frozenset("0123456789abcdef")


class Seen(NamedTuple):
    """A finding with what is known of it now.

    Attributes:
        told: as ``--json`` tells it.
        part: the text at its span, if its source is at hand; a secret where it is about one, so never shown.
        around: the same with what stands before and after, secrets redacted.
        current: whether it still stands there.
        why: how it came about.
        rule: what made it, if we know it.
    """

    told: dict[str, Any]
    part: str
    around: str
    current: str
    why: Explanation
    rule: Rule | None


def explain_any(what: str, report: Path | None, *, as_json: bool) -> None:
    """Explain a rule by its id, a finding by its id, or a finding that is given as JSON.

    Args:
        what: ``ciphers/rot``, ``3f2ab4c1``, ``{"rule": …}``, or ``-`` for standard input.
        report: lines of ``--json`` to look in; the last report by default.

    Raises:
        NotFound: there is no such rule, or no such finding in the report.
        Invalid: it is neither, or several findings begin so.
    """
    from eclosion.cli.monitoring import known_rules

    known = known_rules()
    if what in known or ("/" in what and not what.lstrip().startswith("{")):
        _put_rule(_rule(what, known), as_json=as_json)
        return
    told = _finding(what, report)
    rule = known.get(str(told["rule"]))
    item, current = _original(told)
    part = _part(told, item) if item else ""
    seen = Seen(told, part, _around(told, item) if item else "", current, explain(told, part), rule)
    if as_json:
        put_json(_as_json(seen))
        return
    for line in _lines(seen):
        put(line)


def _rule(name: str, known: Mapping[str, Rule]) -> Rule:
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]}?" if near else "eclosion monitor rules lists them."
        raise NotFound(f"There is no rule {name}.", hint)
    return known[name]


def _put_rule(one: Rule, *, as_json: bool) -> None:
    if as_json:
        put_json({**one._asdict(), "severity": one.severity.word, "tags": list(one.tags)})
        return
    put(f"{one.id}: {one.title} ({one.severity.word})\n\n{one.about}")
    if one.remedy:
        put(f"\nWhat to do: {one.remedy}")
    if one.tags:
        put(f"Classes: {', '.join(one.tags)}")
    put(f"More: {_page(one.id)}")


def _finding(what: str, report: Path | None) -> dict[str, Any]:
    """The finding that is meant."""
    if what.lstrip().startswith("{"):
        return _read(what)
    if what == INPUT:
        return _only(list(map(_read, filter(str.strip, sys.stdin))), "standard input")
    if len(what) < ID_LEAST or not _HEX.issuperset(what):
        raise Invalid(
            f"{what!r} is neither a rule nor the id of a finding.",
            "A rule is like ciphers/rot; an id is hexadecimal, as reports show it, its beginning is enough.",
        )
    if report is None:
        path, found = read_last()
        where = "the last report"
        if not found:
            raise NotFound(
                f"No report is kept at {path}.",
                "Scan first, or name one: --report found.jsonl, written with --json.",
            )
    else:
        found, where = _read_report(report), str(report)
    fitting = [one for one in found if str(one.get("id", "")).startswith(what)]
    if not fitting:
        raise NotFound(f"No finding in {where} has an id that begins with {what}.")
    if len({one["id"] for one in fitting}) > 1:
        raise Invalid(f"Several findings in {where} begin with {what}.", "Give more of the id.")
    return fitting[0]


def _read_report(path: Path) -> list[dict[str, Any]]:
    try:
        return [_read(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeError) as error:
        raise Invalid(f"{path} cannot be read: {type(error).__name__}.") from None


def _only(found: list[dict[str, Any]], where: str) -> dict[str, Any]:
    if len(found) != 1:
        raise Invalid(
            f"There are {len(found)} findings on {where}, and one is explained at a time.",
            "Keep them in a file and name one: eclosion monitor explain ID --report FILE.",
        )
    return found[0]


def _read(line: str) -> dict[str, Any]:
    """A line of ``--json``, or a message of ``--webhook``."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict) and isinstance(told.get("data"), dict):
        told = told["data"]
    if not isinstance(told, dict) or not isinstance(told.get("rule"), str):
        raise Invalid("This is no finding.", "It is a line as eclosion monitor --json writes it.")
    texts = (
        "id",
        "evidence",
        "decoded",
        "source",
        "pointer",
        "actor",
        "message",
        "title",
        "severity",
    )
    tags, span = told.get("tags", []), told.get("span", [0, 0])
    if (
        any(not isinstance(told.get(name, ""), str) for name in texts)
        or not (isinstance(tags, list) and all(isinstance(one, str) for one in tags))
        or not (isinstance(span, list) and len(span) == 2 and all(type(one) is int for one in span))
        or type(told.get("line", 0)) is not int
        or not isinstance(told.get("confidence", 0), int | float)
    ):
        raise Invalid("This is no finding: a value is of another kind than --json writes.")
    return told


def _original(told: Mapping[str, Any]) -> tuple[Item | None, str]:
    """What the finding is about, if its source is still there and says the same; and whether it is found again."""
    source = str(told.get("source", ""))
    if "span" not in told or "id" not in told or not source or not Path(source).is_file():
        return None, "Explained from the finding alone; its source is not at hand."
    item = _item_at(told, source)
    if item is None:
        return None, f"{source} is there, but no longer says it at that place."
    from eclosion.monitor import Monitor

    if any(one.rule == told["rule"] for one in Monitor().look(item.observation)):
        return item, "It still stands there, and is found again when looked at now."
    return (
        item,
        "It still stands there; by itself it is not found now: it needs what came before, or rules have changed.",
    )


def _item_at(told: Mapping[str, Any], source: str) -> Item | None:
    """The observation that the finding is about: its mark proves that the words at the span are the same."""
    from eclosion.kernel.finding import Finding, Severity, Span
    from eclosion.monitor.readers import read
    from eclosion.monitor.sighting import mark_of

    start, end = told["span"]
    if not 0 <= start <= end:
        return None
    about = Finding(told["rule"], Severity.INFO, 1.0, "", "", span=Span(start, end))
    line, pointer = told.get("line", 0), told.get("pointer", "")
    for item in read([source]):
        if line and item.line > line:
            break
        if item.pointer == pointer and mark_of(about, item.observation) == told["id"]:
            return item
    return None


def _part(told: Mapping[str, Any], item: Item) -> str:
    start, end = told["span"]
    return item.observation.text[start:end]


def _around(told: Mapping[str, Any], item: Item) -> str:
    """The words with what stands before and after them, the span marked, and every secret redacted."""
    from eclosion.monitor import Monitor
    from eclosion.monitor.redaction import hint_of, secrets_in, without

    text = item.observation.text
    start, end = told["span"]
    secrets = secrets_in(Monitor().look(item.observation), text)
    # Secrets are taken out of whole parts, and these cut afterwards, so that none is cut in two and missed.
    before, part, after = (
        without(one, secrets) for one in (text[:start], text[start:end], text[end:])
    )
    if "secret" in told.get("tags", ()):
        part = hint_of(text[start:end])
    cut = part if len(part) <= 4 * AROUND else f"{part[: 4 * AROUND]}…"
    left = f"…{before[-AROUND:]}" if len(before) > AROUND else before
    right = f"{after[:AROUND]}…" if len(after) > AROUND else after
    return f"{left}⟦{cut}⟧{right}"


def _lines(seen: Seen) -> Iterator[str]:
    told, part, around, current, why, rule = seen
    title = told.get("title") or (rule.title if rule else "A finding")
    sure = f", {told['confidence']:.0%} sure" if "confidence" in told else ""
    yield harmless(f"{title}  ({told['rule']}, {told.get('severity', 'severity unknown')}{sure})")
    yield ""
    who = told.get("actor", "somebody")
    to = f" to {told['recipient']}" if told.get("recipient") else ""
    yield _row("who", f"{who}{to}, {told.get('at', 'time unknown')}")
    spot = (
        f"{told.get('source', '?')}:{told['line']}" if told.get("line") else told.get("source", "?")
    )
    yield _row("where", f"{spot}  {told.get('pointer', '')}".rstrip())
    yield _row("words", around or str(told.get("evidence", "not kept")))
    if told.get("decoded"):
        yield _row("says", str(told["decoded"]))
    yield _row("", current)
    yield from _section("Why", [str(told.get("message", "")), rule.about if rule else ""])
    yield from _section("How it was decoded", why.steps)
    yield from _table(why)
    yield from _section("Why it is not taken for something harmless", [why.harmless])
    yield from _section("What to do", [told.get("remedy") or (rule.remedy if rule else "")])
    named = [
        f"{one.id} {one.name} ({one.framework})" for one in techniques(tuple(told.get("tags", ())))
    ]
    yield from _section("Known as", named)
    yield "\nIf it may be: put this into a file, say why, and add  --rules FILE"
    yield from _suppression(told, part)
    yield f"\nMore: {_page(told['rule'])}"


def _row(name: str, text: str) -> str:
    return f"{name:>6}  {harmless(text)}"


def _section(title: str, lines: list[str]) -> Iterator[str]:
    lines = [line for line in lines if line]
    if lines:
        yield f"\n{title}"
        for line in lines:
            yield f"  {harmless(line)}"


def _table(why: Explanation) -> Iterator[str]:
    """The words that speak most for the reading, and the one that speaks most against it."""
    if not why.words:
        return
    words = sorted(why.words, key=lambda one: -one.gain_bits)
    shown = words if len(words) <= WORDS_SHOWN else [*words[: WORDS_SHOWN - 1], words[-1]]
    yield "\n  bits   as it stands           decoded"
    for one in shown:
        yield f"  {one.gain_bits:+5.1f}  {one.written:<22}  {one.decoded}"
    if len(shown) < len(words):
        yield f"         and {len(words) - len(shown)} words between the last two"


def _suppression(told: Mapping[str, Any], part: str) -> Iterator[str]:
    """What a file of rules holds to keep this finding back; JSON's strings are YAML's, too.

    By its words only where they are sure to be those at the span, which is what a suppression looks at.
    """
    until = (datetime.now(UTC) + timedelta(days=UNTIL_DAYS)).date()
    yield "  suppress:"
    yield f"    - rule: {json.dumps(told['rule'])}"
    if told.get("actor"):
        yield f"      actor: {json.dumps(told['actor'])}"
    words = part or (told.get("evidence", "") if _is_quoted(told) else "")
    words = words.removesuffix("…")[:40]
    if words and "secret" not in told.get("tags", ()):
        yield f"      text: {json.dumps(words)}"
    yield "      reason: (why it may stay)"
    yield f"      until: {until}"


def _is_quoted(told: Mapping[str, Any]) -> bool:
    return "span" in told and told["rule"].partition("/")[0] in ("ciphers", "encodings")


def _page(rule: str) -> str:
    family = rule.partition("/")[0]
    page = _PAGES.get(family, family)
    if page in ("monitor", "site"):
        return "docs/monitor.md"
    return f"docs/monitor/{page}.md, and eclosion monitor explain {rule}"


def _as_json(seen: Seen) -> dict[str, Any]:
    told, part, around, current, why, rule = seen
    return {
        "finding": told,
        "context": around,
        "now": current,
        "about": rule.about if rule else "",
        "steps": why.steps,
        "words": [
            {
                "written": one.written,
                "decoded": one.decoded,
                "as_it_stands_bits": round(one.as_it_stands_bits, 2),
                "decoded_bits": round(one.decoded_bits, 2),
            }
            for one in why.words
        ],
        "harmless": why.harmless,
        "remedy": told.get("remedy") or (rule.remedy if rule else ""),
        "suppression": "\n".join(_suppression(told, part)),
        "page": _page(told["rule"]),
    }
