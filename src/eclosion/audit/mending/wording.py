"""Values as each form of settings writes them."""

from __future__ import annotations

import json
import re
from typing import Any

from eclosion.audit.mending.tree import CannotEdit

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NOT_PLAIN = frozenset("y n yes no on off true false null none".split())
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def entry(form: str, name: str, value: Any) -> str:
    """A name with its value, on one line."""
    said = worded(form, value)
    if form == "json":
        return f"{json.dumps(name, ensure_ascii=False)}: {said}"
    if form == "yaml":
        return f"{_yaml_text(name)}: {said}"
    if form == "env":
        return f"{name}={said}"
    return f"{toml_name(name)} = {said}"


def worded(form: str, value: Any) -> str:
    """A value, on one line."""
    if form == "toml":
        return _toml(value)
    if form == "env":
        return str(value)
    if form == "yaml" and isinstance(value, str):
        return _yaml_text(value)
    return json.dumps(value, ensure_ascii=False)


def lines_of(form: str, name: str, value: Any, step: str) -> list[str]:
    """A name with its value over as many lines as it is easily read in: JSON and YAML only.

    Args:
        form: which.
        name: the name.
        value: the value.
        step: what one level is indented by.
    """
    if not isinstance(value, dict | list) or not value:
        return [entry(form, name, value)]
    if form == "json":
        whole = json.dumps(value, indent=step, ensure_ascii=False)
        return f"{json.dumps(name, ensure_ascii=False)}: {whole}".split("\n")
    if isinstance(value, list):
        return [f"{_yaml_text(name)}:", *(f"{step}- {worded(form, one)}" for one in value)]
    inner = [line for key, one in value.items() for line in lines_of(form, key, one, step)]
    return [f"{_yaml_text(name)}:", *(step + line for line in inner)]


def toml_name(name: str) -> str:
    """A name as TOML writes it."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{toml_name(name)} = {_toml(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    raise CannotEdit(f"TOML has no word for {value!r}")


def _yaml_text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=False)
