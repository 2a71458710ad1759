"""A package shows its public names on one page: the `__all__` of its `__init__.py`."""

import ast

import pytest

from tests.architecture.sources import Source, package_files

PACKAGES = [source for source in package_files(".py") if source.path.name == "__init__.py"]


@pytest.mark.parametrize("source", PACKAGES, ids=lambda source: source.module)
def test_public_names_are_declared(source: Source) -> None:
    """What a package imports for others stands in `__all__`, and nothing else does."""
    imported = {
        name
        for name in _bound_names(source)
        if not name.startswith("_") and not _is_module(source, name)
    }
    declared = _declared(source)
    if declared is None:
        assert imported == set(), "names are brought in, but there is no __all__"
    else:
        assert imported - set(declared) == set()
        assert set(declared) - imported == set()


def _bound_names(source: Source) -> set[str]:
    names: set[str] = set()
    for node in source.tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names if _is_own(source, node)}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _is_own(source: Source, node: ast.Import | ast.ImportFrom) -> bool:
    """Whether the import brings in something of this package; tools from elsewhere are no public names."""
    return isinstance(node, ast.ImportFrom) and (
        node.level > 0 or f"{node.module}.".startswith(f"{source.module}.")
    )


def _is_module(source: Source, name: str) -> bool:
    """Modules can be imported by name anyway."""
    folder = source.path.parent
    return (folder / f"{name}.py").exists() or (folder / name).is_dir()


def _declared(source: Source) -> list[str] | None:
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return None
