"""The audit's report as SARIF and as a page: valid, worst first, and without any secret."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from tests.audit.homes import KEY, write
from tests.cli.conftest import Run

SECRET = "sk-hunter2-hunter2-hunter2"
HOSTILE = "<script>alert(1)</script>\x1b[2J"


def planted(tmp_path: Path) -> tuple[object, ...]:
    home = tmp_path / "home"
    write(
        home,
        {
            ".ssh/id_rsa": KEY,
            f"{HOSTILE}/.env": f"API_KEY={SECRET}",
            ".claude/settings.json": '{\n  "permissions": {\n    "defaultMode": "bypassPermissions"\n  },\n'
            f'  "env": {{"ANTHROPIC_API_KEY": "{SECRET}"}}\n}}\n',
            ".openclaw/openclaw.json": {"channels": {"telegram": {"botToken": f"1:{SECRET}"}}},
            ".picoclaw/config.json": {},
        },
    )
    return ("audit", "--root", "no-root", "--home", home, "--fail-on", "never")


def test_sarif_is_valid_and_says_where(run: Run, tmp_path: Path) -> None:
    text = run(*planted(tmp_path), "--sarif").out
    (log,) = Sarif.model_validate_json(text).runs
    assert log.tool.driver.name == "eclosion audit"
    told = json.loads(text)["runs"][0]
    rules = {one["id"]: one for one in told["tool"]["driver"]["rules"]}
    assert rules["reach/ssh-private-key"]["properties"]["security-severity"] == "9.5"
    mode = next(one for one in told["results"] if one["ruleId"] == "claude-code/bypass-permissions")
    place = mode["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3}
    assert place["artifactLocation"]["uri"].endswith("/home/.claude/settings.json")
    assert len({one["partialFingerprints"]["eclosionMark/v1"] for one in told["results"]}) == len(
        told["results"]
    )


class Tags(HTMLParser):
    """Which tags a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [name for name, _ in attrs if name in ("src", "href", "onclick")]


def test_a_page_stands_alone_and_escapes_what_strangers_wrote(run: Run, tmp_path: Path) -> None:
    page = run(*planted(tmp_path), "--html").out
    seen = Tags()
    seen.feed(page)
    assert "script" not in seen.tags
    assert seen.links == []
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page
    severities = re.findall(r'<article class="(\w+)"', page)
    assert severities == sorted(severities, key=["critical", "high", "medium", "low", "info"].index)
    assert "eclosion audit --fix --yes; eclosion audit sandbox picoclaw --project DIR" in page


@pytest.mark.parametrize(
    "form", [[], ["--json"], ["--sarif"], ["--html"], ["--fix"], ["--fix", "--json"]]
)
def test_no_form_holds_a_secret(run: Run, tmp_path: Path, form: list[str]) -> None:
    ended = run(*planted(tmp_path), *form)
    assert "bypass" in ended.out
    assert "hunter2" not in ended.out + ended.err


def test_two_forms_at_once_are_refused(run: Run, tmp_path: Path) -> None:
    assert run(*planted(tmp_path), "--sarif", "--html").err.startswith("Error: Choose one form.")


def test_a_page_of_an_empty_home_says_so(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "home", {"x": ""})
    page = run("audit", "--root", "no-root", "--home", tmp_path / "home", "--html").out
    assert "No agent that we know lives here." in page
