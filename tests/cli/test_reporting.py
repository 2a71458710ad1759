"""Reports: every form valid by its own schema, secrets in none of them, and no text that drives a terminal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from sarif_pydantic import Sarif

from eclosion.cli.reporting import FORMATS, Tool, from_sighting, open_writer
from eclosion.cli.reporting.forms import as_metrics
from eclosion.cli.reporting.table import Told
from eclosion.kernel.finding import Finding, Observation, Severity, Span
from eclosion.monitor import Item, Sighting
from tests.hostile import TEXTS

KEY = "sk-live-0123456789abcdef0123"
TEXT = f"uryyb jbeyq\nmy key is {KEY}"


def sighting(**changed: Any) -> Sighting:
    told: dict[str, Any] = {
        "rule": "ciphers/rot",
        "severity": Severity.HIGH,
        "confidence": 0.93,
        "title": "Hidden speech",
        "message": "It reads as English under ROT13.",
        "place": "logs/a b.txt",
        "span": Span(0, 11),
        "decoded": "hello world",
        "remedy": "Ask.",
        "tags": ("atlas:AML.T0068", "attack.t1027"),
    }
    finding = Finding(**{**told, **changed})
    seen = Observation(1_769_940_000_000, "ada", "message.sent", "m1", TEXT, {"recipient": "bob"})
    return Sighting(finding, Item(seen, "logs/a b.txt", 3), 3)


def secret() -> Sighting:
    start = TEXT.index(KEY)
    return sighting(
        rule="leaks/key",
        severity=Severity.CRITICAL,
        title="A key",
        message=f"It says {KEY}.",
        decoded="",
        span=Span(start, start + len(KEY)),
        evidence=KEY,
        tags=("secret",),
    )


def written(form: str, *sightings: Sighting, most: int = 0) -> str:
    file = io.StringIO()
    writer = open_writer(form, file, Tool("eclosion monitor", "1"), most=most)
    for one in sightings:
        writer.add(from_sighting(one))
    writer.finish(Told(10, 1_000, 0.5))
    return file.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_tells_a_secret(form: str) -> None:
    text = written(form, secret(), sighting())
    assert KEY not in text
    assert KEY[8:] not in text
    assert "redacted" in text


def test_lines_carry_all_that_is_known() -> None:
    told = json.loads(written("json", sighting()))
    assert told["rule"] == "ciphers/rot"
    assert (told["actor"], told["recipient"], told["source"], told["line"]) == (
        "ada",
        "bob",
        "logs/a b.txt",
        3,
    )
    assert (told["span"], told["decoded"], told["evidence"]) == (
        [0, 11],
        "hello world",
        "uryyb jbeyq",
    )
    assert told["at"] == "2026-02-01T10:00:00.000Z"


def test_sarif_is_valid_and_says_where() -> None:
    text = written("sarif", sighting(), secret(), sighting())
    log = Sarif.model_validate_json(text)
    (run,) = log.runs
    assert [one.id for one in run.tool.driver.rules or []] == ["ciphers/rot", "leaks/key"]
    told = json.loads(text)["runs"][0]["results"]
    assert [one["level"] for one in told] == ["error"] * 3
    place = told[0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "logs/a%20b.txt"},
        "region": {"startLine": 3, "startColumn": 1},
    }
    assert told[0]["partialFingerprints"] == told[2]["partialFingerprints"]


@pytest.mark.parametrize("severity", list(Severity), ids=lambda one: one.word)
def test_ocsf_is_valid_for_every_severity(severity: Severity) -> None:
    told = DetectionFinding.model_validate_json(written("ocsf", sighting(severity=severity)))
    assert (told.class_uid, told.type_uid, told.severity_id.value) == (2004, 200401, int(severity))
    assert told.finding_info.title == "Hidden speech"


def test_ecs_is_an_alert() -> None:
    told = json.loads(written("ecs", sighting()))
    assert (told["event"]["kind"], told["rule"]["id"], told["user"]["name"]) == (
        "alert",
        "ciphers/rot",
        "ada",
    )
    assert told["threat"]["technique"]["id"] == ["AML.T0068", "T1027"]


def test_table_has_the_worst_first_and_folds_what_repeats() -> None:
    text = written("table", sighting(), secret(), sighting())
    assert text.index("CRITICAL") < text.index("HIGH")
    assert "2 times" in text
    assert "hello world" in text
    assert "3 findings: 1 critical, 2 high" in text
    assert "1 more" in written("table", sighting(), secret(), most=1)


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_strangers_drives_no_terminal(name: str) -> None:
    text = TEXTS[name]
    shown = written("table", sighting(evidence=text, decoded=text, message=text[:900]))
    assert all(one.isprintable() or one == "\n" for one in shown)


def test_counters_are_in_prometheus_form() -> None:
    text = as_metrics({("a/b", Severity.HIGH): 3}, {"observations": 7}, {"ciphers": 0.5})
    assert 'eclosion_monitor_findings_total{rule="a/b",severity="high"} 3\n' in text
    assert "eclosion_monitor_observations_total 7\n" in text
