"""The table of a run as Markdown, from its JSON: ``python -m benchmarks.gates.table gates.json [--short]``.

Counts with 95 % Wilson intervals; ``--short`` leaves the intervals out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROWS = {
    "script": "a fixed script passes",
    "digest": "a digest of the answer is in the challenge",
    "late": "an answer after the limit is taken",
    "late, clock claimed": "the same, with a clock or distance of the client's own",
    "spent again": "what is good once works again (64 at once, then 10)",
    "stolen token": "a token works for who has only its text, from another address",
    "captured request": "a whole request works again (64 at once, another address)",
    "other audience": "a token works at another service that trusts the same secret",
    "page": "a page's script passes (`Origin`, `Sec-Fetch-*`, cookies)",
    "weak secret": "starts with a weak secret",
}


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text())
    report.pop("machine", None)
    names = list(report)
    print("| | " + " | ".join(names) + " |")
    print("| --- |" + " --- |" * len(names))
    print("| version | " + " | ".join(str(report[name]["version"]) for name in names) + " |")
    for key, said in ROWS.items():
        print(f"| {said} | " + " | ".join(_count(report[name], key) for name in names) + " |")
    for said, tell in (
        ("a token is good for", _lifetime),
        ("hellos taken by default limits", lambda one: "{} of {}".format(*one["hellos"][:2])),
        ("memory grows by, a hello", lambda one: f"{one['hellos'][2]:,.0f} bytes"),
        ("server's CPU for a try", lambda one: f"{one['pass_ms']:.1f} ms"),
        ("server's CPU for a request without a token", _refused),
    ):
        print(f"| {said} | " + " | ".join(tell(report[name]) for name in names) + " |")


def _count(one: dict[str, Any], key: str) -> str:
    found = one["counts"].get(key)
    if found is None:
        return "none"
    won, tried, low, high = found
    short = "--short" in sys.argv
    return f"{won}/{tried}" if short else f"{won}/{tried} [{low:.2f}, {high:.2f}]"


def _lifetime(one: dict[str, Any]) -> str:
    if not one["token"]:
        return "none"
    seconds = one["expires_s"]
    if seconds is None:
        return "ever"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _refused(one: dict[str, Any]) -> str:
    return "none" if one["refused_ms"] is None else f"{one['refused_ms']:.2f} ms"


if __name__ == "__main__":
    main()
