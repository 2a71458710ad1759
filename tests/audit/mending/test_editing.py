"""One value changes and nothing else: in JSON, TOML, YAML and environment files."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eclosion.audit.mending.editing import removing, said, setting
from eclosion.audit.mending.tree import CannotEdit, applied, reverse

JSONC = """// top
{
  "a": 1, // one
  "perm": {
    "allow": ["Bash(*)", "Read"], /* x */
    "deny": [
      "x", // why
      "y" // last
    ],
  },
  bare: 'z'
}
"""
TOML = """# c
model = "x" # m
[a.b]
k = [
  "1", # one
  "2"
]
[[rows]]
z = 1
[inline]
t = { a = 1, b = 2 }
"""
YAML = """# head
mode: auto   # why
list:
  - a  # first
  - b
approvals:
  mode: "on"

# tail
nothing:
"""
ENV = "# c\nA=1\nexport B='2'\n"


def set_to(text: str, form: str, way: tuple[str | int, ...], value: Any) -> str:
    return applied(text, setting(text, form, way, value))


def dropped(text: str, form: str, way: tuple[str | int, ...]) -> str:
    return applied(text, removing(text, form, way))


@pytest.mark.parametrize(
    ("form", "text", "way", "value", "old", "new"),
    [
        ("json", JSONC, ("a",), 2, '"a": 1,', '"a": 2,'),
        ("json", JSONC, ("bare",), "y", "'z'", '"y"'),
        ("json", JSONC, ("perm", "deny", 2), "n", '"y" // last', '"y", // last\n      "n"'),
        ("json", JSONC, ("perm", "mode"), "ask", "    ],\n  },", '    ],\n    "mode": "ask",\n  },'),
        ("json", JSONC, ("perm", "allow", 2), "n", '"Read"]', '"Read", "n"]'),
        ("json", JSONC, ("new", "x"), 1, "'z'", "'z',\n  \"new\": {\n    \"x\": 1\n  }"),
        ("json", "{}\n", ("a", "b"), 1, "{}", '{"a": {"b": 1}}'),
        ("json", '{\r\n  "a": 1\r\n}', ("b",), 2, "1\r\n", '1,\r\n  "b": 2\r\n'),
        ("toml", TOML, ("model",), "y", 'model = "x"', 'model = "y"'),
        ("toml", TOML, ("mode",), "w", '"x" # m\n', '"x" # m\nmode = "w"\n'),
        ("toml", TOML, ("a", "b", "k", 1), "n", '"2"', '"n"'),
        ("toml", TOML, ("inline", "t", "c"), True, "b = 2 }", "b = 2, c = true }"),
        ("toml", TOML, ("p", "q", "~/.ssh"), "deny", "b = 2 }\n", 'b = 2 }\n\n[p.q]\n"~/.ssh" = "deny"\n'),
        ("yaml", YAML, ("mode",), "approve", "mode: auto", "mode: approve"),
        ("yaml", YAML, ("list", 2), "off", "  - b\n", '  - b\n  - "off"\n'),
        ("yaml", YAML, ("approvals", "cron"), "deny", '"on"\n', '"on"\n  cron: deny\n'),
        ("yaml", YAML, ("nothing", "k"), "v", "nothing:", 'nothing: {"k": "v"}'),
        ("yaml", YAML, ("n2", "k", "z"), 1, "nothing:\n", "nothing:\nn2:\n  k:\n    z: 1\n"),
        ("env", ENV, ("A",), "3", "A=1", "A=3"),
        ("env", ENV, ("C",), "3", "'2'\n", "'2'\nC=3\n"),
    ],
)  # fmt: skip
def test_a_value_is_set_where_it_stands(
    form: str, text: str, way: tuple[str | int, ...], value: Any, old: str, new: str
) -> None:
    assert text.count(old) == 1 or old == '"x" # m\n'
    assert set_to(text, form, way, value) == text.replace(old, new)


@pytest.mark.parametrize(
    ("form", "text", "way", "old", "new"),
    [
        ("json", JSONC, ("a",), '  "a": 1, // one\n', "   // one\n"),
        ("json", JSONC, ("perm", "allow", 0), '"Bash(*)", ', ""),
        ("json", JSONC, ("perm", "allow", 1), ', "Read"', ""),
        ("json", JSONC, ("perm", "deny", 1), '"x", // why\n      "y" // last', '"x" // why\n       // last'),
        ("json", '{"a": 1}', ("a",), '"a": 1', ""),
        ("json", '{\n  "a": 1,\n  "b": 2\n}', ("b",), ',\n  "b": 2\n', "\n"),
        ("toml", TOML, ("model",), 'model = "x" # m', " # m"),
        ("toml", TOML, ("a", "b", "k", 0), '  "1", # one\n', "   # one\n"),
        ("toml", TOML, ("rows", 0, "z"), "z = 1\n", ""),
        ("toml", TOML, ("inline", "t", "b"), ", b = 2", ""),
        ("yaml", YAML, ("list", 1), "  - b\n", ""),
        ("yaml", YAML, ("approvals", "mode"), ':\n  mode: "on"\n', ": {}\n"),
        ("env", ENV, ("B",), "export B='2'\n", ""),
    ],
)  # fmt: skip
def test_a_name_is_taken_away_and_its_comment_stays(
    form: str, text: str, way: tuple[str | int, ...], old: str, new: str
) -> None:
    assert text.count(old) == 1
    assert dropped(text, form, way) == text.replace(old, new)


@pytest.mark.parametrize(
    ("form", "text", "way"),
    [
        ("json", '{"a": 1, "a": 2}', ("a",)),
        ("json", '{"a": 1}', ("b",)),
        ("json", '{"a": [1', ("a",)),
        ("json", "[" * 100_000, ("a",)),
        ("toml", TOML, ("a", "b")),
        ("toml", "a = ", ("a",)),
        ("yaml", "a: &x {b: 1}\nc: *x\n", ("a", "b")),
        ("yaml", "a: 1\n---\nb: 2\n", ("a",)),
        ("yaml", "base: &b {k: 1}\nx:\n  <<: *b\n  m: 1\n", ("x", "m")),
    ],
)
def test_what_cannot_be_changed_alone_is_refused(
    form: str, text: str, way: tuple[str | int, ...]
) -> None:
    with pytest.raises(CannotEdit):
        dropped(text, form, way)


def test_another_value_in_the_way_is_not_overwritten() -> None:
    for form, text in (
        ("json", '{"a": "allow"}'),
        ("toml", 'a = "allow"\n'),
        ("yaml", "a: allow\n"),
    ):
        with pytest.raises(CannotEdit):
            set_to(text, form, ("a", "b"), 1)


NAMES = st.text("abcxyz_-", min_size=1, max_size=4)
SCALARS = st.one_of(st.booleans(), st.integers(-99, 99), st.text("ab #:,{}[]\"'\\/é", max_size=8))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
TABLES = st.dictionaries(NAMES, TREES, min_size=1, max_size=4)


def ways_of(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [found for step, one in steps for found in ((*way, step), *ways_of(one, (*way, step)))]


def toml_of(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}" = {toml_of(one)}' for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_of, value)) + "]"
    return json.dumps(value)


@given(TABLES, st.data())
def test_any_settings_say_afterwards_what_they_should_and_back_again(
    settings: dict[str, Any], data: st.DataObject
) -> None:
    """In every form, at any place; each change is read back by somebody else's reader and undone to the letter."""
    texts = {
        "json": json.dumps(settings, indent=data.draw(st.sampled_from([None, 2, "\t"]))),
        "toml": "".join(f'"{name}" = {toml_of(one)}\n' for name, one in settings.items()),
        "yaml": yaml.safe_dump(
            settings, default_flow_style=data.draw(st.sampled_from([True, False]))
        ),
    }
    readers = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}
    way = data.draw(st.sampled_from(ways_of(settings)))
    removes = data.draw(st.booleans())
    for form, text in texts.items():
        try:
            edits = removing(text, form, way) if removes else setting(text, form, way, "new")
        except CannotEdit:
            assert (
                form == "yaml"
            )  # blocks are not replaced whole, and a form that cannot be followed is refused
            continue
        after = applied(text, edits)
        assert (readers[form](after) or {}) == said(after, form)
        assert applied(after, reverse(text, edits)) == text
