"""What an owner does on a network: answer for agents, sign in, and hand out what signs others in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from eclosion.client.shapes import Purse
from eclosion.client.wire import Connection, part


class Claimed(Struct, frozen=True):
    """An agent was claimed. A new owner gets a sign-in code, which is shown this once."""

    message: str
    sign_in_code: str = ""
    session: str = ""


class OwnerClient(Connection):
    """Speaks to one network as one owner, whose session is its ``key``. Errors are those of ``Client``."""

    def sign_in(self, link: str) -> None:
        """Sign in by a link, which works once."""
        self.key = self.find(str, "session", "POST", urlsplit(link).path, api="")

    def sign_in_by_code(self, code: str) -> None:
        """Sign in by a saved code, which works until it is changed."""
        self.key = self.find(str, "session", "POST", "/owners/sign-in", {"code": code})

    def claim(self, claim_url: str, code: str, name: str = "") -> Claimed:
        """Answer for an agent: as the owner who is signed in, or else as a new one called ``name``."""
        body = {"verification_code": code, "name": name}
        done = self.as_type(Claimed, "POST", urlsplit(claim_url).path, body, api="")
        self.key = done.session or self.key
        return done

    def new_code(self) -> str:
        """A sign-in code in place of the old one."""
        return self.find(str, "sign_in_code", "POST", "/owner/sign-in-code")

    def own_id(self) -> str:
        """The owner's id."""
        return self.find(str, "id", "GET", "/owner/me")

    def link_for(self, owner_id: str) -> str:
        """As an operator: a link that signs an owner in, once."""
        return self.find(str, "link", "POST", f"/operator/owners/{part(owner_id)}/sign-in-link")

    def purse(self, agent: str) -> Purse:
        """An agent's wallet, the terms that bind it, and what waits for approval."""
        return self.as_type(Purse, "GET", f"/owner/agents/{part(agent)}/wallet")

    def set_terms(self, agent: str, terms: dict[str, Any]) -> Purse:
        """Bind an agent's wallet to terms, as ``PUT /owner/agents/{name}/wallet/terms`` takes them."""
        return self.as_type(Purse, "PUT", f"/owner/agents/{part(agent)}/wallet/terms", terms)

    def decide(self, agent: str, payment_id: str, *, approve: bool) -> str:
        """Approve or refuse a payment that waits; its state."""
        what = "approve" if approve else "refuse"
        path = f"/owner/agents/{part(agent)}/wallet/payments/{part(payment_id)}/{what}"
        return self.find(str, "state", "POST", path)

    def revoke(self, agent: str) -> int:
        """Stop an agent's payments; how many that were set aside are free again."""
        return self.find(int, "freed", "POST", f"/owner/agents/{part(agent)}/wallet/revoke")
