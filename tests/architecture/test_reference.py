"""The pages under docs/ are true: what is generated is fresh, and what is linked exists."""

import re

import pytest

from docs.generate import DOCS, PAGES
from tests.architecture.sources import committed_files

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Name and text of a generated page, as the code would have it."""
    return request.param, PAGES[request.param]()


def test_generated_page_is_fresh(page: tuple[str, str]) -> None:
    """After a change of a command or route: `make docs`."""
    name, text = page
    assert (DOCS / name).exists(), "run `make docs`"
    assert (DOCS / name).read_text() == text, "run `make docs`"


def test_everything_is_explained(page: tuple[str, str]) -> None:
    """A command's help and a route's summary are their docstrings; none is empty."""
    _, text = page
    empty = re.findall(r"^\| `[^`]+` \|(?: key)? +\| +\|$", text, re.MULTILINE)
    empty += re.findall(r"^\| `[^`]+` \| +\|$", text, re.MULTILINE)
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
            if not place.exists():
                broken.append(f"{source.name}: {target}")
    assert broken == []
