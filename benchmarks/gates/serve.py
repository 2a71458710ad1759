"""One side's server, in the foreground. Started by ``house``; the secret comes from GATES_SECRET."""

from __future__ import annotations

import argparse
import os

from benchmarks.gates.registry import find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("port", type=int)
    parser.add_argument("--raised", action="store_true")
    asked = parser.parse_args()
    find(asked.name).serve(asked.port, os.environ.get("GATES_SECRET", ""), raised=asked.raised)


if __name__ == "__main__":
    main()
