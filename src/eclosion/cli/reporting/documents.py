"""Findings as JSON: our own lines, OCSF Detection Finding (class 2004), an ECS alert, and SARIF 2.1.0.

Sources: OCSF schema 1.5 (schema.ocsf.io), Elastic Common Schema 8.17, the OASIS standard SARIF 2.1.0.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from eclosion.cli.reporting.entry import Entry, Tool
from eclosion.cli.reporting.tags import techniques
from eclosion.kernel.clock import iso
from eclosion.kernel.finding import Severity

Json = dict[str, Any]
OCSF_VERSION = "1.5.0"
ECS_VERSION = "8.17.0"
SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}


def as_line(entry: Entry) -> Json:
    """Our own form: everything that is known, what is empty left out."""
    one = entry.finding
    told: Json = {
        "id": entry.mark,
        "rule": one.rule,
        "severity": one.severity.word,
        "confidence": round(one.confidence, 4),
        "title": one.title,
        "message": one.message,
        "source": one.place,
        "line": entry.line,
        "pointer": one.pointer,
        "span": list(one.span) if one.span else None,
        "decoded": one.decoded,
        "evidence": one.evidence,
        "actor": entry.actor,
        "action": entry.action,
        "recipient": entry.recipient,
        "subject": entry.subject,
        "session": entry.session,
        "at": iso(entry.at_ms) if _is_time(entry.at_ms) else "",
        "remedy": one.remedy,
        "tags": list(one.tags),
    }
    return {name: value for name, value in told.items() if value not in ("", None, [], 0)}


def as_ocsf(entry: Entry, tool: Tool, now_ms: int) -> Json:
    """OCSF Detection Finding: class 2004 of category Findings."""
    one = entry.finding
    at_ms = entry.at_ms if _is_time(entry.at_ms) else now_ms
    info: Json = {
        "uid": entry.mark,
        "title": one.title,
        "desc": one.message,
        "types": list(one.tags),
        "created_time": now_ms,
        "first_seen_time": at_ms,
        "analytic": {"uid": one.rule, "name": one.title, "type_id": 1, "type": "Rule"},
        "attacks": [
            {"technique": {"uid": found.id, "name": found.name}} for found in techniques(one.tags)
        ],
    }
    told: Json = {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "time": at_ms,
        "severity_id": int(one.severity),
        "severity": {"info": "Informational"}.get(
            one.severity.word, one.severity.word.capitalize()
        ),
        "status_id": 1,
        "status": "New",
        "confidence_score": round(100 * one.confidence),
        "confidence_id": 3 if one.confidence >= 0.8 else 2 if one.confidence >= 0.5 else 1,
        "message": f"{one.title}: {one.message}",
        "metadata": {
            "version": OCSF_VERSION,
            "product": {"name": tool.name, "vendor_name": "Eclosion", "version": tool.version},
            "logged_time": now_ms,
            "uid": entry.mark,
        },
        "finding_info": _full(info),
        "evidences": [{"data": _evidence(entry)}],
    }
    if entry.actor:
        told["resources"] = [{"name": entry.actor, "type": "agent", "role": "Actor", "role_id": 2}]
    if one.remedy:
        told["remediation"] = {"desc": one.remedy}
    return told


def as_ecs(entry: Entry, tool: Tool, now_ms: int) -> Json:
    """An alert in Elastic's Common Schema."""
    one = entry.finding
    found = techniques(one.tags)
    at_ms = entry.at_ms if _is_time(entry.at_ms) else now_ms
    told: Json = {
        "@timestamp": iso(at_ms),
        "ecs": {"version": ECS_VERSION},
        "message": f"{one.title}: {one.message}",
        "tags": list(one.tags),
        "event": {
            "kind": "alert",
            "category": ["threat"],
            "type": ["indicator"],
            "module": "eclosion",
            "dataset": "eclosion.monitor",
            "id": entry.mark,
            "severity": 20 * int(one.severity) - 1,
            "risk_score": round(20 * int(one.severity) * one.confidence, 1),
            "reason": one.message,
            "created": iso(now_ms),
        },
        "rule": {"id": one.rule, "name": one.title, "category": one.rule.partition("/")[0]},
        "observer": {"vendor": "Eclosion", "product": tool.name, "version": tool.version},
        "eclosion": _full(
            {**_evidence(entry), "confidence": round(one.confidence, 4), "remedy": one.remedy}
        ),
    }
    if entry.actor:
        told["user"] = {"name": entry.actor}
    if one.place:
        told["log"] = {"file": {"path": one.place}}
    if found:
        told["threat"] = {
            "framework": found[0].framework,
            "technique": {"id": [one.id for one in found], "name": [one.name for one in found]},
        }
    return told


def as_sarif(entries: list[Entry], tool: Tool) -> Json:
    """A log of SARIF 2.1.0 with one run."""
    ids = sorted({entry.finding.rule for entry in entries})
    places = {rule: number for number, rule in enumerate(ids)}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": tool.name,
                        "version": tool.version,
                        "rules": [_sarif_rule(rule, entries, tool) for rule in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(entry, places[entry.finding.rule]) for entry in entries],
            }
        ],
    }


def _sarif_rule(rule: str, entries: list[Entry], tool: Tool) -> Json:
    of_rule = [entry.finding for entry in entries if entry.finding.rule == rule]
    worst = max(one.severity for one in of_rule)
    known = tool.rules.get(rule)
    title = known.title if known else of_rule[0].title
    about = known.about if known else of_rule[0].message
    told: Json = {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.replace("/", "-").split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": about},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"security-severity": _SCORES[worst], "tags": ["security", *of_rule[0].tags]},
    }
    remedy = known.remedy if known else of_rule[0].remedy
    if remedy:
        told["help"] = {"text": remedy}
    return told


def _sarif_result(entry: Entry, rule_index: int) -> Json:
    one = entry.finding
    location: Json = {}
    if one.place:
        physical: Json = {"artifactLocation": {"uri": _uri(one.place)}}
        if entry.line:
            physical["region"] = {"startLine": entry.line}
            if entry.column and one.span and "\n" not in entry.finding.evidence:
                physical["region"]["startColumn"] = entry.column
        location["physicalLocation"] = physical
    if one.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": one.pointer, "kind": "member"}]
    said = f" It says: {one.decoded}" if one.decoded else ""
    told: Json = {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message}{said}"},
        "partialFingerprints": {"eclosionMark/v1": entry.mark},
        "rank": round(100 * one.confidence, 2),
        "properties": _evidence(entry),
    }
    if location:
        told["locations"] = [location]
    return told


def _evidence(entry: Entry) -> Json:
    one = entry.finding
    return _full(
        {
            "actor": entry.actor,
            "action": entry.action,
            "recipient": entry.recipient,
            "subject": entry.subject,
            "session": entry.session,
            "source": one.place,
            "line": entry.line,
            "pointer": one.pointer,
            "span": list(one.span) if one.span else None,
            "evidence": one.evidence,
            "decoded": one.decoded,
        }
    )


def _full(told: Json) -> Json:
    return {name: value for name, value in told.items() if value not in ("", None, [], 0)}


def _uri(place: str) -> str:
    """A path as a URI reference; standard input has no path."""
    if place == "-":
        return "stdin"
    return quote(place, safe="/!~", errors="surrogateescape")


def _is_time(at_ms: int) -> bool:
    return 0 < at_ms < 253_402_300_800_000
