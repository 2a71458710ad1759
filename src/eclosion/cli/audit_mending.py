"""``eclosion audit --fix`` and ``eclosion audit undo``: what would be changed, changed, proved, taken back.

What always holds: without ``--yes`` nothing is changed. What is shown of a settings file are the pieces that change;
of its other values and comments nothing is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eclosion.cli.audit_report import plain
from eclosion.cli.output import put, put_json, say
from eclosion.kernel.errors import Conflict, NotFound, Unavailable
from eclosion.kernel.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclosion.audit import Machine, Report
    from eclosion.audit.mending import Done, Left, Plan

LEFT_SHOWN = 12
STYLES = {"+": "green", "-": "red", "@": "cyan"}


def plan_for(machine: Machine, report: Report) -> Plan:
    """What would be changed for the sake of a report."""
    from eclosion.audit import owner_of
    from eclosion.audit.mending import plan_fixes

    return plan_fixes(machine, report.agents, report.routes, owner_of(machine.home))


def mend(
    machine: Machine, report: Report, look: Callable[[], Report], *, sure: bool, as_json: bool
) -> Report:
    """Show what would be changed; change it if the owner is sure, and look again.

    Args:
        machine: whose home, and where.
        report: what was found.
        look: looks again.
        sure: change it.
        as_json: for a program.

    Returns:
        the last report: the new one if something was changed.

    Raises:
        Unavailable: not even the journal could be written; nothing was changed.
    """
    plan = plan_for(machine, report)
    if not as_json:
        _show_plan(plan)
    if not sure or plan.is_empty:
        if as_json:
            put_json({"version": 1, "applied": False, **_plan_as_json(plan)})
        elif not plan.is_empty:
            put(
                "Nothing was changed yet. With --yes it is done; `eclosion audit undo` takes it back."
            )
        return report
    from eclosion.audit.mending import apply_plan

    try:
        done = apply_plan(plan)
    except OSError as problem:
        raise Unavailable(
            f"The journal could not be written, so nothing was changed: {problem.strerror}.",
            hint=f"It is kept in {machine.home}/.local/state/eclosion.",
        ) from None
    after = look()
    if as_json:
        put_json(
            {
                "version": 1,
                "applied": True,
                **_plan_as_json(plan),
                "fix": done.id,
                "changed": list(done.changed),
                "kept": [{"path": path, "why": why} for path, why in done.kept],
                "before": _figures(report),
                "after": _figures(after),
            }
        )
    else:
        _show_done(done, report, after)
    return after


def undo_fix(home: str, wanted: str, *, listing: bool, as_json: bool) -> None:
    """Take a fix back: the latest, or the one of that id; or list them.

    Raises:
        NotFound: there is none.
        Conflict: a file was changed since and was kept.
    """
    from eclosion.audit.mending import fixes_of, undo

    known = fixes_of(home)
    if listing:
        _list_fixes([(one.id, one.paths) for one in known], as_json)
        return
    chosen = next((one for one in known if one.id == wanted or not wanted), None)
    if chosen is None:
        raise NotFound(
            f"There is no fix {wanted!r} to take back."
            if wanted
            else "There is no fix to take back.",
            hint="`eclosion audit undo --list` shows those that can be.",
        )
    done = undo(home, chosen)
    if as_json:
        kept = [{"path": path, "why": why} for path, why in done.kept]
        put_json({"fix": done.id, "restored": list(done.changed), "kept": kept})
    else:
        for path in done.changed:
            put(f"restored {plain(path)}")
        say(
            f"Fix {done.id} is taken back."
            if not done.kept
            else f"Fix {done.id} is taken back in part."
        )
    if done.kept:
        told = "; ".join(f"{plain(path)}: {why}" for path, why in done.kept)
        raise Conflict(
            f"Not everything could be restored: {told}.",
            hint="Its record is kept; run undo again later.",
        )


def _list_fixes(rows: list[tuple[str, list[str]]], as_json: bool) -> None:
    if as_json:
        put_json({"fixes": [{"id": id_, "paths": paths} for id_, paths in rows]})
        return
    for id_, paths in rows:
        put(f"{id_}  {', '.join(map(plain, paths))}")
    if not rows:
        say("There is no fix to take back.")


def _show_plan(plan: Plan) -> None:
    from rich.console import Console
    from rich.text import Text

    from eclosion.audit.mending import diff_of

    console = Console(highlight=False, soft_wrap=True)
    for draft in plan.drafts:
        for line in diff_of(draft, _short(draft.path, plan.home)):
            console.print(Text(plain(line), style=STYLES.get(line[:1], "")))
        console.print(Text(f"  closes {', '.join(draft.rules)}", style="dim"))
        console.print()
    for mode in plan.modes:
        path = plain(_short(mode.path, plan.home))
        console.print(Text(f"mode {mode.before:04o} → {mode.after:04o}  {path}"))
    for warning in plan.warnings:
        console.print(Text(f"Mind: {warning}", style="yellow"))
    if plan.left:
        console.print(Text("Left to you:", style="bold"))
        rows = list(dict.fromkeys(_left_line(one, plan.home) for one in plan.left))
        for line in rows[:LEFT_SHOWN]:
            console.print(Text(f"  {line}"))
        if len(rows) > LEFT_SHOWN:
            console.print(Text(f"  and {len(rows) - LEFT_SHOWN:,} more; --json lists all"))
    if plan.is_empty:
        console.print("There is nothing here that a machine could close.")


def _left_line(left: Left, home: str) -> str:
    place = f" {_short(left.place, home)}" if left.place else ""
    return plain(f"{left.rule}{place}: {left.why}")


def _show_done(done: Done, before: Report, after: Report) -> None:
    for path in done.changed:
        put(f"changed {plain(_short(path, before.home))}")
    for path, why in done.kept:
        put(f"kept {plain(_short(path, before.home))}: {plain(why)}")
    one, two = _figures(before), _figures(after)
    put("")
    put("Looked again, and tried to open what is sensitive:")
    for name in one:
        put(f"  {name.replace('_', ' '):<24}{one[name]:>6,} → {two[name]:,}")
    put(f"Fix {done.id}. `eclosion audit undo` brings every byte back.")
    put("What an agent could read until now may have been read: rotate it.")


def _figures(report: Report) -> dict[str, int]:
    """What a report comes to, for a comparison."""
    told = {
        f"{one.word}_findings": sum(found.severity is one for found in report.findings)
        for one in reversed(Severity)
        if one > Severity.INFO
    }
    told["sensitive_files_open"] = len({one.path for one in report.routes if one.hold.is_open})
    return told


def _plan_as_json(plan: Plan) -> dict[str, Any]:
    from eclosion.audit.mending import diff_of

    return {
        "files": [
            {"path": one.path, "rules": one.rules, "diff": diff_of(one, one.path)}
            for one in plan.drafts
        ],
        "modes": [
            {
                "path": one.path,
                "rule": one.rule,
                "before": f"{one.before:04o}",
                "after": f"{one.after:04o}",
            }
            for one in plan.modes
        ],
        "left": [{"rule": one.rule, "place": one.place, "why": one.why} for one in plan.left],
        "warnings": plan.warnings,
    }


def _short(path: str, home: str) -> str:
    return "~" + path[len(home) :] if path.startswith(home + "/") else path
