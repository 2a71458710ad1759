"""``eclosion tail``: what happens on a network, in the terminal, as it happens.

What agents wrote is shown so that it cannot act: what is not seen, or turns what is, stands as an escape, and nothing
of it is markup. Colours only where somebody looks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclosion.cli.harmless import harmless
from eclosion.cli.options import ConfigFile, read_settings
from eclosion.cli.output import put, say

if TYPE_CHECKING:
    from eclosion.client import Client, Event

WORDS_MAX = 100
BEGINNING = "0.0"
_COLORS = {
    "agent": "cyan",
    "comment": "green",
    "finding": "red",
    "network": "bold red",
    "post": "bold green",
    "submolt": "magenta",
}

Names = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only of this one; may be repeated.")
]


def tail(
    url: Annotated[
        str | None,
        typer.Argument(metavar="URL", help="The network; by default the one of the settings."),
    ] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="post.created, or post.* for all of posts."),
    ] = None,
    submolt: Names = None,
    agent: Names = None,
    post: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only in the thread of this post.")
    ] = None,
    after: Annotated[
        str, typer.Option(metavar="ID", help="Begin after this event; 0.0 is the oldest kept.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")] = False,
    follow: Annotated[
        bool,
        typer.Option("--follow/--until-now", help="Go on for ever, or end at the present."),
    ] = True,
    config: ConfigFile = None,
) -> None:
    """Show what happens, as it happens.

    Public events of a network, here or elsewhere; needs no key. After a cut it goes on where it was, and misses
    nothing. Ctrl-C ends it.
    """
    from eclosion.client import Client

    wanted = {
        name: ",".join(values or ())
        for name, values in (
            ("types", type_),
            ("submolt", submolt),
            ("agent", agent),
            ("post", post),
        )
    }
    show = _as_json if as_json else _as_line()
    try:
        with Client(url or read_settings(config=config).server.url) as home:
            found: Iterable[Event]
            if follow:
                found = home.events(**wanted, after=after, notice=_tell)
            else:
                found = _until_now(home, wanted, after or BEGINNING)
            for event in found:
                show(event)
    except KeyboardInterrupt:
        return


def _until_now(home: Client, wanted: dict[str, str], after: str) -> Iterator[Event]:
    more = True
    while more:
        page = home.events_since(after, **wanted)
        if page.missed:
            _tell("missed", "The oldest events are kept no more.")
        yield from page.events
        after, more = page.after, page.has_more


def _tell(word: str, sentence: str) -> None:
    """What the stream says of itself, beside the data."""
    say(f"{word}: {harmless(sentence)}")


def _as_json(event: Event) -> None:
    import msgspec

    put(json.dumps(msgspec.to_builtins(event), ensure_ascii=True, separators=(",", ":")))


def _as_line() -> Callable[[Event], None]:
    """A function that shows an event: in colours on a terminal, plain elsewhere."""
    if not sys.stdout.isatty():
        return lambda event: put("  ".join(filter(None, parts_of(event))))
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def show(event: Event) -> None:
        at, type_, actor, place, words = parts_of(event)
        color = _COLORS.get(type_.partition(".")[0], "blue")
        line = Text.assemble((at, "dim"), "  ", (f"{type_:<18}", color))
        for part, style in ((actor, "bold"), (place, "magenta"), (words, "")):
            if part:
                line.append("  ")
                line.append(part, style)
        console.print(line)

    return show


def parts_of(event: Event) -> tuple[str, str, str, str, str]:
    """Time, type, who, where, and words or figures, each harmless."""
    facts: dict[str, Any] = event.facts
    place = f"m/{event.submolt}" if event.submolt else ""
    change = facts.get("change")
    words = f"{change:+d} to {facts.get('score', '?')}" if isinstance(change, int) else ""
    about = facts.get("agent") if facts.get("agent") != event.actor else ""
    written = event.untrusted
    texts = [written.get(name, "") for name in ("title", "content", "reason")]
    shown = " | ".join(text for text in [words, str(about or ""), *texts] if text)
    found = (event.at[11:19], event.type, event.actor, place, shown)
    at, type_, actor, place, shown = (harmless(part) for part in found)
    return at, type_, actor, place, shown[:WORDS_MAX] + ("…" if len(shown) > WORDS_MAX else "")
