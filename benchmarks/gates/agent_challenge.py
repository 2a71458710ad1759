"""agent-challenge: templated puzzles, an HMAC over the challenge with an unsalted digest of the answer inside."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

from benchmarks.gates.sides import GUARDED, Bearer, Last, Token, load
from benchmarks.gates.wire import Refused, Who, ask, want

NUMBERS = 100_000


class AgentChallenge(Bearer):
    """As its README mounts it, with what it recommends to keep people out: the top tier and ten seconds."""

    name = "agent-challenge"
    package = "agent-challenge"
    settings = 'difficulty="agentic", ttl=10, gate_http() before a FastAPI route'
    secret = True
    clock = False
    late_s = 11.5
    limits_hellos = ""
    guarded = GUARDED

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        fastapi = load("fastapi")
        app = fastapi.FastAPI()
        gate = load("agentchallenge").AgentChallenge(secret=secret, difficulty="agentic", ttl=10)

        async def guarded(request: Any) -> Any:
            body = await request.body()
            result = gate.gate_http(request.headers, json.loads(body) if body else None)
            status = 200 if result.status == "authenticated" else 401
            return fastapi.responses.JSONResponse(result.to_dict(), status)

        app.add_route(GUARDED, guarded, methods=["GET", "POST"])
        load("uvicorn").run(app, port=port, log_config=None, access_log=False)

    def hello(self, url: str, who: Who) -> None:
        self._challenge(url, who)

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        """A script that does not read the prompt: it opens the challenge and looks the digest up."""
        token = self._challenge(url, who)["challenge_token"]
        time.sleep(late_s)
        answer = _known().get(_payload(token)["answer_hash"])
        if answer is None:
            raise Refused("the digest is of no small number")
        sent = {"challenge_token": token, "answer": answer}

        def last() -> Token:
            won = want(ask("POST", url + GUARDED, who, sent))
            return Token(won["token"], _payload(won["token"]).get("expires_at"))

        return last

    def _challenge(self, url: str, who: Who) -> dict[str, str]:
        reply = ask("POST", url + GUARDED, who)
        found: dict[str, str] = reply.json
        if found.get("status") != "challenge_required":
            raise Refused(f"status {reply.status}")
        return found

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return {"Authorization": f"Bearer {token.text}"}

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        reply = ask("POST", url + GUARDED, who)
        digest = _payload(reply.json["challenge_token"])["answer_hash"]
        answer = _known().get(digest)
        return None if answer is None else (reply.body, [answer])


def _payload(token: str) -> dict[str, Any]:
    body = token.partition(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return found


_found: dict[object, str] = {}


def _known() -> dict[object, str]:
    """Digests of small numbers, made once."""
    if not _found:
        for number in range(-1_000, NUMBERS):
            _found[hashlib.sha256(str(number).encode()).hexdigest()] = str(number)
    return _found
