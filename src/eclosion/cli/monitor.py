"""``eclosion monitor``: hidden speech, lures and leaks in anybody's logs of agents.

eclosion monitor ~/.claude/projects             what has been said on this machine
eclosion monitor logs/ --follow --json          as it is said, for a program
journalctl -f -o cat | eclosion monitor -       from standard input
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid

if TYPE_CHECKING:
    from eclosion.kernel.finding import Severity
    from eclosion.monitor.bench import Row


class _ScanFirst(TyperGroup):
    """``eclosion monitor PATH`` is short for ``eclosion monitor scan PATH``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["scan", *args]
        return super().parse_args(ctx, args)


monitor = typer.Typer(
    cls=_ScanFirst,
    no_args_is_help=True,
    help="Hidden speech, lures and leaks in what agents write. eclosion monitor PATH… scans.",
    epilog="eclosion monitor ~/.claude/projects; tail -f agent.log | eclosion monitor -",
)

Paths = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help="Files, folders, patterns; - is standard input."),
]


def _file(help_text: str) -> Any:
    return typer.Option(metavar="FILE", help=help_text, show_default=False)


Follow = Annotated[
    bool, typer.Option("--follow", help="Go on with what is appended, until Ctrl-C.")
]
Form = Annotated[
    str, typer.Option("--format", metavar="NAME", help="How it is written; auto finds out.")
]
Lines = Annotated[bool, typer.Option("--json", help="One finding a line.")]
Sarif = Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0.")]
Ocsf = Annotated[bool, typer.Option("--ocsf", help="OCSF Detection Findings.")]
Ecs = Annotated[bool, typer.Option("--ecs", help="Alerts in ECS.")]
Least = Annotated[str, typer.Option(metavar="SEVERITY", help="Leave out what is milder.")]
FailOn = Annotated[
    str, typer.Option(metavar="SEVERITY", help="Exit status 1 if something as bad is found.")
]
Most = Annotated[int, typer.Option(min=0, help="A table shows so many; 0 all.")]
Output = Annotated[Path | None, _file("Write there, appending.")]
State = Annotated[Path | None, _file("Remember how far it came, and go on there.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option(metavar="PATH", help="Rules and suppressions of your own.", show_default=False),
]
BaselineFile = Annotated[Path | None, _file("Tell only what is not in it.")]
NewBaseline = Annotated[Path | None, _file("Write what is found as known.")]
Reason = Annotated[str, typer.Option(help="Why it may stay, for --write-baseline.")]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Only this detector; may be repeated.", show_default=False),
]
Words = Annotated[Path | None, _file("The site's own words: read, learned, written.")]
KnownFile = Annotated[Path | None, _file("Prints of secrets and canaries that nobody may say.")]
Metrics = Annotated[Path | None, _file("Write counters for Prometheus.")]
Html = Annotated[Path | None, _file("Write the report there as one page, without scripts.")]
Webhook = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar="ECLOSION_MONITOR_WEBHOOK",
        help="Send each finding there, signed (Standard Webhooks).",
    ),
]
WebhookSecret = Annotated[
    Path | None,
    _file("What it is signed with, whsec_…; or the variable ECLOSION_MONITOR_WEBHOOK_SECRET."),
]
WebhookAllow = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NETWORK",
        help="A private network that may be sent to; may be repeated.",
        show_default=False,
    ),
]


@monitor.command("scan")
def scan(
    paths: Paths,
    follow: Follow = False,
    form: Form = "auto",
    as_json: Lines = False,
    sarif: Sarif = False,
    ocsf: Ocsf = False,
    ecs: Ecs = False,
    least: Least = "low",
    fail_on: FailOn = "",
    most: Most = 50,
    output: Output = None,
    state: State = None,
    rules: Rules = None,
    baseline: BaselineFile = None,
    write_baseline: NewBaseline = None,
    reason: Reason = "",
    only: Only = None,
    vocabulary: Words = None,
    metrics: Metrics = None,
    known: KnownFile = None,
    html: Html = None,
    webhook: Webhook = "",
    webhook_secret: WebhookSecret = None,
    webhook_allow: WebhookAllow = None,
) -> None:
    """Look for hidden speech, lures and leaks.

    In session files of agents, traces, chats, exports and logs, packed or not; the format is found out. Exit status 0,
    or 1 with --fail-on if something as bad was found.
    """
    from eclosion.cli.monitoring import Run, Wishes

    wishes = Wishes(
        paths=paths,
        follow=follow,
        form=form,
        output_form=_chosen(json=as_json, sarif=sarif, ocsf=ocsf, ecs=ecs),
        least=_severity(least),
        fail_on=_severity(fail_on) if fail_on else None,
        most=most,
        output=output,
        state=state,
        rules=rules or [],
        baseline=baseline,
        write_baseline=write_baseline,
        reason=reason,
        only=list(only or ()),
        vocabulary=vocabulary,
        metrics=metrics,
        known=known,
        html=html,
        hook=(webhook, webhook_secret, list(webhook_allow or ())),
    )
    raise typer.Exit(FINDINGS if Run(wishes).go() else 0)


@monitor.command("prints")
def prints(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file of prints.")],
    canary: Annotated[bool, typer.Option(help="They are baits that nobody uses.")] = False,
) -> None:
    r"""Add prints of known secrets, so that they are found again however they are disguised.

    Standard input holds one secret a line: a label, a tab, the secret. The file holds none of them.

    Example: printf 'deploy-key\t%s\n' "$KEY" | eclosion monitor prints known.prints
    """
    from eclosion.monitor.detectors.leaks.printing import add_prints

    rows = [line.rstrip("\n").partition("\t") for line in sys.stdin if line.strip()]
    if not all(tab for _, tab, _ in rows):
        raise Invalid("Each line is a label, a tab and the secret.")
    count = add_prints(path, [(label, secret) for label, _, secret in rows], is_canary=canary)
    say(f"{path} holds {count} prints.")


@monitor.command("rules")
def list_rules(as_json: AsJson = False) -> None:
    """List the rules, by detector."""
    from eclosion.cli.monitoring import known_rules

    found = known_rules()
    if as_json:
        put_json(
            [
                {**one._asdict(), "severity": one.severity.word, "tags": list(one.tags)}
                for one in found.values()
            ]
        )
        return
    width = max(map(len, found), default=0)
    for one in found.values():
        put(f"{one.id:<{width}}  {one.severity.word:<8}  {one.title}")


@monitor.command("explain")
def explain_one(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FINDING", help="A finding's id, its JSON, - for standard input; or a rule."
        ),
    ],
    report: Annotated[
        Path | None, _file("Look for the id there (lines of --json), not in the last report.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain one finding: words, decoding step by step, evidence, what to do, how to suppress it.

    Or a rule: what it looks for, and when it is wrong. Exit status 1 if there is no such finding or rule, 2 if it is
    neither. For example: eclosion monitor explain 3f2ab4c1
    """
    from eclosion.cli.explaining import explain_any

    explain_any(what, report, as_json=as_json)


@monitor.command("hook")
def hook(
    stop_from: Annotated[
        str, typer.Option(metavar="SEVERITY", help="Stop what is at least as bad.")
    ] = "high",
    confidence: Annotated[float, typer.Option(min=0, max=1, help="And at least so sure.")] = 0.8,
) -> None:
    """Stop a lure or a leak of an agent's before it is done.

    For the settings of Claude Code (PreToolUse, PostToolUse, UserPromptSubmit, Stop), which it answers in its form; for
    other runners, exit status 2 stops what stands on standard input. docs/monitor.md shows how.
    """
    from eclosion.cli.hooking import answer

    raise typer.Exit(answer(_severity(stop_from), confidence))


@monitor.command("bench")
def bench(
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="The corpora; they are not shipped.")
    ] = Path("data"),
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this measurement; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what the monitor finds, and how quickly.

    Beside the goals, with intervals of 95 %. Exit status 1 if a goal is missed.
    """
    from eclosion.monitor.bench.running import run

    rows: list[tuple[str, Row]] = []
    for name, row in run(data, list(only or ())):
        if isinstance(row, str):
            say(f"{name}: {row}")
            continue
        rows.append((name, row))
        if not as_json:
            verdict = {True: "reached", False: "MISSED", None: ""}[row.reached]
            put(f"{row.goal:<4} {row.what:<60}  {row.found:<44}  {row.aim:<14} {verdict}")
    if as_json:
        put_json([{"measurement": name, **row._asdict()} for name, row in rows])
    if any(row.reached is False for _, row in rows):
        raise typer.Exit(FINDINGS)


def _chosen(**wanted: bool) -> str:
    chosen = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(chosen) > 1:
        raise Invalid(f"Choose one of --{' and --'.join(chosen)}.")
    return chosen[0] if chosen else "table"


def _severity(word: str) -> Severity:
    from eclosion.kernel.finding import Severity

    severity = Severity.named(word)
    if severity is None:
        raise Invalid(f"{word!r} is no severity.", "info, low, medium, high or critical.")
    return severity
