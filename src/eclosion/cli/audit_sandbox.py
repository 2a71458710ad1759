"""``eclosion audit sandbox``: writes a sandbox for an agent and tries it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eclosion.cli.audit_report import plain
from eclosion.cli.output import put, say
from eclosion.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from eclosion.audit import Agent, Machine
    from eclosion.audit.sandboxing import Shape

FORMS = ("bwrap", "systemd", "landlock", "native")


def write_sandbox(
    machine: Machine, name: str, form: str, project: Path, out: Path | None, *, proving: bool
) -> bool:
    """Write it to standard output or a file, and say on standard error how a try in it went.

    Returns:
        whether nothing sensitive opened in it, or it was not tried.

    Raises:
        NotFound: no such agent lives here, or there is no such project.
        Invalid: there is no such form, or the agent has no sandbox of its own.
    """
    from eclosion.audit.sandboxing import shape_for
    from eclosion.audit.walking import walk_home

    if form not in FORMS:
        raise Invalid(f"There is no form {form!r}.", hint=f"One of {', '.join(FORMS)}.")
    if not project.is_dir():
        raise NotFound(
            f"There is no folder at {project}.", hint="Name a project with --project DIR."
        )
    agent = _agent(machine, name)
    sensitive = [path for path, _ in walk_home(machine.home).sensitive]
    if os.path.realpath(project) == os.path.realpath(machine.home):
        raise Invalid(
            "The project is the whole home, which a sandbox is to hide.",
            hint="Name one with --project DIR.",
        )
    outside = [path for path, _ in walk_home(os.path.realpath(project)).sensitive]
    shape = shape_for(machine, agent, str(project), [*sensitive, *outside])
    text = _text(machine, agent, shape, form, sensitive)
    if out is None:
        put(text.rstrip("\n"))
    else:
        out.write_text(text, encoding="utf-8")
        if form in ("bwrap", "landlock"):
            out.chmod(out.stat().st_mode | stat.S_IXUSR)
        say(f"Written to {plain(str(out))}.")
    return _tried(shape, form, sensitive) if proving and form in ("bwrap", "landlock") else True


def _agent(machine: Machine, name: str) -> Agent:
    from eclosion.audit import find_agents

    found = [one for one in find_agents(machine) if not one.project]
    for one in found:
        if name.lower() in (one.kind.id, one.kind.name.lower()):
            return one
    names = ", ".join(one.kind.id for one in found) or "none"
    raise NotFound(f"No agent {name!r} lives in {machine.home}.", hint=f"Found are: {names}.")


def _text(machine: Machine, agent: Agent, shape: Shape, form: str, sensitive: list[str]) -> str:
    from eclosion.audit.sandboxing import (
        NoNative,
        bubblewrap_script,
        landlock_script,
        native_settings,
        systemd_drop_in,
    )

    if form == "bwrap":
        return bubblewrap_script(shape)
    if form == "systemd":
        return systemd_drop_in(shape)
    if form == "landlock":
        return landlock_script(shape)
    try:
        native = native_settings(machine, agent, sensitive)
    except NoNative as problem:
        raise Invalid(
            str(problem), hint="--as bwrap, landlock or systemd do for every agent."
        ) from None
    say(
        f"For {plain(native.path)}. `eclosion audit --fix` puts it in and leaves the rest as it is."
    )
    return native.text


def _tried(shape: Shape, form: str, sensitive: list[str]) -> bool:
    """Open each sensitive file in the sandbox, as the home's owner; say what came of it."""
    from eclosion.audit import owner_of
    from eclosion.audit.reach import Answer, CannotProbe, probe
    from eclosion.audit.sandboxing import bubblewrap_command, landlock_script

    own = tuple(os.path.realpath(one) for one in shape.own)
    paths = [one for one in sensitive if not _is_in(os.path.realpath(one), own)]
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        command = bubblewrap_command(shape)
        if form == "landlock":
            Path(folder).chmod(0o711)
            script = Path(folder, "sandbox")
            script.write_text(landlock_script(shape), encoding="utf-8")
            command = ["/usr/bin/python3", "-I", str(script), "--"]
        try:
            observed = probe(paths, owner_of(shape.home), command)
        except CannotProbe as problem:
            say(f"It could not be tried here: {plain(str(problem))}.")
            return True
    opened = [path for path, one in zip(paths, observed, strict=True) if one.answer is Answer.YES]
    say(f"Tried to open {len(paths):,} sensitive files in it: {len(opened):,} opened.")
    for path in opened[:5]:
        say(f"  {plain(path)}")
    kept = len(sensitive) - len(paths)
    if kept:
        say(
            f"{kept:,} of the agent's own stay in its reach: it could not sign in or remember without them."
        )
    return not opened


def _is_in(path: str, tops: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(one.rstrip("/") + "/") for one in tops)
