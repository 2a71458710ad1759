"""Eclosion's own gate, under the same attacks: with the speed stages alone, and with language rounds.

For the language rounds GATES_SUPPLY names a folder that ``eclosion gate prepare`` made, and GATES_TRAINING another one
of other texts, whose items and answers train the attacker.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import threading
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.gates.sides import GUARDED, Last, Token
from benchmarks.gates.wire import Refused, Who, ask, want
from eclosion.gate.solver import GateRefused, Key, Player, WebSocket, pay, to_text

_SEED = 5


@dataclass
class _Holder:
    """The client's key, and the nonce that the gate wants in its next proof."""

    key: Key
    nonce: str = ""


class Eclosion:
    """As docs/gate.md guards a FastAPI application, with the default policy and spent ids in SQLite."""

    package = ""
    secret = True
    clock = True
    late_s = 1.0
    limits_hellos = ""
    guarded = GUARDED

    def __init__(self, *, rounds: bool) -> None:
        self._rounds = rounds
        self.name = "Eclosion, with language rounds" if rounds else "Eclosion, speed stages"
        stages = "price, burst, 3 rounds of 8 one by one" if rounds else "price, burst"
        self.settings = f"GateMiddleware(app, gate), SqliteStore; {stages}"

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        import uvicorn
        from fastapi import FastAPI

        from eclosion.gate import Gate, KeyRing
        from eclosion.gate.asgi import GateMiddleware
        from eclosion.gate.bench import bench_policy
        from eclosion.gate.stores import SqliteStore

        # Its two quotas are raised to count many tries; price and all else stay as they are.
        more: dict[str, Any] = (
            {"policy": replace(bench_policy(), price_bits_max=8)} if raised else {}
        )
        if self._rounds:
            from eclosion.gate.language.folder import FolderSupply
            from eclosion.gate.language.room import Room

            more["room"] = Room(FolderSupply(Path(os.environ["GATES_SUPPLY"])))
            more["language"] = "required"
        place = Path(tempfile.mkdtemp(prefix="gates-")) / "gate.db"
        gate = Gate(
            f"http://127.0.0.1:{port}", KeyRing.parse(secret), SqliteStore(str(place)), **more
        )
        app = FastAPI()

        @app.get(GUARDED)
        async def guarded() -> dict[str, bool]:
            return {"in": True}

        app.add_middleware(GateMiddleware, gate=gate)
        uvicorn.run(
            app, port=port, ws="websockets-sansio", ws_per_message_deflate=False, log_config=None,
            access_log=False,
        )  # fmt: skip

    def hello(self, url: str, who: Who) -> None:
        want(ask("POST", f"{url}/gate/hello", who, {"jwk": _someone().jwk}))

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        """The reference client; its language rounds are answered by a trained attacker, which is no language model.

        Its protocol has no field for a clock, so ``claim`` feigns a distance: pongs wait as long as the answers do.
        """
        holder = _Holder(Key(secrets.token_bytes(32)))
        try:
            line = WebSocket(f"{url}/gate/session", _entry(url, who, holder.key))
            try:
                end = _play(line, late_s, claim=claim)
            finally:
                line.close()
        except (GateRefused, OSError) as error:
            raise Refused(str(error)) from None
        form = {"grant_type": end["grant_type"], "pass": end["pass"]}
        return lambda: _exchange(url, who, holder, form)

    def spends(self, url: str, who: Who) -> dict[str, Last]:
        """The paid work that opens a session, and the pass that a session ends with."""
        entry = _entry(url, who, Key(secrets.token_bytes(32)))

        def enter() -> Token:
            try:
                WebSocket(f"{url}/gate/session", entry).close()
            except (GateRefused, OSError) as error:
                raise Refused(str(error)) from None
            return Token("", None)

        found: dict[str, Last] = {"paid work": enter}
        if not self._rounds:
            found["pass"] = self.approach(url, who)
        return found

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return _dress(url, token.text, token.own)

    def steal(self, url: str, token: Token) -> list[dict[str, str]]:
        bearer = {"Authorization": f"Bearer {token.text}"}
        bare = {"Authorization": f"DPoP {token.text}"}
        return [bearer, bare, _dress(url, token.text, _Holder(_someone()))]

    def elsewhere(self, other: str, token: Token) -> bool:
        headers = self.dress(other, token)
        return ask("GET", other + GUARDED, Who(), None, headers).status == 200

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        """A round's JSON beside its answers, from the supply itself; speed stages have nothing to look up."""
        if not self._rounds:
            return None
        from eclosion.gate.language.rounds import Progress, open_sheet, policy_for
        from eclosion.gate.policy import WHOLE

        policy = policy_for(WHOLE)
        items = _training()[: policy.items]
        body = open_sheet(Progress(), policy, items, 0)[1]
        truths = [item.truth for item in items]
        return body, [
            json.dumps(truths),
            "".join(map(str, truths)),
            bytes(truths).decode("latin-1"),
        ]


def _entry(url: str, who: Who, key: Key) -> str:
    hello = want(ask("POST", f"{url}/gate/hello", who, {"jwk": key.jwk}))
    challenge = hello["challenge"]
    nonce = pay(challenge, hello["price"])
    signed = key.sign(f"eclosion-gate entry\n{url}\n{challenge}\n{nonce}".encode())
    return f"Gate {challenge}~{nonce}~{to_text(signed)}"


def _play(line: WebSocket, late_s: float, *, claim: bool) -> dict[str, Any]:
    player = Player()
    while player.end is None:
        frame = line.receive()
        answer = player.on(frame)
        if player.round is not None:
            number, shown = player.round
            player.round = None
            answer = player.reply(number, _read(shown))
        if answer is None:
            continue
        wait_s = late_s if claim or frame[:1] != b"P" else 0.0
        if wait_s:
            threading.Timer(wait_s, _send, (line, answer)).start()
        else:
            line.send(answer)
    return player.end


def _send(line: WebSocket, answer: bytes) -> None:
    """A late answer: the gate may have hung up meanwhile."""
    try:
        line.send(answer)
    except OSError:
        return


def _exchange(url: str, who: Who, holder: _Holder, form: dict[str, str]) -> Token:
    where, reply = f"{url}/gate/token", None
    nonce = holder.nonce
    for _ in range(2):
        headers = {"DPoP": holder.key.proof("POST", where, nonce, None)}
        reply = ask("POST", where, who, urlencode(form).encode(), headers)
        if reply.status not in (400, 401) or reply.headers.get("dpop-nonce", nonce) == nonce:
            break
        nonce = reply.headers["dpop-nonce"]
    assert reply is not None
    won = want(reply)
    holder.nonce = reply.headers.get("dpop-nonce", nonce)
    return Token(won["access_token"], float(won["expires_in"]), holder)


def _dress(url: str, text: str, holder: _Holder) -> dict[str, str]:
    where = url + GUARDED
    refused = ask("GET", where, Who())
    nonce = refused.headers.get("dpop-nonce") or holder.nonce
    return {"Authorization": f"DPoP {text}", "DPoP": holder.key.proof("GET", where, nonce, text)}


@cache
def _someone() -> Key:
    return Key(secrets.token_bytes(32))


@cache
def _training() -> Any:
    from eclosion.gate.language.folder import ITEMS, item_from_json

    lines = (Path(os.environ["GATES_TRAINING"]) / ITEMS).read_text("utf-8").splitlines()
    return [item_from_json(json.loads(line)) for line in lines]


@cache
def _attacker() -> Any:
    """Trained once, on answered items of the same generator and other authors' texts."""
    from eclosion.gate.language.attackers import Boosted
    from eclosion.gate.language.model import Sample

    made = Boosted(_SEED)
    made.fit([Sample(item, item.id) for item in _training()])
    return made


def _read(shown: dict[str, Any]) -> bytes:
    from eclosion.gate.language.model import Item

    answers = []
    for one in shown["items"]:
        item = Item("", one["before"], one["after"], tuple(one["choices"]), 0)
        scores = _attacker().scores(item)
        answers.append(max(range(len(scores)), key=scores.__getitem__))
    return bytes(answers)
