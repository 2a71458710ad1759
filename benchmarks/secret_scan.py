"""The audit's search for secrets in files beside other scanners, in one run over the same planted home.

    python -m benchmarks.secret_scan                      # ours alone
    python -m benchmarks.secret_scan --peers FOLDER/bin   # beside detect-secrets and kingfisher, if they are there

    python -m benchmarks.secret_scan --files 600 --peers FOLDER/bin

Files a second by wall clock and by CPU; how many of the files with a secret in them are named, and how many that have
none. The goal is 5,000 files a second on two cores. The home is the generator's (``tests/audit/planting.py``): what
tells by its content is counted, what tells by its name only (wallets, stores of passwords) is not. detect-secrets
joins where there are few files.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from eclosion.audit.contents import look_inside
from tests.audit.planting import DECOYS, SECRETS

FILLER = 20_000
FEW = 1_000
BY_CONTENT = (
    ".ssh/id_ed25519 .ssh/work_rsa .ssh/clients/id_ecdsa projects/site/tls/server.key .aws/credentials "
    ".config/gh/hosts.yml Downloads/shop-4711-0a1b2c3d4e5f.json .config/gcloud/application_default_credentials.json "
    ".git-credentials .netrc .npmrc .pypirc .vault-token projects/shop/.env projects/shop/.env.production "
    "work/api/.envrc notes/setup.md scripts/deploy.sh projects/shop/config/settings.yaml"
).split()
Scan = Callable[[str], set[str]]


def plant(home: Path, filler: int) -> int:
    """All secrets that tell by content, all decoys, and much that is neither; how many files."""
    chance = random.Random(7)
    files = {name: SECRETS[name][1](chance) for name in BY_CONTENT}
    files |= {name: content(chance) for name, content in DECOYS.items()}
    words = [f"w{chance.getrandbits(24):x}" for _ in range(4_000)]
    for number in range(filler):
        ending = ("txt", "md", "py", "json", "log", "yaml")[number % 6]
        text = " ".join(chance.choices(words, k=chance.randint(40, 700)))
        files[f"archive/{number % 211}/page{number}.{ending}"] = text
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return len(files)


def ours(home: str) -> set[str]:
    paths = (str(one) for one in Path(home).rglob("*") if one.is_file())
    return {one.path for one in look_inside(paths)}


def kingfisher(program: str) -> Scan:
    def run(home: str) -> set[str]:
        words = "--no-validate --format jsonl --git-history none --no-update-check".split()
        command = [program, "scan", home, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return set(_named(_rows(done.stdout), home))

    return run


def detect_secrets(program: str) -> Scan:
    def run(home: str) -> set[str]:
        words = [program, "-C", home, "scan", "--all-files", "--no-verify"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=home)
        return {f"{home}/{one}" for one in json.loads(done.stdout)["results"]}

    return run


def _rows(text: str) -> Iterable[object]:
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _named(rows: Iterable[object], home: str) -> Iterable[str]:
    """Every path of the home that stands anywhere in these rows."""
    waiting = list(rows)
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and one.startswith(home + "/"):
            yield one


def main(peers: Path | None, filler: int) -> None:
    """Print a line for each scanner."""
    scanners: dict[str, Scan] = {"eclosion audit": ours}
    if peers and (peers / "kingfisher").exists():
        scanners["kingfisher"] = kingfisher(str(peers / "kingfisher"))
    if peers and (peers / "detect-secrets").exists() and filler <= FEW:
        scanners["detect-secrets"] = detect_secrets(str(peers / "detect-secrets"))
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder).resolve())
        count = plant(Path(home), filler)
        secret = {f"{home}/{name}" for name in BY_CONTENT}
        set(look_inside(sorted(secret)[:1]))  # the engine compiles its forms once
        for name, scan in scanners.items():
            started, cpu = time.perf_counter(), _cpu_s()
            named = scan(home)
            took, used = time.perf_counter() - started, _cpu_s() - cpu
            print(
                f"{name}: {count:,} files, {count / took:,.0f} files/s "
                f"({count / used:,.0f} a second of CPU); {len(named & secret)} of {len(secret)} "
                f"with a secret named, {len(named - secret)} others"
            )


def _cpu_s() -> float:
    both = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _after(word: str) -> str:
    return sys.argv[sys.argv.index(word) + 1] if word in sys.argv else ""


if __name__ == "__main__":
    main(Path(_after("--peers")) if _after("--peers") else None, int(_after("--files") or FILLER))
