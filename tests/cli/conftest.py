"""The command line, run in this process, and databases on both engines."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eclosion.cli.commands import make_tree
from eclosion.cli.doors import Doors
from tests.house import database_url

__all__ = ["database_url", "run"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``eclosion`` with these words, in an empty folder and without settings from outside."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(env={"NO_COLOR": "1", "XDG_CACHE_HOME": str(tmp_path / ".cache")})

    def run_words(*words: str | Path, doors: Doors | None = None) -> Ended:
        ended = runner.invoke(make_tree(), [str(word) for word in words], obj=doors)
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    return run_words
