"""Every fix that ships: the bad example is closed, nothing else in the file changes, and once is enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eclosion.audit import Machine
from eclosion.audit.conditions import all_hold
from eclosion.audit.inventory import find_agents
from eclosion.audit.knowing import known_kinds
from eclosion.audit.mending import plan_fixes
from eclosion.audit.mending.journal import record_of
from eclosion.audit.mending.tree import applied
from eclosion.audit.model import Agent, Check, Kind, Layer
from eclosion.audit.reach import own
from eclosion.audit.reading import parsed

FIXABLE = [(kind, check) for kind in known_kinds() for check in kind.checks if check.fix]
FIXABLE_MIN = 150
MARKS = {
    "json": '  // kept: "a" , b\n  "unknownKey":   [1,2 , 3], /* and this */\n',
    "toml": '# kept: "a" , b\nunknown_key   =  [1,2 , 3] # and this\n',
    "yaml": '# kept: "a" , b\nunknownKey:   [1,2 , 3]   # and this\n',
    "env": "# kept\nUNKNOWN_KEY=1\n",
}


def layer_for(kind: Kind, check: Check) -> Layer:
    """The user's file in which the check's example stands."""
    first = next(iter(check.bad), "")
    layers = [one for one in kind.layers if one.path.startswith("~/") and "*" not in one.path]
    layers = [one for one in layers if "Library" not in one.path and "AppData" not in one.path]
    of_file = [one for one in layers if any(Path(one.path).name == mend.file for mend in check.fix)]
    under = [one for one in layers if one.under and one.under == first]
    starred = [one for one in kind.layers if one.path.startswith("~/") and "*" not in one.path]
    return next(iter(under or of_file or [one for one in layers if not one.under] or starred))


def written(form: str, content: dict[str, Any]) -> str:
    """A settings file as somebody would have written it, with the example in the midst of their own."""
    if form == "json":
        inner = json.dumps(content, indent=2)[1:-1].strip("\n")
        return (
            "{\n" + MARKS["json"] + (inner + ",\n" if inner else "") + '  "last": true // end\n}\n'
        )
    if form == "env":
        return MARKS["env"] + "".join(f"{name}={value}\n" for name, value in content.items())
    if form == "yaml":
        return MARKS["yaml"] + yaml_lines(content, "") + "# the end\n"
    plain = {name: one for name, one in content.items() if not isinstance(one, dict)}
    tables = {name: one for name, one in content.items() if isinstance(one, dict)}
    text = MARKS["toml"] + "".join(
        f"{json.dumps(n)} = {toml(v)}  # why\n" for n, v in plain.items()
    )
    for name, table in tables.items():
        text += f"\n[{json.dumps(name)}]\n"
        text += "".join(f"{json.dumps(n)} = {toml(v)}\n" for n, v in table.items())
    return text


def toml(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{ " + ", ".join(f"{json.dumps(n)} = {toml(v)}" for n, v in value.items()) + " }"


def yaml_lines(content: dict[str, Any], indent: str) -> str:
    text = ""
    for name, value in content.items():
        key = json.dumps(name)
        if isinstance(value, dict) and value:
            text += f"{indent}{key}:\n{yaml_lines(value, indent + '    ')}"
        elif isinstance(value, list) and value and not isinstance(value[0], dict):
            text += f"{indent}{key}: # list\n" + "".join(
                f"{indent}- {json.dumps(one)}\n" for one in value
            )
        else:
            text += f"{indent}{key}: {json.dumps(value)}   # why\n"
    return text


def found(machine: Machine, kind: Kind) -> Agent:
    return find_agents(machine, (), (kind,))[0]


@pytest.mark.parametrize(("kind", "check"), FIXABLE, ids=lambda one: one.id)
def test_a_fix_closes_its_check_and_touches_nothing_else(
    tmp_path: Path, kind: Kind, check: Check
) -> None:
    layer = layer_for(kind, check)
    content = check.bad.get(layer.under, {}) if layer.under else check.bad
    path = tmp_path / layer.path.removeprefix("~/")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = written(layer.format, content)
    path.write_text(text)
    machine = Machine(str(tmp_path), "linux", root=str(tmp_path / "no-root"), proc="")
    agent = found(machine, kind)
    assert all_hold(check.when, agent.effective)
    drafts = plan_fixes(machine, [agent], (), own()).drafts
    draft = next(one for one in drafts if one.path == str(path))
    assert unknown(layer.format, draft.text) == unknown(layer.format, text)
    assert MARKS[layer.format] in draft.text
    assert stepped(text, draft.steps) == draft.text
    assert stepped(draft.text, record_of(draft).back) == text
    for one in drafts:
        Path(one.path).write_text(one.text)
    assert not all_hold(check.when, found(machine, kind).effective)
    assert plan_fixes(machine, [found(machine, kind)], (), own()).drafts == []


def unknown(form: str, text: str) -> list[Any]:
    told = parsed(text, form)
    return [told.get(name) for name in ("unknownKey", "unknown_key", "UNKNOWN_KEY", "last")]


def stepped(text: str, steps: list[Any]) -> str:
    for step in steps:
        text = applied(text, step)
    return text


def test_enough_is_fixed_and_no_fix_touches_a_key_or_password() -> None:
    assert len(FIXABLE) >= FIXABLE_MIN
    assert not [check.id for _, check in FIXABLE if "key-in" in check.id or "secret-in" in check.id]
