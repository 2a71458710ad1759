"""What import-linter cannot say: the standard library alone, parts that work alone, heavy libraries late.

The direction between packages itself is in pyproject.toml and checked by `lint-imports`, a step of `make test`.
"""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import imports_of, package_files

STAND_ALONE = {"audit", "gate", "monitor"}
"""Parts that anybody can use without the rest."""

LIGHT = {
    "cryptography",
    "hyperscan",
    "msgspec",
    "numpy",
    "pyjson5",
    "pyrage",
    "rich",
    "typer",
    "yaml",
}
"""What the base install brings."""

ADAPTERS = {
    "src/eclosion/gate/fastapi.py": {"fastapi", "starlette"},
    "src/eclosion/gate/mcp.py": {"httpx2", "mcp"},
    "src/eclosion/gate/patience.py": {"uvicorn", "websockets"},
}
"""Files of parts that stand alone which fit them to somebody's framework; imported only by who has it."""

MEASURING = {"gate": {"lightgbm"}, "monitor": {"scipy"}}
"""Libraries of an extra that a part uses lazily, to measure or to train and never for what it is there for."""

LATE = {"audit": {"hyperscan"}, "monitor": {"hyperscan", "numpy"}}
"""Libraries that inner modules of a part may load at their top: the part loads those modules when first used."""

HEAVY = (
    "apsw",
    "httpx2",
    "hyperscan",
    "jinja2",
    "lightgbm",
    "litestar",
    "mcp",
    "numpy",
    "psycopg",
    "scipy",
    "uvicorn",
)
"""What the command line must not load before it needs it."""

COMMAND_LINE_START_S = 0.5


def test_kernel_rests_on_the_standard_library() -> None:
    assert _foreign("kernel", allowed=set(), own={"kernel"}) == []


@pytest.mark.parametrize("part", sorted(STAND_ALONE))
def test_part_stands_alone(part: str) -> None:
    """Ports and findings come from the kernel; what else is needed comes in as a small protocol."""
    assert _foreign(part, allowed=LIGHT | MEASURING.get(part, set()), own={"kernel", part}) == []


@pytest.mark.parametrize("part", sorted(STAND_ALONE))
def test_part_imports_without_any_library(part: str) -> None:
    """Libraries of the base install are imported where they are used, so that the bare wheel imports."""
    late = LATE.get(part, set())
    assert _foreign(part, allowed=late, own={"kernel", part}, at_import_time=True) == []


@pytest.mark.parametrize("part", sorted(LATE))
def test_part_loads_its_libraries_when_first_used(part: str) -> None:
    code = f"import sys, eclosion.{part}; print(*sorted({LATE[part]!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_client_stands_alone() -> None:
    assert _foreign("client", allowed=LIGHT, own={"kernel", "client"}) == []


def test_doors_import_no_other_door_lazily() -> None:
    """import-linter sees these too; this names the line."""
    doors = {"http", "mcp", "web", "cli"}
    crossing = [
        f"{source.name}:{line} {name}"
        for source in package_files(".py")
        if source.part in doors
        for line, name in imports_of(source)
        if name.startswith("eclosion.")
        and name.split(".")[1] in (doors | {"entry"}) - {source.part}
    ]
    assert crossing == []


def test_command_line_starts_light() -> None:
    """`eclosion --help` loads nothing heavy, and the best of three is quick, interpreter and all.

    In processor time, which is what it takes where nothing else runs: other tests run beside this one.
    """
    code = (
        "import atexit, sys; sys.argv = ['eclosion', '--help']; "
        f"atexit.register(lambda: sys.stderr.write(' '.join(set({HEAVY!r}) & set(sys.modules)))); "
        "from eclosion.entry.cli import main; main()"
    )
    took_s = []
    for _ in range(3):
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        after = os.times()
        took_s.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
        assert "Usage" in done.stdout
        assert done.stderr == ""
    assert min(took_s) < COMMAND_LINE_START_S


def _foreign(
    part: str, *, allowed: set[str], own: set[str], at_import_time: bool = False
) -> list[str]:
    found = []
    for source in package_files(".py"):
        if source.part != part:
            continue
        for line, name in imports_of(source, at_import_time=at_import_time):
            top, _, rest = name.partition(".")
            ours = top == "eclosion" and rest.split(".")[0] in own
            known = allowed | ADAPTERS.get(source.name, set())
            if not ours and top not in sys.stdlib_module_names and top not in known:
                found.append(f"{source.name}:{line} {name}")
    return found
