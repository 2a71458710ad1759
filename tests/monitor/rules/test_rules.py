"""Rules as data: Sigma's form, severities, suppressions, baselines; and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Finding, Observation, Severity, Span
from eclosion.monitor import Monitor
from eclosion.monitor.rules import Baseline, Book, Known, read_book, write_baseline
from eclosion.monitor.sighting import mark_of

RULE = """
title: A shell reads keys
id: site/shell-reads-keys
level: high
description: A tool call names the folder of SSH keys.
tags: [attack.t1552.001]
detection:
  call:
    action: tool.called
    tool: [Bash, exec]
  keys:
    text|contains: [".ssh/id_", ".aws/credentials"]
  ours:
    actor: backup-*
  condition: call and keys and not ours
"""


def book(tmp_path: Path, text: str, name: str = "rules.yml") -> Book:
    path = tmp_path / name
    path.write_text(text)
    return read_book([path])


def said(text: str, actor: str = "ada", action: str = "tool.called", **facts: str) -> Observation:
    return Observation(0, actor, action, "", text, {"tool": "Bash", **facts})


def found(rules: Book, seen: Observation) -> list[str]:
    return [one.rule for one in Monitor([rules], filters=[rules]).look(seen)]


def test_rule_of_sigma_form_finds_what_it_says(tmp_path: Path) -> None:
    rules = book(tmp_path, RULE)
    (finding,) = Monitor([rules]).look(said("cat ~/.SSH/id_ed25519"))
    assert (finding.rule, finding.severity, finding.span) == (
        "site/shell-reads-keys",
        Severity.HIGH,
        Span(6, 14),
    )
    assert finding.tags == ("attack.t1552.001",)
    assert found(rules, said("cat ~/.ssh/id_rsa", "backup-7")) == []
    assert found(rules, said("cat ~/.ssh/id_rsa", tool="Read")) == []
    assert found(rules, said("ls")) == []


def detection(tmp_path: Path, inner: str) -> Book:
    return book(tmp_path, f"title: t\ndetection:\n{inner}")


@pytest.mark.parametrize(
    ("inner", "text", "fits"),
    [
        ("  a: [alpha, beta]\n  condition: a", "say BETA", True),
        ("  a: [alpha, beta]\n  condition: a", "say gamma", False),
        ("  a:\n    text|contains|all: [alpha, beta]\n  condition: a", "beta alpha", True),
        ("  a:\n    text|contains|all: [alpha, beta]\n  condition: a", "alpha", False),
        ("  a:\n    text|startswith: al\n  condition: a", "Alpha", True),
        ("  a:\n    text|endswith: ha\n  condition: a", "alpha!", False),
        ("  a:\n    text: al*a\n  condition: a", "alpha", True),
        ("  a:\n    text: al?ha\n  condition: a", "alphas", False),
        ("  a:\n    text|contains|cased: Alpha\n  condition: a", "alpha", False),
        ("  a:\n    text|re: 'al(ph)+a[0-9]{2}'\n  condition: a", "größer alphpha42", True),
        ("  a:\n    text|re: '^alpha$'\n  condition: a", "no alpha", False),
        ("  a:\n    session|exists: false\n  condition: a", "x", True),
        ("  a: [one]\n  b: [two]\n  condition: a or b", "two", True),
        ("  a: [one]\n  b: [two]\n  condition: not (a and b)", "one two", False),
        ("  sel_a: [one]\n  sel_b: [two]\n  condition: 1 of sel_*", "two", True),
        ("  sel_a: [one]\n  sel_b: [two]\n  condition: all of them", "two", False),
        ("  a:\n    - text|contains: one\n    - actor: bob\n  condition: a", "one", True),
    ],
)
def test_what_is_taken_of_sigma(tmp_path: Path, inner: str, text: str, fits: bool) -> None:
    assert bool(found(detection(tmp_path, inner), said(text))) is fits


def test_span_of_a_pattern_counts_characters(tmp_path: Path) -> None:
    rules = detection(tmp_path, "  a:\n    text|re: 'al.ha'\n  condition: a")
    (finding,) = Monitor([rules]).look(said("größer alpha"))
    assert finding.span == Span(7, 12)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("  a:\n    text|base64: x\n  condition: a", "'base64' is not taken"),
        ("  a:\n    text|re: '(?<=x)y'\n  condition: a", "is not taken"),
        ("  a: [x]\n  condition: a and", "ends too early"),
        ("  a: [x]\n  condition: a b", "goes on with 'b'"),
        ("  a: [x]\n  condition: c", "no selection 'c'"),
        ("  a: [x]\n  condition: (a", "not closed"),
        ("  a: [x]\n  condition: a | count() > 3", "cannot be read"),
        ("  a: [x]\n  timeframe: 5m\n  condition: a", "timeframe"),
        ("  a: [x]", "condition"),
        ("  a: 3\n  condition: a", "a selection is"),
        ("  a: [x]\n  condition: " + "not " * 100 + "a", "nested too deeply"),
    ],
)
def test_what_is_not_taken_is_refused_by_name(tmp_path: Path, inner: str, told: str) -> None:
    with pytest.raises(Invalid, match=r"rules\.yml") as error:
        detection(tmp_path, inner)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "cannot be read"),
        ("- 1", "a file holds a rule"),
        ("title: x", "a file holds a rule"),
        ("rules:\n  - {detection: {}}", "has a title"),
        ("severity: {x: terrible}", "no severity"),
        ("suppress:\n  - {rule: x}", "a reason that says why"),
        ("suppress:\n  - {rule: x, reason: y, until: someday}", "until is a date"),
        ("suppress:\n  - {rule: x, reason: y, who: z}", "has no 'who'"),
        ("a: &x [1]\nb: !!python/object:os.system ls", "cannot be read"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Invalid, match=r"rules\.yml") as error:
        book(tmp_path, text)
    assert told in str(error.value)


class Finder:
    name = "finder"

    def look(self, passage: Any) -> list[Finding]:
        if "needle" not in passage.text:
            return []
        at = passage.text.index("needle")
        return [
            Finding(
                "finder/needle", Severity.HIGH, 0.9, "A needle", "There.", span=Span(at, at + 6)
            )
        ]


def test_severities_and_suppressions(tmp_path: Path) -> None:
    rules = book(
        tmp_path,
        "severity: {finder/*: info}\n"
        "suppress:\n"
        "  - {rule: finder/*, actor: haystack, reason: It is full of them., until: 2100-01-01}\n"
        "  - {rule: finder/*, actor: bob, reason: Over., until: 2020-01-01}\n",
    )
    monitor = Monitor([Finder()], filters=[rules])
    assert [one.severity for one in monitor.look(said("a needle"))] == [Severity.INFO]
    assert monitor.look(said("a needle", "haystack")) == []
    assert len(monitor.look(said("a needle", "bob"))) == 1
    assert dict(rules.suppressed) == {0: 1}
    off = Monitor(
        [Finder()], filters=[book(tmp_path, '{"severity": {"finder/needle": "off"}}', "a.json")]
    )
    assert off.look(said("a needle")) == []


def test_folder_of_rules(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(RULE)
    (tmp_path / "two.yml").write_text(
        "---\n" + RULE + "---\ntitle: Two\ndetection: {a: [x], condition: a}\n"
    )
    (tmp_path / "notes.txt").write_text("not a rule")
    assert [one.id for one in read_book([tmp_path]).rules] == [
        "site/shell-reads-keys",
        "site/shell-reads-keys",
        "site/two",
    ]


def test_baseline_knows_words_and_not_places(tmp_path: Path) -> None:
    seen = said("a needle here")
    (finding,) = Monitor([Finder()]).look(seen, "a.log", "/x")
    path = tmp_path / "known.json"
    known = Known(mark_of(finding, seen), finding.rule, "ada", "a.log", "Looked through.")
    assert write_baseline(path, [known, known]) == 1
    assert "needle here" not in path.read_text()
    baseline = Baseline(path)
    monitor = Monitor([Finder()], filters=[baseline])
    assert monitor.look(said("long after, the needle"), "b.log") == []
    assert len(monitor.look(said("a needle", "bob"))) == 1
    assert baseline.kept_back == 1


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}']
)
def test_baseline_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(Invalid, match="baseline"):
        Baseline(path)
