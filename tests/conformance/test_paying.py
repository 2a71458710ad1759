"""Unmodified clients of x402, MPP and L402, in Python and Node, pay an API that charges our credits, and are refused.

Each client pays; one whose account is empty is refused; and an honest payment of each client is misused in every way
that the protocol has a word for.
"""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eclosion.ledger.wire.authorization import CHAIN_ID, NETWORK
from eclosion.ledger.wire.ethereum import write_address
from eclosion.ledger.wire.refusals import Reason
from tests.conformance.driving import DRIVERS
from tests.conformance.paid_api import FUNDS, KEYS, POOR, RICH, SELLER, PaidApi, running_api

PYPI = (
    "x402[httpx,requests,evm]==2.25.0",
    "pympp[evm]==0.16.0",
    "l402-requests==0.9.0",
    "x402-conformance==1.6.0",
)
NPM = (
    "@x402/fetch@2.27.0",
    "@x402/axios@2.11.0",
    "@x402/evm@2.27.0",
    "mppx@0.11.0",
    "viem@2.55.0",
    "axios@1.21.1",
)
PYTHON_CLIENTS = ("httpx", "requests", "pympp", "l402-requests")
NODE_CLIENTS = ("@x402/fetch", "@x402/axios", "mppx")
CLIENTS = PYTHON_CLIENTS + NODE_CLIENTS


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaidApi]:
    with running_api(tmp_path_factory.mktemp("paid")) as running:
        yield running


class Reports:
    """What every client brought back from /report (rich), /report (poor) and /kept, and the payments kept there."""

    def __init__(self) -> None:
        self.visits: dict[tuple[str, str], dict[str, Any]] = {}
        self.kept: dict[str, dict[str, str]] = {}
        self.spent = 0
        self.runs = 0


@pytest.fixture(scope="module")
def reports(
    api: PaidApi,
    from_pypi: Callable[..., Path],
    from_npm: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Reports:
    """Every client's visits, one process a language: starting them costs more than paying."""
    home, found = tmp_path_factory.mktemp("home"), Reports()
    python, modules = from_pypi(*PYPI), from_npm(*NPM)
    sides = (
        ([str(python), str(DRIVERS / "paying.py")], PYTHON_CLIENTS),
        (["node", str(DRIVERS / "paying.mjs")], NODE_CLIENTS),
    )
    for command, clients in sides:
        visits = [
            {"client": client, "key": _key(client, holder), "path": path}
            for client in clients
            for holder, path in ((RICH, "/report"), (POOR, "/report"), (RICH, "/kept"))
        ]
        job = {
            "origin": api.origin,
            "asset": write_address(api.coin.asset),
            "chain_id": CHAIN_ID,
            "network": NETWORK,
            "name": api.coin.name,
            "version": api.coin.version,
            "modules": str(modules),
            "visits": visits,
        }
        done = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            cwd=home,
            env={"HOME": str(home), "PATH": _path()},
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout.splitlines()[-1])
        names = ("rich", "poor", "kept")
        for at, answer in enumerate(said):
            found.visits[clients[at // 3], names[at % 3]] = answer
        found.kept |= dict(zip(clients, api.kept[-len(clients) :], strict=True))
    found.spent = FUNDS - api.balance(RICH)
    found.runs = len(api.served)
    return found


def _path() -> str:
    import os

    return os.environ["PATH"]


def _key(client: str, holder: int) -> int | str:
    return holder if client == "l402-requests" else "0x" + KEYS[holder].hex()


@pytest.mark.parametrize("client", CLIENTS)
def test_client_pays_and_is_served(reports: Reports, client: str) -> None:
    answer = reports.visits[client, "rich"]
    assert (answer.get("status"), answer.get("body")) == (200, '{"report": "/report"}') or (
        client == "@x402/axios" and answer.get("status") == 200
    ), answer
    receipts = {"payment-response", "payment-receipt"} & {k.lower() for k in answer["headers"]}
    assert receipts, answer["headers"]


@pytest.mark.parametrize("client", CLIENTS)
def test_client_with_an_empty_account_is_refused(reports: Reports, client: str) -> None:
    answer = reports.visits[client, "poor"]
    assert answer.get("status") == 402 or "error" in answer, answer


def test_every_credit_is_accounted_for(reports: Reports, api: PaidApi) -> None:
    """Seven were served and paid for; the invoice that was paid for /kept is reserved until its time is over."""
    assert reports.runs == len(CLIENTS)
    assert reports.spent == 100 * (len(CLIENTS) + 1)


@pytest.mark.parametrize("client", CLIENTS)
def test_honest_payment_holds_for_its_own_resource_once(
    reports: Reports, api: PaidApi, client: str
) -> None:
    paid, served = reports.kept[client], len(api.served)
    elsewhere = {"/other": 402, "/dear": 402}
    assert {path: _get(api, path, paid)[0] for path in elsewhere} == elsewhere
    assert len(api.served) == served
    assert _get(api, "/kept", paid)[0] == 200
    status, body = _get(api, "/kept", paid)
    assert (status, body["error"]) == (402, Reason.USED)
    assert len(api.served) == served + 1


@pytest.mark.parametrize("client", CLIENTS)
def test_payment_whose_time_is_over_is_refused(reports: Reports, api: PaidApi, client: str) -> None:
    before = api.balance(SELLER)
    api.clock.ahead_ms += 10 * 60_000
    status, body = _get(api, "/kept", reports.kept[client])
    assert status == 402
    assert body["error"] in {Reason.EXPIRED, Reason.USED}
    assert api.balance(SELLER) == before


@pytest.mark.parametrize(("kind", "path"), [("resource", "/report"), ("live", "/facilitator")])
def test_x402_conformance_passes(
    api: PaidApi, from_pypi: Callable[..., Path], tmp_path: Path, kind: str, path: str
) -> None:
    """P1 to P7 of x402-conformance on an address that has a price, S0 to S4 on a facilitator."""
    command = [str(from_pypi(*PYPI).with_name("x402conf")), kind, api.origin + path]
    done = subprocess.run(
        [*command, "--fail-on-error"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": _path()},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _get(api: PaidApi, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    """A request by hand with somebody's payment."""
    request = urllib.request.Request(api.origin + path, headers={**headers, "x-conformance": "1"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
