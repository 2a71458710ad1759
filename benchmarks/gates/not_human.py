"""not-human (imported as ``anticaptcha``): hash and recall steps for FastAPI, tokens in a dictionary."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.gates.sides import GUARDED, Bearer, Last, Token, load
from benchmarks.gates.wire import Refused, Who, ask, want


class NotHuman(Bearer):
    """As its README mounts it: ``AntiCaptcha(app, difficulty="medium", protect=["/api/"])``."""

    name = "not-human"
    package = "not-human"
    settings = 'AntiCaptcha(app, difficulty="medium"), 5 steps of 2 s'
    secret = False
    clock = False
    late_s = 2.6
    limits_hellos = ""
    guarded = GUARDED

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        app = load("fastapi").FastAPI()

        async def guarded() -> dict[str, bool]:
            return {"in": True}

        app.add_api_route(GUARDED, guarded)
        load("anticaptcha.server").AntiCaptcha(app, difficulty="medium", protect=["/api/"])
        load("uvicorn").run(app, port=port, log_config=None, access_log=False)

    def hello(self, url: str, who: Who) -> None:
        want(ask("POST", f"{url}/anti-captcha/challenge", who))

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        """The solver is the one that the package itself ships for its clients."""
        solve = load("anticaptcha.client")._solve_instruction
        step = want(ask("POST", f"{url}/anti-captcha/challenge", who))
        answers: list[str] = []
        while True:
            answers.append(solve(step["instruction"], answers))
            sent = {"challenge_id": step["challenge_id"], "answer": answers[-1]}
            time.sleep(late_s if len(answers) == 1 else 0)
            if step["step"] == step["total_steps"]:
                return lambda: self._token(url, who, sent)
            step = want(ask("POST", f"{url}/anti-captcha/solve", who, sent))
            if step["status"] != "next_step":
                return lambda: _token_of(step)

    def _token(self, url: str, who: Who, sent: dict[str, Any]) -> Token:
        return _token_of(want(ask("POST", f"{url}/anti-captcha/solve", who, sent)))

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return {"X-Bot-Token": token.text}

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        reply = ask("POST", f"{url}/anti-captcha/challenge", who)
        answer = load("anticaptcha.client")._solve_instruction(want(reply)["instruction"], [])
        return reply.body, [answer]


def _token_of(reply: dict[str, Any]) -> Token:
    if reply.get("status") != "passed":
        raise Refused(str(reply.get("message")))
    return Token(reply["token"], float(reply["expires_in"]))
