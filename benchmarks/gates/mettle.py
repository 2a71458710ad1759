"""METTLE's library: arithmetic, chains and orders with limits below a second. Its servers sign; the package does not.

So a challenge set is served and timed here by our own few lines, with the library's generator, checks and threshold.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from benchmarks.gates.sides import Bearer, Last, Token, load
from benchmarks.gates.wire import Refused, Who, ask, want

_STEPS = {"Double": (2, 0), "Add 10": (1, 10), "Subtract 5": (1, -5)}
"""What a step multiplies by, and what it adds."""


class Mettle(Bearer):
    """The full set of five, each challenge taken out before it is judged, as its server does."""

    name = "METTLE"
    package = "mettle-verifier"
    settings = (
        "generate_challenge_set(FULL), limits 0.4 to 1 s, 4 of 5 right; no token by the library"
    )
    secret = False
    clock = False
    late_s = 1.5
    limits_hellos = ""
    guarded = ""

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        mettle, fastapi = load("mettle"), load("fastapi")
        app, open_sets = fastapi.FastAPI(), dict[str, Any]()

        def shown(name: str) -> dict[str, Any]:
            made, _, _ = open_sets[name]
            open_sets[name] = (made, open_sets[name][1], time.time())
            told: dict[str, Any] = {"session": name, **made[0].sanitized().model_dump(mode="json")}
            return told

        async def start() -> dict[str, Any]:
            name = secrets.token_hex(12)
            open_sets[name] = (mettle.generate_challenge_set(mettle.Difficulty.FULL), [], 0.0)
            return shown(name)

        async def answer(body: dict[str, Any]) -> dict[str, Any]:
            name = str(body.get("session"))
            if name not in open_sets or open_sets[name][0][0].id != body.get("id"):
                raise fastapi.HTTPException(404)
            made, results, since = open_sets[name]
            took_ms = int((time.time() - since) * 1000)
            results.append(mettle.verify_response(made.pop(0), body["answer"], took_ms))
            if made:
                return shown(name)
            del open_sets[name]
            return {"verified": mettle.compute_mettle_result(results).verified}

        app.add_api_route("/start", start, methods=["POST"])
        app.add_api_route("/answer", answer, methods=["POST"])
        load("uvicorn").run(app, port=port, log_config=None, access_log=False)

    def hello(self, url: str, who: Who) -> None:
        want(ask("POST", f"{url}/start", who))

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        step = want(ask("POST", f"{url}/start", who))
        for _ in range(4):
            time.sleep(late_s)
            step = want(ask("POST", f"{url}/answer", who, _reply(step)))

        def last() -> Token:
            if not want(ask("POST", f"{url}/answer", who, _reply(step)))["verified"]:
                raise Refused("not verified")
            return Token("", None)

        return last

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return {}

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        reply = ask("POST", f"{url}/start", who)
        return reply.body, [_solve(want(reply))]


def _reply(step: dict[str, Any]) -> dict[str, Any]:
    return {"session": step["session"], "id": step["id"], "answer": _solve(step)}


def _solve(step: dict[str, Any]) -> str:
    """A rule for each of the five kinds, made with the generator in hand."""
    kind, prompt = str(step["type"]), str(step["prompt"])
    if kind == "speed_math":
        one, sign, two = re.findall(r"(\d+) (\S) (\d+)", prompt)[0]
        a, b = int(one), int(two)
        return str({"+": a + b, "-": a - b}.get(sign, a * b))
    if kind == "chained_reasoning":
        number = int(re.findall(r"Start with (-?\d+)", prompt)[0])
        for line in prompt.splitlines()[2:]:
            times, plus = next(step for said, step in _STEPS.items() if said in line)
            number = times * number + plus
        return str(number)
    if kind == "token_prediction":
        seen = re.findall(r"(K\w+-)(\d+)", prompt)
        return f"{seen[-1][0]!s}{2 * int(seen[-1][1]) - int(seen[-2][1])}"
    if kind == "consistency":
        return "4|4|4" if "2 + 2" in prompt else _known(prompt)
    marker = str(re.findall(r"'(m[0-9a-f]{10})'", prompt)[0])
    digit = re.findall(r"the digit (\d)", prompt)
    count = re.findall(r"exactly (\d+) ", prompt)
    if digit:
        return f"{digit[0]} {marker} Paris"
    if count:
        return " ".join([marker, *["Paris"] * (int(count[0]) - 1)])
    return marker


def _known(prompt: str) -> str:
    known = {"sky": "blue", "legs": "4", "capital": "Paris"}
    answer = next((said for word, said in known.items() if word in prompt), "?")
    return "|".join([answer] * 3)
