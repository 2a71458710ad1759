"""BOTCHA: five digests of six-digit numbers in half a second, for Cloudflare's Workers.

Its server is no Python package. Run one as its makers do (``wrangler dev``, with an app in its storage) and name it in
the environment: GATES_BOTCHA (address), GATES_BOTCHA_APP (app id), GATES_BOTCHA_SECRET (its JWT_SECRET) and
GATES_BOTCHA_PIDS. The solver and the check of a token are those of the Python packages that its makers publish.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import time

from benchmarks.gates.sides import Bearer, Last, Token, load
from benchmarks.gates.wire import Who, ask, want

_addresses = itertools.count(1)


class Botcha(Bearer):
    """A token by the speed challenge, bound to an audience; a resource of its own server is what is guarded."""

    name = "BOTCHA"
    package = "botcha"
    settings = "wrangler dev --local, speed challenge, token with audience, HS256"
    secret = True
    clock = True
    late_s = 8.0
    limits_hellos = "100 an hour and address"
    guarded = "/agent-only"

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        raise SystemExit("BOTCHA's server is started by hand, and named by GATES_BOTCHA.")

    def hello(self, url: str, who: Who) -> None:
        # One address for all of a flood, but another than that of the last run, whose hour may not be over.
        one = _at(who, f"192.0.2.{os.getpid() % 254 + 1}")
        want(ask("GET", f"{url}/v1/token?app_id={_app()}", one))

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        where = f"{url}/v1/token?app_id={_app()}&audience=https://a.example"
        if claim:
            where += f"&ts={int(time.time() * 1000) - 5_000}"
        one = _somewhere(who)
        challenge = want(ask("GET", where, one))["challenge"]
        answers = load("botcha").solve_botcha([int(p["num"]) for p in challenge["problems"]])
        time.sleep(late_s)
        sent = {"id": challenge["id"], "answers": answers, "app_id": _app()}
        sent["audience"] = "https://a.example"

        def last() -> Token:
            won = want(ask("POST", f"{url}/v1/token/verify", one, sent))
            claims = json.loads(base64.urlsafe_b64decode(won["access_token"].split(".")[1] + "=="))
            return Token(won["access_token"], claims["exp"] - claims["iat"])

        return last

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return {"Authorization": f"Bearer {token.text}"}

    def elsewhere(self, other: str, token: Token) -> bool:
        """The package for services that trust it, told of its own audience, as its README recommends."""
        verify = load("botcha_verify")
        options = verify.VerifyOptions(audience="https://b.example")
        secret = os.environ.get("GATES_BOTCHA_SECRET", "")
        return bool(verify.verify_botcha_token(token.text, secret, options).valid)

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        reply = ask("GET", f"{url}/v1/token?app_id={_app()}", _somewhere(who))
        problems = [int(p["num"]) for p in want(reply)["challenge"]["problems"]]
        return reply.body, load("botcha").solve_botcha(problems)


def _somewhere(who: Who) -> Who:
    """A new address for each try: its limit counts addresses."""
    number = next(_addresses) + (os.getpid() << 8)
    return _at(who, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")


def _at(who: Who, address: str) -> Who:
    """Cloudflare tells its workers a client's address in this header."""
    return Who(who.source, {**who.headers, "CF-Connecting-IP": address})


def _app() -> str:
    return os.environ.get("GATES_BOTCHA_APP", "")
