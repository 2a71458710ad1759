"""Every check speaks of its bad example and not of its fixed one; every file of knowledge is as it should be."""

from pathlib import Path

import pytest

from eclosion.audit.conditions import all_hold
from eclosion.audit.knowing import Misfit, known_kinds, known_sensitive, read_kind
from eclosion.audit.model import Check

KINDS = known_kinds()
CHECKS = [check for kind in KINDS for check in kind.checks]
CHECKS_MIN = 180
KINDS_MIN = 20
START = 'id = "x"\nname = "X"\nruns_commands = true\n[signs]\nany = ["~/x"]\n'


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_tells_bad_from_fixed(check: Check) -> None:
    assert all_hold(check.when, check.bad)
    assert not all_hold(check.when, check.fixed)


def test_enough_is_known() -> None:
    assert len(KINDS) >= KINDS_MIN
    assert len(CHECKS) >= CHECKS_MIN


def test_checks_have_ids_and_words_of_their_own() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.when, check.id
        assert check.message.endswith("."), check.id
        assert check.remedy.endswith("."), check.id
        assert check.title[0].islower(), check.id


def test_agents_have_ids_of_their_files_and_paths_that_can_be() -> None:
    for kind in KINDS:
        assert any(kind.signs.values()), kind.id
        paths = [path for signs in kind.signs.values() for path in signs]
        paths += [layer.path for layer in kind.layers]
        assert all(path.startswith(("~/", "/", "@/", "C:/")) for path in paths), kind.id


def test_classes_of_files_have_ids_of_their_own() -> None:
    classes = known_sensitive()
    assert len({one.id for one in classes}) == len(classes)
    assert all(not pattern.startswith(("/", "~")) for one in classes for pattern in one.patterns)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = ", "new.toml: "),
        ('id = "x"', "new.toml: name is missing"),
        ('id = "x"\nname = "X"\nruns_commands = true\n[signs]\nbeos = ["~/x"]', "beos"),
        (
            START + '[[layer]]\npath = "~/x"\nformat = "ini"\nscope = "user"',
            "format or scope",
        ),
        (
            START + '[[wall]]\non = [{ key = "a", looks_like = 1 }]',
            "a condition has a key and one of",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "new.toml"
    path.write_text(text)
    with pytest.raises(Misfit, match=complaint):
        read_kind(path)
