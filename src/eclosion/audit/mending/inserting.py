"""Where a new name or item goes in a settings file, and how it is written, so that it looks like its neighbours."""

from __future__ import annotations

from typing import Any

from eclosion.audit.mending.tree import (
    CannotEdit,
    Edit,
    Node,
    Way,
    at,
    indent_of,
    is_first,
    line_break,
    line_end,
    line_start,
)
from eclosion.audit.mending.wording import entry, lines_of, toml_name, worded

_STEP = "  "


def insertion(text: str, form: str, root: Node, way: Way, value: Any) -> list[Edit]:
    """What to write for a value that is not there yet; tables on the way are made.

    Raises:
        CannotEdit: something else stands in the way.
    """
    depth = max(
        number
        for number in range(len(way))
        if (node := at(root, way[:number])) is not None and _holds(node, way[number])
    )
    holder = at(root, way[:depth])
    assert holder is not None
    name, inner = way[depth], _nested(way[depth + 1 :], value)
    standing = at(root, way[: depth + 1])
    if standing is not None and standing.value is not None:
        raise CannotEdit("another value stands where a table is needed")
    if standing is not None:  # ``name:`` without a value, in YAML
        return [_after_colon(text, standing, inner)]
    if (root.end == root.start and form in ("json", "yaml")) or not text.strip("\ufeff \t\r\n"):
        return [Edit(len(text), len(text), _whole(form, text, str(name), inner))]
    if holder.form == "flow":
        return _into_flow(text, form, holder, name, inner)
    if form == "yaml":
        return [_into_block(text, holder, name, inner)]
    return [_into_section(text, form, root, way[:depth], holder, str(name), inner)]


def _holds(node: Node, step: str | int) -> bool:
    return node.members is not None if isinstance(step, str) else node.items is not None


def _nested(way: Way, value: Any) -> Any:
    for step in reversed(way):
        value = {str(step): value}
    return value


def _whole(form: str, text: str, name: str, value: Any) -> str:
    """A file's first setting."""
    end = line_break(text)
    if form == "json":
        inner = end.join(_STEP + line for line in lines_of(form, name, value, _STEP))
        return f"{{{end}{inner}{end}}}{end}"
    if form == "yaml":
        return end.join(lines_of(form, name, value, _STEP)) + end
    if form == "toml" and isinstance(value, dict):
        return _section((name,), value, end).removeprefix(end)
    return entry(form, name, value) + end


def _after_colon(text: str, standing: Node, value: Any) -> Edit:
    blank = " " if text[standing.start - 1 : standing.start] == ":" else ""
    return Edit(standing.start, standing.end, blank + worded("json", value))


def _into_flow(text: str, form: str, holder: Node, name: str | int, value: Any) -> list[Edit]:
    """Between brackets: behind the last child, on a line of its own if the others have one."""
    if not holder.children:
        return [_first_in_flow(text, form, holder, name, value)]
    start, end = holder.children[-1]
    comma = holder.commas[-1]
    if not is_first(text, start):
        said = _flat(form, name, value)
        place = end if comma < 0 else comma + 1
        return [Edit(place, place, f", {said}" if comma < 0 else f" {said},")]
    indent = indent_of(text, start)
    said = (line_break(text) + indent).join(_lines(text, form, holder, indent, name, value))
    place = line_end(text, max(end, comma))
    if (
        "/*" in text[end:place] or place >= holder.end
    ):  # no line ends before the bracket, or a comment goes on
        place = max(end, comma + 1)
    new = Edit(place, place, line_break(text) + indent + said + ("," if comma >= 0 else ""))
    if comma >= 0:
        return [new]
    if place == end:
        return [Edit(end, end, "," + new.text)]
    return [Edit(end, end, ","), new]


def _first_in_flow(text: str, form: str, holder: Node, name: str | int, value: Any) -> Edit:
    place = holder.start + 1
    if form != "json" or isinstance(name, int) or "\n" not in text.strip():
        blank = " " if form == "toml" and isinstance(name, str) else ""
        return Edit(place, place, f"{blank}{_flat(form, name, value)}{blank}")
    outer = (
        indent_of(text, holder.start)
        if is_first(text, holder.start)
        else _line_indent(text, holder.start)
    )
    indent = outer + _STEP
    end = line_break(text)
    said = (end + indent).join(lines_of(form, name, value, _STEP))
    rest = text[place : holder.end - 1]
    closing = "" if "\n" in rest else end + outer
    stop = holder.end - 1 if not rest.strip() and not closing else place
    if stop != place:
        closing = end + outer
    return Edit(place, stop, f"{end}{indent}{said}{closing}")


def _line_indent(text: str, place: int) -> str:
    line = text[line_start(text, place) : place]
    return line[: len(line) - len(line.lstrip())]


def _flat(form: str, name: str | int, value: Any) -> str:
    return worded(form, value) if isinstance(name, int) else entry(form, name, value)


def _lines(
    text: str, form: str, holder: Node, indent: str, name: str | int, value: Any
) -> list[str]:
    if isinstance(name, int) or form != "json":
        return [_flat(form, name, value)]
    step = indent.removeprefix(_line_indent(text, holder.start)) or _STEP
    return lines_of(form, name, value, step)


def _into_block(text: str, holder: Node, name: str | int, value: Any) -> Edit:
    """Behind the last line of a block of YAML, as far in as the others."""
    start, end = holder.children[-1]
    if isinstance(name, int):
        start = text.rindex("-", 0, start)
        lines = [f"- {worded('yaml', value)}"]
    else:
        lines = lines_of("yaml", name, value, _STEP)
    indent = " " * (start - line_start(text, start))
    stop = line_end(text, end)
    line_stop = line_break(text)
    return Edit(stop, stop, "".join(line_stop + indent + line for line in lines))


def _into_section(
    text: str, form: str, root: Node, way: Way, holder: Node, name: str, value: Any
) -> Edit:
    """A line below a section's others; a section of its own at the end if it is a table or has no section yet."""
    end = line_break(text)
    if form == "env":
        return _at_end(text, entry(form, name, value) + end)
    if isinstance(value, dict) or (holder is not root and holder.header_end < 0):
        names = tuple(str(one) for one in way)
        inner = value if isinstance(value, dict) else {name: value}
        whole = (*names, name) if isinstance(value, dict) else names
        return _at_end(text, _section(whole, inner, end))
    own = [one for one in holder.members or () if one.node.form == "flow"]
    if own:
        stop = line_end(text, max(one.node.end for one in own))
        return Edit(stop, stop, end + entry(form, name, value))
    if holder is not root:
        stop = line_end(text, holder.header_end)
        return Edit(stop, stop, end + entry(form, name, value))
    first = 1 if text.startswith("\ufeff") else 0
    return Edit(first, first, entry(form, name, value) + end)


def _section(names: tuple[str, ...], values: dict[str, Any], end: str) -> str:
    """A section of TOML with what is below it."""
    plain = {name: one for name, one in values.items() if not isinstance(one, dict)}
    tables = {name: one for name, one in values.items() if isinstance(one, dict)}
    said = ""
    if plain or not tables:
        said = f"{end}[{'.'.join(map(toml_name, names))}]{end}"
        said += "".join(entry("toml", name, one) + end for name, one in plain.items())
    return said + "".join(_section((*names, name), one, end) for name, one in tables.items())


def _at_end(text: str, said: str) -> Edit:
    missing = line_break(text) if text and not text.endswith("\n") else ""
    return Edit(len(text), len(text), missing + said)
