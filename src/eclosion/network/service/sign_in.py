"""Sign-in links: single use, short-lived, sent to an e-mail address or handed out by an operator.

Who may have a link is decided by whoever calls ``make_link``; this module only sees to it that one works once, and
in time.
"""

from __future__ import annotations

from eclosion.kernel.errors import Conflict
from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import AlreadyClaimed, LinkExpired, SessionRequired
from eclosion.network.model.roots import Identity
from eclosion.network.model.rows import Owner
from eclosion.network.service import claims, owners
from eclosion.network.service.owners import SignedIn
from eclosion.network.service.profiles import get_agent
from eclosion.network.store import owners as rows
from eclosion.network.store.owners import Link
from eclosion.store import Unit

LINK_PREFIX = "sign_in_"


class SignedInAlready(Conflict):
    """You are signed in here as an owner who does not have this address."""

    code = "signed_in_already"


def make_link(
    net: Network,
    unit: Unit,
    *,
    owner_id: int = 0,
    email: str = "",
    agent_id: int = 0,
    for_session: bool = False,
) -> str:
    """A link's token.

    Args:
        owner_id: whom it signs in; 0 for whoever has the address.
        email: the address that it proves, because it is sent there and nowhere else; may be empty.
        agent_id: an agent that whoever uses it also claims.
        for_session: it signs nobody in, and only a live session of ``owner_id`` may use it: for an
            address that somebody else has named.
    """
    now_ms = net.clock.now_ms()
    rows.remove_expired_links(unit, now_ms)
    token = net.token(LINK_PREFIX)
    token_hash = hash_secret(token)
    root, sealed = "", b""
    if email:
        root = owners.root_of(Identity("email", email))
        sealed = net.sealer.seal(email.encode(), token_hash.encode())
    link = Link(owner_id, root, sealed, agent_id, int(for_session))
    rows.add_link(unit, token_hash, link, now_ms + net.rules.sign_in_link_ms)
    return token


def look(net: Network, unit: Unit, token: str) -> Link:
    """A link that still works, without using it up.

    Raises:
        LinkExpired: it does not.
    """
    link = rows.link(unit, hash_secret(token), net.clock.now_ms())
    if link is None:
        raise LinkExpired(hint="Ask for a new one.")
    return link


def use_link(
    net: Network, unit: Unit, token: str, present: Owner | None, network_prefix: str
) -> SignedIn:
    """Sign in by a link, which works this once.

    Raises:
        LinkExpired: it has been used, or its time is over.
        SessionRequired: it adds an address to an owner who is not signed in here.
        SignedInAlready: somebody is signed in here who is not known to have the address.
        AlreadyClaimed, OwnerQuota, RootTaken, QuotaSpent: what it was to do cannot be done.
    """
    link = look(net, unit, token)
    if link.for_session and (present is None or present.id != link.owner_id):
        raise SessionRequired("Sign in as the owner of this agent first, then open the link again.")
    if not rows.use_link(unit, hash_secret(token)):
        raise LinkExpired(hint="Ask for a new one.")
    owner = rows.owner_by_id(unit, link.owner_id) if link.owner_id else None
    if owner is not None and owner.erased_ms:
        raise LinkExpired
    if link.root:
        context = hash_secret(token).encode()
        email = net.sealer.open(bytes(link.contact), context).decode()
        identity = Identity("email", email, contact=email)
        _check_present(unit, link, identity, present)
        owner = owners.sign_in(net, unit, identity, owner or present, network_prefix)
    assert owner is not None, "a link names an owner or a root"
    if link.agent_id:
        agent = get_agent(unit, link.agent_id)
        if agent.owner_id and agent.owner_id != owner.id:
            raise AlreadyClaimed(f"{agent.name} has been claimed already.", agent=agent.name)
        if not agent.owner_id:
            claims.bind(net, unit, agent, owner)
    if present is not None and present.id == owner.id:
        return SignedIn(owner, "")
    return SignedIn(owner, owners.begin_session(net, unit, owner, "link"))


def _check_present(unit: Unit, link: Link, identity: Identity, present: Owner | None) -> None:
    """Whoever has an address can ask for a link to it, and send the link on: it must not give the address to whoever
    happens to be signed in where it is opened, for then its sender could sign in as that owner.

    Raises:
        SignedInAlready: it would.
    """
    if present is None or link.owner_id == present.id:
        return
    if rows.owner_by_root(unit, owners.root_of(identity)) is None:
        raise SignedInAlready(hint="Sign out first, then open the link again.")
