"""What settings are asked."""

import pytest

from eclosion.audit.conditions import holds, values_at
from eclosion.audit.model import Condition

SETTINGS = {
    "mode": "open",
    "asks": False,
    "retries": 3,
    "servers": {"a": {"trust": True}, "b": {"trust": False}},
    "rules": ["Bash(git *)", "Read(~/.ssh/**)"],
    "hosts": [{"name": "x"}, {"name": "y"}],
    "flat.name.here": 1,
    "table": {"/.*/": True},
}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("mode", ["open"]),
        ("servers.*.trust", [True, False]),
        ("hosts.*.name", ["x", "y"]),
        ("mode.deeper", []),
        ("nothing", []),
        ("flat.name.here", [1]),
        ("table./.*/", [True]),
        ("mode.*", []),
    ],
)
def test_a_key_leads_to_its_values(key: str, values: list[object]) -> None:
    assert list(values_at(SETTINGS, key)) == values


@pytest.mark.parametrize(
    ("key", "test", "value", "expected"),
    [
        ("mode", "is", "open", True),
        ("mode", "is", "shut", False),
        ("asks", "is", 0, False),  # false is not 0 in anybody's settings
        ("asks", "is_not", True, True),
        ("asks", "is_not", False, False),
        ("absent", "is_not", True, True),  # what is not set is not what it should be
        ("servers.*.trust", "is", True, True),
        ("rules", "matches", ["Read(**"], True),
        ("rules", "matches", ["Read(*"], False),  # a star stays within a folder
        ("rules", "matches", ["Bash([*])"], False),  # a star itself
        ("mode", "not_in", ["shut", "ajar"], True),
        ("mode", "not_in", ["open"], False),
        ("absent", "not_in", ["open"], True),
        ("mode", "matches", "op*", True),
        ("mode", "in", ["open", "ajar"], True),
        ("retries", "above", 2, True),
        ("retries", "below", 3, False),
        ("asks", "above", -1, False),  # a yes or no is no number
        ("mode", "present", True, True),
        ("absent", "absent", True, True),
        ("mode", "absent", True, False),
    ],
)
def test_a_condition_holds_as_it_says(
    key: str, test: str, value: object, *, expected: bool
) -> None:
    assert holds(Condition(key, test, value), SETTINGS) is expected
