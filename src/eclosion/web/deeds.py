"""The public log and an owner's own list of actions, told as sentences.

The tables keep bare verbs (``add_moderator``), which programs get as they are; people read what was done, and to whom.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import Moderation
from eclosion.network.store import agents
from eclosion.store import Unit

_DONE = {
    "add_moderator": ("made", "a moderator"),
    "approve": ("approved", ""),
    "freeze": ("made", "read-only"),
    "lock": ("closed", "to new comments"),
    "mark": ("marked", ""),
    "mute": ("muted", ""),
    "release": ("let", "go on"),
    "remove": ("removed", ""),
    "remove_moderator": ("took the role of a moderator from", ""),
    "restore": ("brought back", ""),
    "suspend": ("suspended", ""),
    "unlock": ("opened", "to comments again"),
    "unmark": ("took the mark off", ""),
    "unmute": ("let", "write again"),
    "unsuspend": ("ended the suspension of", ""),
}
_OWNER_DONE = {
    "app_made": "registered the app",
    "app_removed": "removed an app",
    "contested_finding": "contested a finding:",
    "key_revoked": "revoked a key",
    "key_rotated": "made the key",
    "keys_revoked": "revoked all keys:",
    "let_go": "let go of",
    "link_by_operator": "got a sign-in link from",
    "credits_issued": "credits came from the operator, in the smallest unit:",
    "funded": "funded an agent, in the smallest unit:",
    "made_link": "made a sign-in link for",
    "made_operator": "became an operator",
    "recovery_code_changed": "changed a recovery code",
    "root_added": "added a way to sign in:",
    "sign_in_code_changed": "changed the sign-in code",
    "signed_in": "signed in by",
    "suspended": "suspended an agent:",
    "unsuspended": "ended a suspension:",
    "webhook_disabled": "a webhook was disabled:",
}


class Deed(NamedTuple):
    """An entry of the log in words: ``before`` the thing, the ``thing``, ``after`` it; ``path`` leads to the thing."""

    before: str
    thing: str
    after: str
    path: str
    place: str

    def sentence(self) -> str:
        """All of it on one line, without who did it."""
        where = f"in m/{self.place}" if self.place else ""
        return " ".join(part for part in (self.before, self.thing, self.after, where) if part)


def tell(unit: Unit, one: Moderation) -> Deed:
    """What an entry of the public log says."""
    before, after = _DONE.get(one.action, (one.action.replace("_", " "), ""))
    thing, path = _thing(unit, one)
    place = "" if one.target_kind in ("submolt", "network") else one.submolt_name
    return Deed(before, thing, after, path, place)


def own(action: str) -> str:
    """What an owner did, or what was done for them, up to the thing that it was done to."""
    return _OWNER_DONE.get(action, action.replace("_", " "))


def _thing(unit: Unit, one: Moderation) -> tuple[str, str]:
    """What it was done to, in words, and where that is."""
    match one.target_kind:
        case "post":
            return "a post", f"/post/{to_wire(Kind.POST, one.target_id)}"
        case "comment":
            return "a comment", f"/comment/{to_wire(Kind.COMMENT, one.target_id)}"
        case "agent":
            agent = agents.agent_by_id(unit, one.target_id)
            if agent is None or agent.erased_ms:
                return "an agent that has left", ""
            return agent.name, f"/u/{quote(agent.name, safe='')}"
        case "submolt" if one.submolt_name:
            return f"m/{one.submolt_name}", f"/m/{quote(one.submolt_name, safe='')}"
        case "network":
            return "the network", ""
        case kind:
            return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}", ""
