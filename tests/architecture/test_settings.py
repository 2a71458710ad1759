"""docs/settings.md and the code say the same: every setting, its default, and nothing that does not exist."""

import re
import tomllib
from dataclasses import MISSING, Field, fields
from typing import Any

import msgspec
import pytest

from eclosion.app.settings import SECTIONS
from tests.architecture.sources import REPOSITORY

PAGE = (REPOSITORY / "docs" / "settings.md").read_text()
EXAMPLE = (REPOSITORY / "deploy" / "eclosion.toml").read_text()


@pytest.mark.parametrize("section", SECTIONS)
def test_settings_are_documented_with_their_defaults(section: str) -> None:
    """A new setting gets a row: name, default as in TOML, meaning."""
    expected = {field.name: _default(field) for field in fields(SECTIONS[section])}
    assert {name: default for name, (default, _) in _rows(section).items()} == expected


@pytest.mark.parametrize("section", SECTIONS)
def test_settings_have_a_meaning(section: str) -> None:
    empty = [name for name, (_, meaning) in _rows(section).items() if len(meaning.split()) < 4]
    assert empty == []


def test_no_section_is_documented_that_does_not_exist() -> None:
    assert re.findall(r"^## \[(\w+)\]$", PAGE, re.MULTILINE) == list(SECTIONS)


def test_example_file_is_valid() -> None:
    """deploy/eclosion.toml loads as it is, and with every line that is commented out switched on."""
    for text in (EXAMPLE, re.sub(r"^# ?(\w+ = )", r"\1", EXAMPLE, flags=re.MULTILINE)):
        for section, values in tomllib.loads(text).items():
            msgspec.convert(values, SECTIONS[section], strict=True)
            assert set(values) <= {field.name for field in fields(SECTIONS[section])}


def _rows(section: str) -> dict[str, tuple[str, str]]:
    text = PAGE.partition(f"\n## [{section}]\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `([^`]*)` \| (.*) \|$", text, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def _default(field: Field[Any]) -> str:
    value = field.default_factory() if field.default_factory is not MISSING else field.default
    assert value is not MISSING, (
        f"{field.name} has no default, so Eclosion does not start without it"
    )
    return msgspec.json.encode(value).decode().replace(",", ", ")
