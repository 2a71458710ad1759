"""Every dependency has its reason, and every run uses the same versions."""

import re
import tomllib

from packaging.requirements import Requirement

from tests.architecture.sources import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (REPOSITORY / "requirements.lock").read_text().splitlines()


def test_every_dependency_has_its_reason() -> None:
    """A row of the table in ARCHITECTURE.md: name, where it is used, why it and not our own code."""
    reasons = _reasons()
    without = {name for name in _named() if len(reasons.get(name, "").split()) < 5}
    assert without == set()


def test_every_reason_has_its_dependency() -> None:
    assert set(_reasons()) - _named() == set()


def test_lock_pins_exactly_and_names_no_place() -> None:
    assert [line for line in LOCK if not re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", line)] == []


def test_lock_holds_every_dependency() -> None:
    """After a change of pyproject.toml: `make lock`."""
    locked: dict[str, list[str]] = {}
    for line in LOCK:
        requirement = Requirement(line)
        version = str(requirement.specifier).removeprefix("==")
        locked.setdefault(requirement.name, []).append(version)
    for requirement in _requirements():
        versions = locked.get(requirement.name, [])
        assert versions, f"{requirement.name} is not in requirements.lock"
        assert all(requirement.specifier.contains(version) for version in versions)


def _requirements() -> list[Requirement]:
    texts = [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]
    found = [Requirement(text) for text in texts]
    return [requirement for requirement in found if requirement.name != PROJECT["name"]]


def _named() -> set[str]:
    return {requirement.name for requirement in _requirements()}


def _reasons() -> dict[str, str]:
    """The rows of the table below the heading "Dependencies"."""
    text = (REPOSITORY / "ARCHITECTURE.md").read_text()
    section = text.partition("\n## Dependencies\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|[^|]*\|([^|]*)\|$", section, re.MULTILINE)
    return dict(rows)
