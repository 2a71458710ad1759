"""``eclosion ledger``: prove a ledger, simulate one, issue credits, and look at accounts."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.ledger_bounties import simulate_bounties
from eclosion.cli.ledger_rings import bench, list_rings, show_reputation
from eclosion.cli.options import AsJson, ConfigFile, Database, DataDir, read_settings
from eclosion.cli.output import FINDINGS, put, put_counts, put_json, say
from eclosion.kernel.errors import Invalid

if TYPE_CHECKING:
    from eclosion.app.settings import Settings
    from eclosion.ledger import Account
    from eclosion.store import Unit

ledger = typer.Typer(no_args_is_help=True, help="Credits: prove, simulate, issue, look.")
ledger.add_typer(bench, name="bench")
ledger.command("simulate-bounties")(simulate_bounties)
ledger.command("rings")(list_rings)
ledger.command("reputation")(show_reputation)

Name = Annotated[str, typer.Argument(metavar="AGENT", help="An agent's name.")]
Amount = Annotated[int, typer.Argument(min=1, help="In the smallest unit.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000, help="How many at most.")]
Instant = Annotated[
    int, typer.Option(min=0, max=2**63 - 1, help="An instant that another page told.")
]
PROGRESS_EVERY_S = 10


@ledger.command("verify")
def verify_ledger(
    acknowledged: Annotated[
        Path | None,
        typer.Option(help="A file with ids of transfers that must be there, in hex, one a line."),
    ] = None,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the ledger is right: its log, all balances, and every transfer.

    Reads one snapshot, also beside a running server. Ends with status 1 if something does not hold.
    """
    from eclosion.app.operating import reading
    from eclosion.ledger.model.audit import INVARIANTS
    from eclosion.ledger.service.bounties.proving import check_bounties
    from eclosion.ledger.service.receipts import check_receipts
    from eclosion.ledger.service.verifying import verify

    ids = _read_ids(acknowledged)
    with reading(read_settings(data, db, config)) as store:
        proof = store.read_now(lambda unit: verify(unit, ids, [check_receipts, check_bounties]))
    broken = sorted({breach.invariant for breach in proof.breaches})
    if as_json:
        told = proof._asdict() | {"breaches": [one._asdict() for one in proof.breaches]}
        put_json(told | {"broken": broken})
    else:
        for number, meaning in INVARIANTS.items():
            put(f"{'BROKEN' if number in broken else 'holds ':<7} {number}. {meaning}")
        for breach in proof.breaches:
            put(f"  {breach.invariant}. {breach.where}: {breach.what}")
        put(
            f"{proof.accounts:,} accounts, {proof.transfers:,} transfers, {proof.segments:,} batches; "
            f"the log ends in {proof.hash[:16]}"
        )
    if broken:
        raise typer.Exit(FINDINGS)


@ledger.command("simulate")
def simulate_ledger(
    seeds: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    first: Annotated[int, typer.Option(min=0, help="The first one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Live through seeded worlds: lost power, torn writes, repeats, reordering, a clock that jumps.

    Uses no database of yours. Ends with status 1 at the first thing that does not hold, and names its seed.
    """
    from eclosion.ledger import SOURCE
    from eclosion.ledger.simulation.running import Violation, simulate

    counts = {"seeds": 0, "transfers": 0, "created": 0, "outages": 0, "repeats": 0}
    said = time.monotonic()
    for seed in range(first, first + seeds):
        try:
            run = simulate(seed, SOURCE)
        except Violation as violation:
            say(f"Violation: {violation}")
            raise typer.Exit(FINDINGS) from None
        counts["seeds"] += 1
        for name in ("transfers", "created", "outages", "repeats"):
            counts[name] += getattr(run, name)
        if time.monotonic() - said > PROGRESS_EVERY_S:
            said = time.monotonic()
            say(f"{counts['seeds']:,} seeds, {counts['transfers']:,} transfers")
    put_counts(counts | {"violations": 0}, as_json=as_json)


@ledger.command("issue")
def issue_credits(
    agent: Name,
    amount: Amount,
    key: Annotated[
        str, typer.Option(help="The same key issues once, however often it is asked for.")
    ] = "",
    to_owner: Annotated[
        bool, typer.Option("--owner", help="Give them to the agent's owner, who funds its agents.")
    ] = False,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Make new credits and give them to an agent, or to its owner. Works beside a running server.

    It stands in the log of the owner's account.
    """
    available = give(read_settings(data, db, config), agent, amount, key, to_owner=to_owner)
    say(f"{'The owner of ' if to_owner else ''}{agent} has {available:,} now.")


@ledger.command("statement")
def show_statement(
    agent: Name,
    limit: Limit = 25,
    before: Instant = 0,
    after: Instant = 0,
    data: DataDir = None,
    db: Database = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show an agent's balances and its latest transfers, page by page.

    For example: eclosion ledger statement ada --limit 50 --json
    """
    from eclosion.app.operating import reading
    from eclosion.kernel.clock import iso
    from eclosion.ledger.store.lists import page_of_account

    if before and after:
        raise Invalid("A page is before or after something, not both.")

    with reading(read_settings(data, db, config)) as store:
        account, page = store.read_now(
            lambda unit: (
                (found := _wallet(unit, agent)),
                page_of_account(unit, found.id, limit, before_ns=before, after_ns=after),
            )
        )
    lines = [
        {
            "id": f"{t.id:032x}",
            "at": iso(t.at_ns // 1_000_000),
            "amount": -t.amount if t.debit_id == account.id else t.amount,
            "flags": t.flags,
        }
        for t in page.transfers
    ]
    if as_json:
        more = {"next_before": page.older_before_ns, "next_after": page.newer_after_ns}
        told = {"account": f"{account.id:032x}", **_balances(account), "transfers": lines}
        put_json(told | more)
        return
    put_counts(_balances(account), as_json=False)
    for line in lines:
        put(f"{line['at']}  {line['amount']:>+14,}  {line['id']}")
    if page.older_before_ns:
        say(f"Older ones: --before {page.older_before_ns}")
    if page.newer_after_ns:
        say(f"Newer ones: --after {page.newer_after_ns}")


def give(
    settings: Settings, agent: str, amount: int, key: str = "", *, to_owner: bool = False
) -> int:
    """Issue credits to an agent or its owner, beside a running server; what the wallet holds then.

    Raises:
        NotFound: there is no such agent.
        Invalid: nobody has claimed it.
        StoreBroken: there is no such database, or it cannot be opened.
    """
    from eclosion.app.operating import office
    from eclosion.ledger import Ledger
    from eclosion.ledger.model.wallets import Sort
    from eclosion.ledger.service.looking import get_account
    from eclosion.ledger.service.wallets import issue, open_wallet, transfer_id
    from eclosion.network.service.feeds import find_agent
    from eclosion.network.service.owners import note

    with office(settings) as desk:
        books = Ledger(desk.network.clock, desk.settings.ledger)

        def work(unit: Unit) -> int:
            found = find_agent(unit, agent)
            if to_owner and not found.owner_id:
                raise Invalid(f"{agent} has no owner yet.", "Its owner claims it first.")
            sort, holder = (Sort.OWNER, found.owner_id) if to_owner else (Sort.AGENT, found.id)
            account = open_wallet(books, unit, sort, holder)
            id_ = transfer_id(0, key or secrets.token_hex(16))
            issued = issue(books, unit, account.id, amount, id_)
            if found.owner_id and issued.status.value == "created":
                note(desk.network, unit, found.owner_id, "credits_issued", found.id, str(amount))
            return get_account(unit, account.id).available

        return desk.store.write_now(work)


def _balances(account: Account) -> dict[str, int | str]:
    return {
        "available": account.available,
        "debits_pending": account.debits_pending,
        "debits_posted": account.debits_posted,
        "credits_pending": account.credits_pending,
        "credits_posted": account.credits_posted,
    }


def _wallet(unit: Unit, name: str) -> Account:
    from eclosion.ledger.model.wallets import Sort, account_id
    from eclosion.ledger.service.looking import get_account

    return get_account(unit, account_id(Sort.AGENT, _agent_id(unit, name)))


def _agent_id(unit: Unit, name: str) -> int:
    from eclosion.network.service.feeds import find_agent

    return find_agent(unit, name).id


def _read_ids(file: Path | None) -> list[int]:
    if file is None:
        return []
    try:
        return [int(line, 16) for line in file.read_text("ascii").split()]
    except ValueError as error:
        raise Invalid(f"{file} has a line that is no id: {error}.") from None
