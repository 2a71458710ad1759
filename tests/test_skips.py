"""In CI a skip fails, unless it is allowed by name and reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.allowed_skips import ALLOWED_SKIPS
from tests.conftest import REPOSITORY

SKIPS_ITSELF = "import pytest\npytest.importorskip('no_such_package')\n"
SKIPS_A_TEST = "import pytest\ndef test_left_out():\n    pytest.skip('no time')\n"
FAILS_AS_EXPECTED = (
    "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_known():\n    assert False\n"
)


@pytest.mark.parametrize("source", [SKIPS_ITSELF, SKIPS_A_TEST])
def test_skip_fails_in_ci_only(tmp_path: Path, source: str) -> None:
    assert _run(tmp_path, source, ci="") in (0, 5)  # 5: nothing was collected
    assert _run(tmp_path, source, ci="true") in (1, 2)


def test_expected_failure_is_no_skip(tmp_path: Path) -> None:
    assert _run(tmp_path, FAILS_AS_EXPECTED, ci="true") == 0


def test_every_allowance_has_a_reason_and_something_to_allow() -> None:
    for test_id, reason in ALLOWED_SKIPS.items():
        file, _, name = test_id.partition("::")
        assert len(reason.split()) >= 4
        assert name.partition("[")[0] in (REPOSITORY / file).read_text()


def _run(folder: Path, source: str, ci: str) -> int:
    (folder / "test_it.py").write_text(source)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.conftest",
            "-c",
            "/dev/null",
            str(folder),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    )
    return done.returncode
