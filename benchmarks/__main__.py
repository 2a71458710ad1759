"""`python -m benchmarks`: loads by name, `record` to write RESULTS.md, or with no words a quick look at this machine.

The quick look seeds a small store in a temporary directory and runs a few loads on it beside the floor. Its figures are
printed and not recorded: the goals are about larger stores.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import load, record

_PROGRAM = Path(sys.executable).with_name("eclosion")
_SEED = "--agents 2000 --posts 20000 --comments 60000 --votes 100000"
_QUICK = "hot new submolt post votes comments mixed --floor --seconds 3 --repeats 2 --copy"


def quick() -> None:
    """Seed a small store and run the main loads on it."""
    with tempfile.TemporaryDirectory(prefix="eclosion-bench-") as folder:
        data = str(Path(folder) / "store")
        seed = [str(_PROGRAM), "bench", "seed", *_SEED.split(), "--data", data]
        done = subprocess.run(seed, check=False)
        if done.returncode != 0:
            raise SystemExit(f"benchmarks: could not seed a store: {' '.join(seed)}")
        load.main([*_QUICK.split(), "--eclosion", str(_PROGRAM), "--data", data])


def main() -> None:
    """Choose by the first word."""
    words = sys.argv[1:]
    if not words:
        quick()
    elif words[0] == "record":
        del sys.argv[1]
        record.main()
    else:
        load.main(words)


if __name__ == "__main__":
    main()
