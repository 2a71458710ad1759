"""agentproof-ai: orders and a list of words, garbled; the server keeps the answer. It issues no tokens."""

from __future__ import annotations

import re
import time
from typing import Any

from benchmarks.gates.sides import Bearer, Last, Token, load
from benchmarks.gates.wire import Refused, Who, ask, want

_LEET = str.maketrans("013457", "oieast")
_JOINED = re.compile(r"(?<=\w)(?://|::|~~|##|%%|\^\^|\|\|)(?=\w)")
_LABELS = frozenset("amber cobalt violet echo glow moss".split())
_VOWELS = frozenset("aeiou")


class AgentProof(Bearer):
    """The challenges are kept and checked as in its own demonstration; the hardest kind at the highest difficulty."""

    name = "agentproof-ai"
    package = "agentproof-ai"
    settings = "multi_pass_lock, difficulty 3, 120 s; kept in a dict as in its demo"
    secret = False
    clock = False
    late_s = 121.5
    limits_hellos = ""
    guarded = ""

    def serve(self, port: int, secret: str, *, raised: bool) -> None:
        fastapi, proof = load("fastapi"), load("agentproof")
        app, kept = fastapi.FastAPI(), dict[str, Any]()

        async def challenge() -> dict[str, Any]:
            made = proof.generate_challenge(proof.ChallengeSpec("multi_pass_lock", difficulty=3))
            kept[made.challenge_id] = made
            public: dict[str, Any] = made.to_dict()
            return public

        async def verify(body: dict[str, Any]) -> dict[str, Any]:
            made = kept.get(str(body.get("challenge_id")))
            if made is None:
                return {"ok": False, "reason": "unknown challenge_id"}
            found: dict[str, Any] = proof.verify_response(
                made, proof.AgentResponse(**body)
            ).to_dict()
            return found

        app.add_api_route("/challenge", challenge, methods=["POST"])
        app.add_api_route("/verify", verify, methods=["POST"])
        load("uvicorn").run(app, port=port, log_config=None, access_log=False)

    def hello(self, url: str, who: Who) -> None:
        want(ask("POST", f"{url}/challenge", who))

    def approach(self, url: str, who: Who, *, late_s: float = 0.0, claim: bool = False) -> Last:
        shown = want(ask("POST", f"{url}/challenge", who))
        answer = _solve(shown["prompt"])
        time.sleep(late_s)
        sent = {key: shown[key] for key in ("challenge_id", "challenge_type")}
        sent["payload"] = {"answer": answer}

        def last() -> Token:
            found = want(ask("POST", f"{url}/verify", who, sent))
            if not found["ok"]:
                raise Refused(found["reason"])
            return Token("", None)

        return last

    def dress(self, url: str, token: Token) -> dict[str, str]:
        return {}

    def shown(self, url: str, who: Who) -> tuple[bytes, list[str]] | None:
        reply = ask("POST", f"{url}/challenge", who)
        return reply.body, [_solve(want(reply)["prompt"])]


def _solve(prompt: str) -> str:
    """A parser for its three templates, made with its generator in hand; the pools of words are the package's own."""
    common = load("agentproof.challenges.llm_common")
    pool = {*common.TOKEN_POOL, *common.VOWEL_PAIR_POOL}
    entries, plain = [], []
    for line in prompt.lower().splitlines()[1:-1]:
        parts = _JOINED.sub("", line.partition(" ")[2]).split()
        words = [
            word
            for part in parts
            for word in re.split(r"[^a-z]+", re.sub(r"=\d$", "", part).translate(_LEET))
        ]
        numbers = [int(part[-1]) for part in parts if re.fullmatch(r"(?:\S+=)?\d", part)]
        named = [word for word in words if word in pool]
        label = next((word for word in words if word in _LABELS), None)
        if named and label and numbers:
            entries.append((numbers[-1], label, named[-1]))
        elif named:
            plain.append(named[-1])
    if any(label == "amber" for _, label, _ in entries):
        kept = [word[::-1] for _, label, word in entries if label == "amber"]
        found = sorted(kept, key=lambda word: (len(word), word))
    elif entries:
        found = [word[:4] for _, label, word in sorted(entries, reverse=True) if label == "echo"]
    else:
        found = [word[:-1] for word in plain if sum(c in _VOWELS for c in word) == 2]
        found.sort(reverse=True)
    return "-".join(found).upper() or "NOTHING"
