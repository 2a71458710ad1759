"""Where each value of a YAML file stands, and of an environment file. PyYAML's composer tells the places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eclosion.audit.mending.tree import CannotEdit, Member, Node

if TYPE_CHECKING:
    import yaml


def read_places(text: str) -> Node:
    """The whole file.

    Raises:
        CannotEdit: it is none, holds several documents, or refers to parts of itself.
    """
    import yaml

    try:
        found = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as problem:
        raise CannotEdit(f"it is no YAML: {' '.join(str(problem).split())[:120]}") from None
    if found is None:
        return Node(len(text), len(text), {}, members=[], form="block")
    seen: set[int] = set()
    return _told(text, found, document, seen)


def _told(text: str, found: yaml.Node, value: Any, seen: set[int]) -> Node:
    import yaml

    if id(found) in seen:
        raise CannotEdit("parts of it stand for other parts (anchors)")
    seen.add(id(found))
    start, end = found.start_mark.index, found.end_mark.index
    node = Node(start, end, value)
    if isinstance(found, yaml.MappingNode):
        node.form = "flow" if found.flow_style else "block"
        node.members = []
        for key, inner in found.value:
            if key.tag.endswith(":merge"):
                raise CannotEdit("parts of it are merged into others (<<)")
            name = key.value
            said = value.get(name) if isinstance(value, dict) else None
            node.members.append(Member(name, key.start_mark.index, _told(text, inner, said, seen)))
    elif isinstance(found, yaml.SequenceNode):
        node.form = "flow" if found.flow_style else "block"
        said = value if isinstance(value, list) else [None] * len(found.value)
        node.items = [
            _told(text, one, told, seen) for one, told in zip(found.value, said, strict=True)
        ]
    if node.form == "block" and node.children:
        node.end = node.children[-1][
            1
        ]  # the composer counts blank lines and comments behind it, too
    elif node.members is None and node.items is None:
        node.end = start + len(text[start:end].rstrip("\n")) if end > start else end
    node.commas = _commas(text, node) if node.form == "flow" and node.children else []
    return node


def _commas(text: str, node: Node) -> list[int]:
    """The comma behind each child, found between it and the next; comments in between are passed over."""
    spans = node.children
    bounds = [*(start for start, _ in spans[1:]), node.end - 1]
    return [_comma(text, end, bound) for (_, end), bound in zip(spans, bounds, strict=True)]


def _comma(text: str, place: int, bound: int) -> int:
    while place < bound:
        if text[place] == "#":
            place = text.find("\n", place, bound)
            if place < 0:
                return -1
        if text[place] == ",":
            return place
        place += 1
    return -1


def read_env(text: str) -> Node:
    """An environment file: lines of ``NAME=value``."""
    root = Node(0, len(text), {}, members=[], form="section")
    place = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        name, equals, value = bare.removeprefix("export ").partition("=")
        if equals and name.isidentifier():
            start = place + line.index(bare)
            value_at = start + bare.index("=") + 1
            told = value.strip().strip("'\"")
            assert root.members is not None
            root.members.append(Member(name, start, Node(value_at, start + len(bare), told)))
            root.value[name] = told
        place += len(line)
    return root
