"""Small rooms, plain names, no unfinished work (STYLE.md, "Small rooms" and "Names")."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source, committed_files, package_files

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
BANNED_NAMES = {"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"}
# Split, so that this file does not mark itself.
MARKS = re.compile(r"\b({})\b".format("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"])))


def test_files_are_small() -> None:
    """Split a long file by what it is about, not by what is left over."""
    sources = package_files(".py", ".sql", ".html", ".js", ".css")
    lengths = {source.name: len(source.text.splitlines()) for source in sources}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    """Docstrings do not count."""
    long = {
        f"{source.name}:{node.lineno} {node.name}": lines
        for source in package_files(".py")
        for node in _functions(source)
        if (lines := _lines_of(node)) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    missing = [
        s.name for s in package_files(".py") if not (ast.get_docstring(s.tree) or "").strip()
    ]
    assert missing == []


def test_names_tell_what_is_inside() -> None:
    """`utils` and its kin collect what nobody placed: name the module for its subject."""
    banned = [
        source.name
        for source in committed_files()
        if source.path.suffix == ".py"
        and BANNED_NAMES & {source.path.stem, source.path.parent.name}
    ]
    assert banned == []


def test_only_the_command_line_prints() -> None:
    calls = [
        f"{source.name}:{node.lineno}"
        for source in package_files(".py")
        if source.part != "cli"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert calls == []


def test_nothing_is_marked_as_unfinished() -> None:
    """Finish it, or describe it in an issue."""
    marked = [
        f"{source.name}:{number}"
        for source in committed_files()
        if source.path.suffix in {".py", ".sql", ".html", ".js", ".css", ".toml", ".md"}
        and "vendor" not in source.path.parts
        for number, line in enumerate(source.text.splitlines(), 1)
        if MARKS.search(line)
    ]
    assert marked == []


def test_stubs_are_not_shipped() -> None:
    """A function that only raises NotImplementedError promises what is not there."""
    stubs = [
        f"{source.name}:{node.lineno}"
        for source in package_files(".py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node)
    ]
    assert stubs == []


def _functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    lines = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines
