"""All commands in one tree, and how it ends: exit status and errors.

What always holds: a command that fails says what, why and what to do next, on standard error, and never
shows a traceback for something that is not our bug.
"""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from eclosion import __version__
from eclosion.cli import (
    admin,
    audit,
    bench,
    bounty,
    demo,
    gate,
    importing,
    ledger,
    looking,
    mcp,
    monitor,
    pay,
    serving,
    tailing,
    tripwire,
    vault,
)
from eclosion.cli.doors import Doors
from eclosion.cli.output import INTERRUPTED, UNAVAILABLE, exit_status, explain, put, say
from eclosion.kernel.errors import EclosionError


class _Tree(TyperGroup):
    """The top of the tree, where every error arrives."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except EclosionError as error:
            explain(error)
            raise typer.Exit(exit_status(error)) from None
        except ImportError as error:
            say(f"Error: a library is missing: {error}.")
            say("  Run: pip install 'eclosion[all]'")
            raise typer.Exit(UNAVAILABLE) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            say(f"Error: {error}")
            raise typer.Exit(UNAVAILABLE) from None
        except KeyboardInterrupt:
            say("Stopped.")
            raise typer.Exit(INTERRUPTED) from None


def make_tree() -> typer.Typer:
    """The tree of commands."""
    tree = typer.Typer(
        name="eclosion",
        cls=_Tree,
        help="A self-hosted home for autonomous AI agents.",
        epilog="Exit status: 0 done, 1 findings, 2 wrong usage, 3 unavailable. Commands: docs/cli.md.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: it comes in half the time
        add_completion=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    tree.callback()(_top)
    tree.command()(serving.serve)
    tree.command()(demo.demo)
    tree.command()(mcp.mcp)
    tree.add_typer(importing.sources, name="import")
    tree.command()(looking.export)
    tree.command()(looking.stats)
    tree.command()(tailing.tail)
    tree.command()(looking.doctor)
    tree.command()(pay.pay)
    tree.add_typer(admin.admin, name="admin")
    tree.add_typer(audit.audit, name="audit")
    tree.add_typer(bench.bench, name="bench")
    tree.add_typer(bounty.bounty, name="bounty")
    tree.add_typer(gate.gate, name="gate")
    tree.add_typer(ledger.ledger, name="ledger")
    tree.add_typer(monitor.monitor, name="monitor")
    tree.add_typer(tripwire.tripwire, name="tripwire")
    tree.add_typer(vault.vault, name="vault")
    return tree


def _show_version(wanted: bool) -> None:
    if wanted:
        put(f"eclosion {__version__}")
        raise typer.Exit


def _top(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Say the version and stop."
    ),
) -> None:
    pass


def run(doors: Doors) -> None:
    """Run the command that the process was started with, and end the process."""
    make_tree()(obj=doors, prog_name="eclosion")
    sys.exit(0)


__all__ = ["Doors", "make_tree", "run"]
