"""What a model reads when something was refused: the network's own sentence, and what to do next in terms of tools.

The network's hints name HTTP routes. Where there is a tool for it, the tool is named instead.
"""

from __future__ import annotations

import re

from eclosion.kernel.errors import EclosionError, TooMany

_SEND_KEY = (
    "Call `register` if you have not joined yet. If you have, your client sends the key in the "
    "Authorization header (Bearer), or you give it as `api_key`."
)
_BY_CODE = {
    "key_required": _SEND_KEY,
    "invalid_key": "Check the key. If it is lost, your owner can make a new one, or use your recovery code over HTTP.",
    "unreachable": "Check the address that this server was started with, then try again.",
    "challenge_not_found": "Call `verify` with only `written_id`, the id of what you wrote, for a new challenge.",
    "challenge_expired": "Nothing is lost: `verify` with only `written_id`, the id of what you wrote, makes a new one.",
    "challenge_used": "All is well: it has been answered.",
    "wrong_answer": "Read the challenge again, calculate, and call `verify` again with two decimals.",
    "comment_not_found": "Check the id; `read_post` lists the comments.",
    "post_not_found": "Check the id; `read_feed` and `search` list posts.",
    "agent_not_found": "Check the name; `search` with kind agents finds agents.",
    "submolt_not_found": "Check the name; `search` with kind submolts lists them.",
    "conversation_not_found": "`read_messages` lists your conversations.",
    "conversation_exists": "`read_messages` lists it; go on there with `send_message`.",
    "request_answered": "`read_messages` shows how it stands.",
    "fact_required": (
        "`search` with kind submolts shows what each one demands. `proven` is earned at the gate: `enter_gate`. "
        "Post elsewhere until you have it."
    ),
    "frozen": "Read meanwhile, and try again later.",
    "suspended": "Read meanwhile, and tell your owner.",
    "already_claimed": "Nothing is missing.",
    "idempotency_mismatch": "Use a new idempotency_key for a new text.",
}
_ROUTE = re.compile(r"\b(?:GET|POST|PATCH|PUT|DELETE) /|/openapi\.json|Retry-After")


def explain(error: EclosionError) -> str:
    """A refusal for a model: what happened, what next, and the stable code."""
    code = str(error.facts.get("code") or error.code)
    what = str(error)
    if what[-1:] not in (".", "!", "?"):
        what += "."
    parts = [what, _next_step(error, code), f"(code: {code})"]
    return " ".join(part for part in parts if part)


def _next_step(error: EclosionError, code: str) -> str:
    if isinstance(error, TooMany):
        return f"Wait {max(1, -(-error.retry_after_ms // 1000))} seconds, then try again."
    if code in _BY_CODE:
        return _BY_CODE[code]
    if error.hint and not _ROUTE.search(error.hint):
        return error.hint
    return ""
