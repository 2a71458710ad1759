"""Sandboxes that are written: entered and tried, with the agent's own folder and the project in reach and no secret."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from eclosion.audit import Agent, Machine, owner_of
from eclosion.audit.inventory import find_agents
from eclosion.audit.knowing import known_kinds
from eclosion.audit.mending.editing import said
from eclosion.audit.reach import Answer, CannotProbe, Predictor, of_bubblewrap, of_landlock, probe
from eclosion.audit.reaching import Reach
from eclosion.audit.sandboxing import (
    NoNative,
    Shape,
    bubblewrap_command,
    bubblewrap_script,
    landlock_roots,
    landlock_script,
    native_settings,
    shape_for,
    systemd_drop_in,
)
from eclosion.audit.walking import walk_home
from tests.audit.homes import KEY, write
from tests.audit.reach.comparing import open_ground

HOSTILE = "od d'\n\"$(id)%h"
FILES: dict[str, object] = {
    ".ssh/id_rsa": KEY,
    ".aws/credentials": "x",
    ".netrc": "machine x password y",
    ".local/bin/tool": "#!/bin/sh\n",
    ".local/bin/.env": "API_KEY=abc\n",
    "shop/main.py": "print()",
    "shop/.env": "API_KEY=abc\n",
    f"shop/{HOSTILE}/.env": "API_KEY=abc\n",
    "other/letter.txt": "x",
    ".claude/settings.json": {},
    ".claude/.credentials.json": '{"accessToken": "x"}',
}
REACHED = {".local/bin/tool", "shop/main.py", ".claude/settings.json", ".claude/.credentials.json"}
bubblewrapped = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="bubblewrap is not installed"
)


def shaped(home: Path) -> Shape:
    machine = write(home, FILES)
    agent = next(one for one in find_agents(machine) if one.kind.id == "claude-code")
    sensitive = [path for path, _ in walk_home(str(home)).sensitive]
    return shape_for(machine, agent, str(home / "shop"), sensitive)


@bubblewrapped
def test_bubblewrap_shows_its_own_and_the_project_and_no_secret() -> None:
    with open_ground() as ground:
        shape = shaped(ground / "home")
        command = bubblewrap_command(shape)
        paths = [str(ground / "home" / one) for one in FILES]
        observed = probe(paths, owner_of(str(ground / "home")), command)
        opened = {
            one for one, seen in zip(FILES, observed, strict=True) if seen.answer is Answer.YES
        }
        assert opened == REACHED
        predictor = Predictor(owner_of(str(ground / "home")), of_bubblewrap(command))
        assert {
            one
            for one, path in zip(FILES, paths, strict=True)
            if predictor.predict(path).answer is Answer.YES
        } == REACHED


@bubblewrapped
def test_the_script_hands_its_arguments_on() -> None:
    with open_ground() as ground:
        shape = shaped(ground / "home")._replace(program="/usr/bin/printf")
        script = ground / "run"
        script.write_text(bubblewrap_script(shape))
        done = subprocess.run(
            ["/bin/sh", str(script), "%s.", "a b", "$HOME"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "a b.$HOME."


def test_landlock_allows_its_own_and_the_project_and_no_secret() -> None:
    with open_ground() as ground:
        home = ground / "home"
        shape = shaped(home)
        script = ground / "run"
        script.write_text(landlock_script(shape))
        paths = [str(home / one) for one in FILES]
        predictor = Predictor(
            owner_of(str(home)), of_landlock(path for path, _ in landlock_roots(shape))
        )
        predicted = [predictor.predict(path).answer for path in paths]
        assert {
            one for one, seen in zip(FILES, predicted, strict=True) if seen is Answer.YES
        } == REACHED
        command = ["/usr/bin/python3", "-I", str(script), "--"]
        if not has_landlock():
            with pytest.raises(CannotProbe, match="no Landlock"):
                probe(paths, owner_of(str(home)), command)
            return
        observed = probe(paths, owner_of(str(home)), command)
        assert [one.answer for one in observed] == predicted


def has_landlock() -> bool:
    """Its version, asked for as landlock(7) says."""
    return bool(ctypes.CDLL(None).syscall(ctypes.c_long(444), None, ctypes.c_size_t(0), 1) >= 1)


def test_a_unit_hides_the_home_and_names_cannot_begin_settings(tmp_path: Path) -> None:
    shape = shaped(tmp_path)
    text = systemd_drop_in(shape)
    lines = [one for one in text.splitlines() if not one.startswith("#")]
    assert all("=" in one or one == "[Service]" for one in lines)
    assert f"TemporaryFileSystem={tmp_path}" in lines
    assert f"BindPaths={tmp_path}/shop" in lines
    assert f"BindPaths=-{tmp_path}/.claude" in lines
    assert f"InaccessiblePaths=-{tmp_path}/shop/.env" in lines
    assert any("\\x0a" in one and "%%h" in one for one in lines)
    assert "NoNewPrivileges=yes" in lines
    assert "ProtectHome=tmpfs" in systemd_drop_in(shape._replace(home="/home/ada"))


@pytest.mark.parametrize("kind", known_kinds(), ids=lambda kind: kind.id)
def test_an_agents_own_sandbox_holds_by_its_own_settings(tmp_path: Path, kind: object) -> None:
    """What is written for an agent makes the audit's wall stand; who has no sandbox is told."""
    chosen = next(one for one in known_kinds() if one is kind)
    home = tmp_path / "home"
    machine = write(home, {".ssh/id_rsa": KEY, ".aws/credentials": "x"})
    sign = next(one for one in chosen.signs["linux"] if one.startswith("~/"))
    write(home, {f"{sign[2:]}{'' if '.json' in sign or '.yml' in sign else '/seen'}": "{}"})
    sensitive = [path for path, _ in walk_home(str(home)).sensitive]
    agent = found(machine, chosen.id)
    if not any(wall.fix for wall in chosen.walls):
        with pytest.raises(NoNative, match=chosen.name):
            native_settings(machine, agent, sensitive)
        return
    native = native_settings(machine, agent, sensitive)
    path = Path(native.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(native.text)
    assert said(
        native.text,
        "toml" if path.suffix == ".toml" else "yaml" if path.suffix == ".yaml" else "json",
    )
    reach = Reach(found(machine, chosen.id), owner_of(str(home)), str(home))
    assert [one for one in sensitive if reach.route(one).hold.is_open] == []


def found(machine: Machine, id_: str) -> Agent:
    return next(one for one in find_agents(machine) if one.kind.id == id_)
