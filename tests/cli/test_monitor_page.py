"""``eclosion monitor --html``: one page that stands alone, tells the worst first, and is safe to open."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eclosion.cli import monitor_page
from eclosion.cli.monitor_page import page_of
from eclosion.cli.reporting import Entry
from eclosion.cli.reporting.table import Told
from eclosion.kernel.finding import Finding, Severity
from tests.cli.conftest import Run
from tests.cli.test_audit_forms import Tags
from tests.cli.test_monitor import HIDDEN, PLAIN, record

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e'\"&"
DAY_MS = 86_400_000


def entry(number: int, severity: Severity, at_ms: int = 0, **more: str) -> Entry:
    finding = Finding(
        more.get("rule", "ciphers/rot"),
        severity,
        0.9,
        HOSTILE,
        HOSTILE,
        place=HOSTILE,
        pointer=HOSTILE,
        evidence=HOSTILE,
        decoded=HOSTILE,
        remedy=HOSTILE,
        tags=("attack:T1027",),
    )
    return Entry(finding, f"{number:032x}", at_ms, HOSTILE, "post.created", HOSTILE, HOSTILE, 1)


def tags_of(page: str) -> Tags:
    seen = Tags()
    seen.feed(page)
    return seen


def test_page_of_a_log_tells_what_was_hidden(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(record("Lovely weather.") + 2 * record(HIDDEN))
    assert run("monitor", "a.jsonl", "--html", "page.html").status == 0
    page = (tmp_path / "page.html").read_text()
    for told in (PLAIN, HIDDEN, "a.jsonl:2", "2 findings", "1 of them", "2 times", "ciphers/rot"):
        assert told in page
    assert [path.name for path in tmp_path.glob("page*")] == ["page.html"]
    shown = json.loads(run("monitor", "a.jsonl", "--json").out.splitlines()[0])["id"][:12]
    assert f"eclosion monitor explain {shown}" in page
    assert run("monitor", "a.jsonl", "--follow", "--html", "page.html").status == 2


def test_hostile_words_are_escaped_and_nothing_is_fetched() -> None:
    rules = ("ciphers/rot", "collusion/lockstep", "invisible/tags")
    entries = [
        entry(number, severity, number * DAY_MS, rule=rules[number % 3])
        for number, severity in enumerate(Severity)
    ]
    page = page_of(entries, [HOSTILE], Told(5, 100, 1.0))
    seen = tags_of(page)
    assert not {"script", "img", "link", "iframe", "form"} & set(seen.tags)
    assert {name for name in seen.links if name != "href"} == set()
    assert set(re.findall(r'href="(.)', page)) == {"#"}
    assert "&lt;script&gt;alert(1)" in page
    assert not set("\x1b\u202e") & set(page)
    severities = re.findall(r'<article class="(\w+)"', page)
    assert severities == ["critical", "high", "medium", "low", "info"]
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


@pytest.mark.parametrize(
    ("apart_ms", "name"),
    [(3_600_000, "By hour"), (5 * DAY_MS, "By day"), (90 * DAY_MS, "By month")],
)
def test_time_is_told_in_fitting_steps(apart_ms: int, name: str) -> None:
    entries = [entry(one, Severity.HIGH, 1_700_000_000_000 + one * apart_ms) for one in range(4)]
    page = page_of([*entries, entry(9, Severity.LOW)], ["x"], Told())
    assert name in page
    assert "1 bear no time" in page
    assert page.count('role="img"') == 4


def test_long_reports_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor_page, "GROUPS_MAX", 3)
    page = page_of([entry(one, Severity.LOW) for one in range(5)], ["x"], Told())
    assert page.count("<article") == 3
    assert "2 milder ones are not written out" in page


def test_empty_report_says_so() -> None:
    assert "nothing found" in page_of([], ["x"], Told(7, 70, 0.1))


@pytest.mark.browser
def test_page_fits_a_phone_and_both_schemes(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    long = entry(1, Severity.HIGH, DAY_MS)
    finding = long.finding
    wide = Finding(finding.rule, finding.severity, 1.0, "x", "y" * 900, evidence="z" * 900)
    path.write_text(page_of([long, long._replace(finding=wide, mark="2")], ["w" * 300], Told()))
    papers = []
    for scheme in ("light", "dark"):
        page = chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert len(set(papers)) == 2
