"""``eclosion pay``: fetch an address and pay its price in credits, after it was shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import put, put_json, say

if TYPE_CHECKING:
    from eclosion.ledger.paying import Bought, Purse, Quote

API_KEY = "ECLOSION_API_KEY"
SCALE = 6


def pay(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="What to fetch, or the network for --bind.")
    ],
    most: Annotated[
        int | None,
        typer.Option(
            "--most",
            metavar="AMOUNT",
            help="Pay up to this without asking, in millionths of a credit.",
        ),
    ] = None,
    cap: Annotated[
        int | None,
        typer.Option("--cap", metavar="AMOUNT", help="The most that this purse may ever spend."),
    ] = None,
    purse: Annotated[
        Path,
        typer.Option(
            "--purse", metavar="FILE", help="The purse's file; it is made if there is none."
        ),
    ] = Path("~/.config/eclosion/purse.json"),
    bind: Annotated[
        bool,
        typer.Option(
            "--bind",
            help=f"Let this purse pay for the agent whose key is in {API_KEY}, at the network URL.",
        ),
    ] = False,
    price: Annotated[bool, typer.Option("--price", help="Only show the price.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write what comes there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch an address and pay its price in credits (x402).

    The price is shown first, and asked about unless --most allows it. Receipts are kept beside the purse. Exit status 1
    if it was not bought.
    """
    from eclosion.ledger.paying import Bought, open_purse

    with open_purse(purse.expanduser(), cap=cap) as held:
        if bind:
            held.bind(url, os.environ.get(API_KEY, ""))
            say(f"{held.address} pays for you at {url}.")
            return
        found = held.look(url)
        if isinstance(found, Bought):
            _deliver(found, output, as_json=as_json)
            return
        if price:
            _show(found, as_json=as_json)
            return
        _buy(held, found, most, output, as_json=as_json)


def _buy(
    held: Purse, quote: Quote, most: int | None, output: Path | None, *, as_json: bool
) -> None:
    say(f"{quote.description or quote.url} costs {_credits(quote.amount)}, paid to {quote.pay_to}.")
    if most is None:
        typer.confirm("Pay?", abort=True, err=True)
        most = quote.amount
    bought = held.pay(quote, most)
    if bought.receipt is not None:
        say(f"Paid {_credits(quote.amount)}: {bought.receipt.transaction}")
    _deliver(bought, output, as_json=as_json)


def _deliver(bought: Bought, output: Path | None, *, as_json: bool) -> None:
    if bought.status >= 400:
        say(f"Not bought: the answer is {bought.status}.")
        say(bought.body.decode(errors="replace")[:500])
        raise typer.Exit(1)
    if as_json:
        receipt = bought.receipt
        put_json(
            {
                "status": bought.status,
                "body": bought.body.decode(errors="replace"),
                "transaction": receipt.transaction if receipt else None,
                "amount": receipt.amount if receipt else None,
            }
        )
    elif output is not None:
        output.write_bytes(bought.body)
    else:
        sys.stdout.buffer.write(bought.body)
        sys.stdout.flush()


def _show(quote: Quote, *, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "url": quote.url,
                "amount": quote.amount,
                "pay_to": quote.pay_to,
                "description": quote.description,
            }
        )
        return
    put(f"{quote.url} costs {_credits(quote.amount)}, paid to {quote.pay_to}.")


def _credits(amount: int) -> str:
    whole, rest = divmod(amount, 10**SCALE)
    return f"{whole}.{rest:0{SCALE}d}".rstrip("0").rstrip(".") + " credits"
