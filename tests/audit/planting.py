"""Homes planted from a seed: agents, secrets, what only looks like them, and much that is neither.

What is planted is written here from how such files look in the world, not from the audit's own lists. Nothing in it is
a real secret: every key is drawn from the seed.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from eclosion.audit import Machine
from eclosion.audit.knowing import known_kinds
from eclosion.audit.model import Check, Kind, Layer

CRITICAL, OTHER = True, False


class Planted(NamedTuple):
    """A home with what is true of it.

    Attributes:
        machine: the home, as a machine of its own.
        critical: files that an agent can open and that are critical.
        others: other sensitive files that it can open.
        either: settings files with a key that is no real one: their check speaks, whatever is said of the file.
        rules: checks that its agents' settings fail.
        files: how many files there are.
    """

    machine: Machine
    critical: frozenset[str]
    others: frozenset[str]
    either: frozenset[str]
    rules: frozenset[str]
    files: int


def _letters(
    chance: random.Random, count: int, signs: str = string.ascii_letters + string.digits
) -> str:
    return "".join(chance.choice(signs) for _ in range(count))


def _pem(chance: random.Random, kind: str) -> str:
    body = base64.b64encode(chance.randbytes(420)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


def _aws(chance: random.Random) -> str:
    key = "AKIA" + _letters(chance, 16, string.ascii_uppercase + "234567")
    return f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {_letters(chance, 40)}\n"


def _service_account(chance: random.Random) -> str:
    told = {"type": "service_account", "private_key": _pem(chance, "PRIVATE KEY")}
    return json.dumps({**told, "client_email": "robot@shop.iam.example"})


def _environment(chance: random.Random) -> str:
    return f"DEBUG=1\nDATABASE_URL=postgres://shop:{_letters(chance, 18)}@db/shop\nAPI_KEY={_letters(chance, 32)}\n"


def _webhook(chance: random.Random) -> str:
    big = string.ascii_uppercase + string.digits
    rooms = f"T{_letters(chance, 9, big)}/B{_letters(chance, 9, big)}"
    return f"https://hooks.slack.com/services/{rooms}/{_letters(chance, 24)}"


SECRETS: dict[str, tuple[bool, Callable[[random.Random], str]]] = {
    ".ssh/id_ed25519": (CRITICAL, lambda one: _pem(one, "OPENSSH PRIVATE KEY")),
    ".ssh/work_rsa": (CRITICAL, lambda one: _pem(one, "RSA PRIVATE KEY")),
    ".ssh/clients/id_ecdsa": (CRITICAL, lambda one: _pem(one, "EC PRIVATE KEY")),
    ".gnupg/private-keys-v1.d/3F2A.key": (CRITICAL, lambda one: _letters(one, 300)),
    "projects/site/tls/server.key": (CRITICAL, lambda one: _pem(one, "PRIVATE KEY")),
    ".aws/credentials": (CRITICAL, _aws),
    ".config/gcloud/application_default_credentials.json": (CRITICAL, _service_account),
    "Downloads/shop-4711-0a1b2c3d4e5f.json": (CRITICAL, _service_account),
    ".azure/msal_token_cache.json": (
        CRITICAL,
        lambda one: f'{{"AccessToken": "{_letters(one, 90)}"}}',
    ),
    ".kube/config": (CRITICAL, lambda one: f"users:\n- user:\n    token: {_letters(one, 60)}\n"),
    ".docker/config.json": (
        OTHER,
        lambda one: f'{{"auths": {{"r.example": {{"auth": "{_letters(one, 40)}"}}}}}}',
    ),
    ".config/gh/hosts.yml": (
        CRITICAL,
        lambda one: f"github.com:\n  oauth_token: gho_{_letters(one, 36)}\n",
    ),
    ".git-credentials": (CRITICAL, lambda one: f"https://ada:{_letters(one, 30)}@git.example\n"),
    ".netrc": (
        CRITICAL,
        lambda one: f"machine api.example login ada password {_letters(one, 20)}\n",
    ),
    ".npmrc": (OTHER, lambda one: f"//registry.example/:_authToken=npm_{_letters(one, 36)}\n"),
    ".pypirc": (
        OTHER,
        lambda one: f"[pypi]\nusername = __token__\npassword = pypi-{_letters(one, 80)}\n",
    ),
    ".cargo/credentials.toml": (OTHER, lambda one: f'[registry]\ntoken = "{_letters(one, 32)}"\n'),
    ".vault-token": (CRITICAL, lambda one: f"hvs.{_letters(one, 90)}"),
    "projects/infra/terraform.tfstate": (
        CRITICAL,
        lambda one: f'{{"password": "{_letters(one, 24)}"}}',
    ),
    ".pgpass": (OTHER, lambda one: f"db:5432:shop:ada:{_letters(one, 20)}\n"),
    ".my.cnf": (OTHER, lambda one: f"[client]\npassword={_letters(one, 20)}\n"),
    "projects/shop/.env": (OTHER, _environment),
    "projects/shop/.env.production": (OTHER, _environment),
    "work/api/.envrc": (OTHER, lambda one: f"export API_TOKEN={_letters(one, 32)}\n"),
    ".password-store/bank/card.gpg": (CRITICAL, lambda one: _letters(one, 200)),
    "Documents/family.kdbx": (CRITICAL, lambda one: _letters(one, 500)),
    ".local/share/keyrings/login.keyring": (CRITICAL, lambda one: _letters(one, 500)),
    ".config/google-chrome/Default/Login Data": (CRITICAL, lambda one: _letters(one, 500)),
    ".config/google-chrome/Default/Cookies": (CRITICAL, lambda one: _letters(one, 500)),
    ".mozilla/firefox/ab12.default/logins.json": (CRITICAL, lambda one: _letters(one, 500)),
    ".mozilla/firefox/ab12.default/key4.db": (CRITICAL, lambda one: _letters(one, 500)),
    ".bitcoin/wallet.dat": (CRITICAL, lambda one: _letters(one, 500)),
    ".electrum/wallets/default_wallet": (CRITICAL, lambda one: _letters(one, 500)),
    ".ethereum/keystore/UTC--2026-01-01T00-00-00Z--ab": (CRITICAL, lambda one: _letters(one, 300)),
    ".config/solana/id.json": (CRITICAL, lambda one: json.dumps(list(one.randbytes(64)))),
    ".openclaw/agents/main/agent/auth-profiles.json": (
        CRITICAL,
        lambda one: f'{{"token": "{_letters(one, 60)}"}}',
    ),
    ".codex/auth.json": (
        CRITICAL,
        lambda one: f'{{"tokens": {{"access_token": "{_letters(one, 60)}"}}}}',
    ),
    ".claude/.credentials.json": (
        CRITICAL,
        lambda one: f'{{"accessToken": "{_letters(one, 60)}"}}',
    ),
    ".claude/projects/shop/0b.jsonl": (OTHER, lambda one: '{"type": "user"}\n'),
    ".bash_history": (OTHER, lambda one: f"mysql -p{_letters(one, 12)}\n"),
    ".thunderbird/x.default/ImapMail/mail.example/INBOX": (OTHER, lambda one: "From: bob\n"),
    ".config/Signal/sql/db.sqlite": (OTHER, lambda one: _letters(one, 300)),
    "Documents/passwords.txt": (OTHER, lambda one: f"bank {_letters(one, 12)}\n"),
    "Desktop/vpn/office.ovpn": (OTHER, lambda one: _pem(one, "CERTIFICATE")),
    "notes/setup.md": (
        OTHER,
        lambda one: f"# Setup\n\nThe key is sk_live_{_letters(one, 48)} for now.\n",
    ),
    "scripts/deploy.sh": (
        OTHER,
        lambda one: (
            f"#!/bin/sh\nTOKEN=ghs_{_letters(one, 36)} ./push\nexport GITLAB=glpat-{_letters(one, 20)}\n"
        ),
    ),
    "projects/shop/config/settings.yaml": (
        OTHER,
        lambda one: f"slack:\n  webhook: {_webhook(one)}\n",
    ),
}

DECOYS: dict[str, Callable[[random.Random], str]] = {
    ".ssh/id_ed25519.pub": lambda one: f"ssh-ed25519 AAAA{_letters(one, 64)} ada@home\n",
    ".ssh/known_hosts": lambda one: f"git.example ssh-ed25519 AAAA{_letters(one, 64)}\n",
    "projects/site/tls/server.pem": lambda one: _pem(one, "CERTIFICATE"),
    "projects/site/tls/ca.key.md": lambda one: "How we keep the key: not here.\n",
    "projects/shop/.env.example": lambda one: "API_KEY=your-key-here\nDATABASE_URL=\n",
    "work/web/.env": lambda one: "COLOR=blue\nPORT=8080\n",
    ".aws/config": lambda one: "[default]\nregion = eu-central-1\n",
    ".npmrc.md": lambda one: "About registries.\n",
    "src/keyboard.key.py": lambda one: "KEYS = 'qwerty'\n",
    "notes/passwordless.md": lambda one: "Passkeys replace passwords.\n",
    "projects/shop/package-lock.json": lambda one: json.dumps(
        {"integrity": f"sha512-{_letters(one, 86)}=="}
    ),
    "projects/shop/uuid.csv": lambda one: "\n".join(
        f"{one.getrandbits(128):032x}" for _ in range(50)
    ),
    "projects/shop/tests/test_login.py": lambda one: (
        'PASSWORD = "example"\nTOKEN = "<your token>"\n'
    ),
    "projects/shop/README.md": lambda one: "Set `API_KEY=sk-xxxxxxxxxxxxxxxx` first.\n",
    ".config/gcloud/configurations/config_default": lambda one: "[core]\nproject = shop\n",
    "Documents/secrets-of-bread.txt": lambda one: "Long kneading, cold night.\n",
}


def plant(home: Path, seed: int, filler: int = 200) -> Planted:
    """A home with some agents and secrets, all decoys and ``filler`` files of no interest."""
    chance = random.Random(seed)
    kinds = chance.sample(known_kinds(), chance.randint(1, 4))
    faults = dict(pair for kind in kinds for pair in _settle(home, chance, kind))
    names = chance.sample(sorted(SECRETS), chance.randint(8, 30))
    for name in names:
        _write(home / name, SECRETS[name][1](chance))
    for name, content in DECOYS.items():
        _write(home / name, content(chance))
    for number in range(filler):
        words = " ".join(
            _letters(chance, chance.randint(2, 9), string.ascii_lowercase) for _ in range(60)
        )
        _write(home / f"archive/{number % 97}/page{number}.txt", words)
    told = {
        one: frozenset(str(home / name) for name in names if SECRETS[name][0] is one)
        for one in (CRITICAL, OTHER)
    }
    machine = Machine(str(home), "linux", root=str(home / "no-root"), proc="")
    either = frozenset(path for rule, path in faults.items() if "key" in rule)
    rules = frozenset(faults)
    return Planted(machine, told[CRITICAL], told[OTHER], either, rules, filler + len(names))


def harden(home: Path, seed: int) -> Planted:
    """The same secrets behind an agent whose sandbox shows none of them, and without a gap in its settings."""
    chance = random.Random(seed)
    for name in chance.sample(sorted(SECRETS), 25):
        if not name.startswith((".claude", ".codex", ".openclaw")):
            _write(home / name, SECRETS[name][1](chance))
    denied = sorted({"~/" + name.split("/")[0] for name in SECRETS})
    settings = {
        "permissions": {
            "disableBypassPermissionsMode": "disable",
            "deny": [f"Read({one})" for one in denied],
        },
        "sandbox": {
            "enabled": True,
            "failIfUnavailable": True,
            "allowUnsandboxedCommands": False,
            "filesystem": {"denyRead": denied},
        },
    }
    _write(home / ".claude/settings.json", json.dumps(settings, indent=2))
    machine = Machine(str(home), "linux", root=str(home / "no-root"), proc="")
    return Planted(machine, frozenset(), frozenset(), frozenset(), frozenset(), 0)


def _settle(home: Path, chance: random.Random, kind: Kind) -> list[tuple[str, str]]:
    """Make an agent at home, with one fault in its settings if it has checks of its own; the fault's rule and file."""
    sign = home / next(one for one in kind.signs["linux"] if one.startswith("~/")).removeprefix(
        "~/"
    )
    _write(sign if sign.suffix in (".json", ".yml") else sign / "seen", "")
    own = [
        one for one in kind.checks if (layer := _layer_of(kind, one)) and _holds_alone(layer, one)
    ]
    if not own:
        return []
    check = chance.choice(own)
    layer = _layer_of(kind, check)
    assert layer is not None
    content = check.bad[layer.under] if layer.under else check.bad
    path = home / layer.path.removeprefix("~/").replace("*", "main")
    if path.parent.is_file():
        path.parent.unlink()
    _write(path, _written(layer.format, content))
    return [(check.id, str(path))]


def _layer_of(kind: Kind, check: Check) -> Layer | None:
    """The user's file in which the check's example stands."""
    first = next(iter(check.bad), "")
    layers = [
        one
        for one in kind.layers
        if one.path.startswith("~/") and "Library" not in one.path and "AppData" not in one.path
    ]
    special = [one for one in layers if one.under and one.under == first]
    plain = [one for one in layers if not one.under]
    return next(iter(special or plain), None)


def _holds_alone(layer: Layer, check: Check) -> bool:
    content = check.bad.get(layer.under) if layer.under else check.bad
    return (
        isinstance(content, dict)
        and (len(check.bad) == 1 or not layer.under)
        and layer.format != "env"
    )


def _written(form: str, content: dict[str, Any]) -> str:
    if form == "json":
        return "// written by hand\n" + json.dumps(content, indent=2)
    if form == "yaml":
        return json.dumps(content)  # JSON is YAML
    return "\n".join(f"{json.dumps(name)} = {_toml(value)}" for name, value in content.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items())
            + " }"
        )
    return json.dumps(value)


def _write(path: Path, content: str) -> None:
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
