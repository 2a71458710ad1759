"""What must not be written down: places of this or that machine, package registries, secrets."""

import re

import pytest

from tests.architecture.sources import REPOSITORY, Source, committed_files

# Backwards, so that this file keeps its own rules.
REGISTRIES = [
    backwards[::-1]
    for backwards in (
        "gro.ipyp",
        "gro.detsohnohtyp",
        "gro.sjmpn",
        "moc.sjmpn",
        "gro.naibed.bed",
        "oi.rekcod",
        "oi.rchg",
    )
]
REGISTRY_OPTIONS = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host|PIP_INDEX")
HOME_PATHS = re.compile(r"(?<![\w.])/(root|home/\w+|Users/\w+|work)/")
PRIVATE_KEYS = re.compile(
    r"BEGIN (RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY" r"-----\s*\n[A-Za-z0-9+/]{40}"
)
LARGEST_BYTES = 1_000_000

FILES = committed_files()


def test_no_registry_is_named() -> None:
    """Where packages come from is the business of the machine that installs them."""
    named = [
        f"{source.name}: {host}" for source in FILES for host in REGISTRIES if host in source.text
    ]
    assert named == []


def test_no_registry_is_chosen() -> None:
    chosen = [
        source.name
        for source in FILES
        if source.path.name not in {"test_committed_files.py", "Makefile"}
        and REGISTRY_OPTIONS.search(source.text)
    ]
    assert chosen == []


def test_no_path_of_one_machine() -> None:
    found = [
        f"{source.name}:{number} {match[0]}"
        for source in FILES
        if source.path.name != "test_committed_files.py"
        for number, line in enumerate(source.text.splitlines(), 1)
        if (match := HOME_PATHS.search(line)) and not _is_example(source, line)
    ]
    assert found == []


def test_no_private_key() -> None:
    assert [source.name for source in FILES if PRIVATE_KEYS.search(source.text)] == []


def test_no_large_file() -> None:
    large = {s.name: s.path.stat().st_size for s in FILES if s.path.stat().st_size > LARGEST_BYTES}
    assert large == {}


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_house_has_its_papers(name: str) -> None:
    assert (REPOSITORY / name).exists()


def _is_example(source: Source, line: str) -> bool:
    """The audit reads home directories, and its tests and pages show invented ones."""
    return "audit" in source.name or "/home/agent/" in line or "/home/user/" in line
