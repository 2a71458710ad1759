"""The files that the house rules are about."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "eclosion"
VENDORED = "vendor"  # folders of this name hold other people's files, unchanged


@dataclass(frozen=True)
class Source:
    """A text file of the repository."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the top of the repository."""
        return self.path.relative_to(REPOSITORY).as_posix()

    @property
    def part(self) -> str:
        """The folder or module below `eclosion` that it belongs to."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def module(self) -> str:
        """The dotted name under which it is imported."""
        dotted = ".".join(self.path.relative_to(PACKAGE.parent).with_suffix("").parts)
        return dotted.removesuffix(".__init__")


@cache
def package_files(*suffixes: str) -> list[Source]:
    """Eclosion's own files of these kinds, without vendored ones."""
    return [
        Source(path)
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in suffixes and VENDORED not in path.parts and path.is_file()
    ]


@cache
def committed_files() -> list[Source]:
    """Every text file that git keeps or is about to keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    paths = [REPOSITORY / name for name in sorted(set(listed.stdout.decode().split("\0"))) if name]
    return [Source(path) for path in paths if path.is_file() and _is_text(path)]


def imports_of(source: Source, *, at_import_time: bool = False) -> Iterator[tuple[int, str]]:
    """Line and dotted name of what a file imports.

    Args:
        source: the file.
        at_import_time: leave out imports inside functions and below `if TYPE_CHECKING`.
    """
    nodes: list[ast.AST] = [source.tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, name) for name in _names_from(source, node))
        elif not (at_import_time and _runs_later(node)):
            nodes.extend(ast.iter_child_nodes(node))


def _names_from(source: Source, node: ast.ImportFrom) -> list[str]:
    if node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    package = source.module.split(".")
    if source.path.name != "__init__.py":
        package = package[:-1]
    start = package[: len(package) - node.level + 1] + ([node.module] if node.module else [])
    return [".".join([*start, alias.name]) for alias in node.names]


def _runs_later(node: ast.AST) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return True
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]
