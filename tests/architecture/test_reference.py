"""The pages under docs/ are true: what is generated is fresh, and what is linked exists."""

import re

import pytest

from docs.generate import DOCS, pages
from tests.architecture.sources import REPOSITORY, committed_files

GENERATED_LATER = {"docs/cli.md"} - {f"docs/{name}" for name in pages()}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.mark.parametrize(("name", "text"), pages().items(), ids=lambda value: value[:12])
def test_generated_page_is_fresh(name: str, text: str) -> None:
    """After a change of a command or route: `make docs`."""
    page = DOCS / name
    assert page.exists(), "run `make docs`"
    assert page.read_text() == text, "run `make docs`"


@pytest.mark.parametrize(("name", "text"), pages().items(), ids=lambda value: value[:12])
def test_everything_is_explained(name: str, text: str) -> None:
    """A command's help and a route's summary are their docstrings; none is empty."""
    empty = re.findall(r"^\| `[^`]+` \|(?: key)? +\| +\|$", text, re.MULTILINE)
    empty += re.findall(r"^## .*\n\n(?=## |\| \|)", text, re.MULTILINE)
    assert empty == []


def test_links_lead_somewhere() -> None:
    broken = []
    for source in committed_files():
        if source.path.suffix != ".md":
            continue
        for target in LINK.findall(source.text):
            if "://" in target or target.startswith(("mailto:", "/")):
                continue
            place = (source.path.parent / target).resolve()
            if (
                not place.exists()
                and place.relative_to(REPOSITORY).as_posix() not in GENERATED_LATER
            ):
                broken.append(f"{source.name}: {target}")
    assert broken == []
