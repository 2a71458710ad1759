"""Owners: who they are, how they come back, and that what they do is written down.

An owner is whoever holds one of its roots. A session is a random token of which only the hash is stored; a browser
carries it in a cookie, a program as ``Authorization: Bearer owner_sess_…``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eclosion.kernel.clock import DAY_MS, HOUR_MS
from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import BUCKETS, ID_MAX, bucket_of
from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import (
    OperatorRequired,
    QuotaSpent,
    RootTaken,
    SessionInvalid,
    SessionRequired,
)
from eclosion.network.model.names import check_title
from eclosion.network.model.roots import Identity, is_strong, stronger
from eclosion.network.model.rows import Owner
from eclosion.network.service.access import check_brake
from eclosion.network.store import agents, owners
from eclosion.network.store.owners import OwnerAction
from eclosion.store import Unit, emit

SESSION_PREFIX = "owner_sess_"
CODE_PREFIX = "owner_code_"
NAME_MAX = 60
EMAIL_MAX = 254
MAILS_AN_HOUR = 10
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z0-9-]{2,63}"
)
_STRENGTHEN_AT_MOST = 10_000


class OwnerActor(NamedTuple):
    """An owner who acts, at one instant."""

    owner: Owner
    now_ms: int

    @property
    def id(self) -> int:
        """The owner's id."""
        return self.owner.id


class SignedIn(NamedTuple):
    """An owner with a new session; ``code`` is a new owner's sign-in code, shown this once, or nothing."""

    owner: Owner
    session: str
    code: str = ""


def authenticate_owner(net: Network, unit: Unit, session: str | None) -> OwnerActor:
    """The owner behind a session.

    Raises:
        SessionRequired: no session was given.
        SessionInvalid: it has ended, or never was one.
    """
    if not session:
        raise SessionRequired(hint="Open /sign-in, or POST /api/v1/owners/sign-in.")
    now_ms = net.clock.now_ms()
    owner = owners.owner_by_session(unit, hash_secret(session), now_ms)
    if owner is None or owner.erased_ms:
        raise SessionInvalid
    return OwnerActor(owner, now_ms)


def check_operator(actor: OwnerActor) -> None:
    """Whether an owner may do what operators do.

    Raises:
        OperatorRequired: it may not.
    """
    if not actor.owner.operator:
        raise OperatorRequired


def begin_session(net: Network, unit: Unit, owner: Owner, how: str) -> str:
    """Sign an owner in; its session."""
    now_ms = net.clock.now_ms()
    session = net.token(SESSION_PREFIX)
    expires_ms = now_ms + net.rules.session_ms
    owners.add_session(unit, hash_secret(session), owner.id, now_ms, expires_ms)
    note(net, unit, owner.id, "signed_in", detail=how)
    return session


def sign_out(net: Network, unit: Unit, actor: OwnerActor, session: str, everywhere: bool) -> None:
    """End this session, or all."""
    if everywhere:
        owners.remove_sessions(unit, actor.id)
    else:
        owners.remove_session(unit, hash_secret(session))
    note(net, unit, actor.id, "signed_out", detail="everywhere" if everywhere else "")


def add_local_owner(net: Network, unit: Unit, name: str, network_prefix: str) -> tuple[Owner, str]:
    """A new owner with a local root; the owner and its sign-in code, which is shown this once.

    Raises:
        Invalid: the name is too long.
        QuotaSpent: too many new owners from that network today.
        Frozen: the network is read-only.
    """
    _spend(net, unit, network_prefix)
    code = net.token(CODE_PREFIX, 20)
    owner = add_owner(net, unit, Identity("local", code, name))
    return owner, code


def add_owner(net: Network, unit: Unit, identity: Identity, operator: bool = False) -> Owner:
    """A new owner with a first root.

    Raises:
        Invalid: the name or the address breaks a rule of form.
        RootTaken: somebody signs in with that root.
        Frozen: the network is read-only.
    """
    check_brake(unit)
    now_ms = net.clock.now_ms()
    id_ = net.ids.make(int.from_bytes(net.random_bytes(2)) % BUCKETS)
    name = check_title("A name", identity.name, NAME_MAX) or f"owner-{net.random_bytes(3).hex()}"
    contact = check_email(identity.contact) if identity.contact else ""
    owners.add_owner(
        unit,
        id_,
        name=name,
        handle=identity.handle[:NAME_MAX],
        strength=identity.kind,
        contact=_seal(net, id_, contact),
        operator=operator,
        created_ms=now_ms,
    )
    if not owners.add_root(unit, root_of(identity), id_, now_ms):
        raise RootTaken
    agents.add_to_total(unit, "owners", id_, 1)
    emit(unit, now_ms, "owner.created", id_, strength=identity.kind)
    return get_owner(unit, id_)


def get_owner(unit: Unit, id_: int) -> Owner:
    """An owner that is there."""
    owner = owners.owner_by_id(unit, id_)
    assert owner is not None, f"owner {id_} is named somewhere and does not exist"
    return owner


def sign_in(
    net: Network, unit: Unit, identity: Identity, present: Owner | None, network_prefix: str
) -> Owner:
    """The owner that a root vouches for: known, new, or the one who is signed in and adds this root.

    Raises:
        RootTaken: the owner who is signed in is not the one who has this root.
        QuotaSpent: too many new owners from that network today.
    """
    known = owners.owner_by_root(unit, root_of(identity))
    if known is not None:
        if present is not None and present.id != known.id:
            raise RootTaken(hint="Sign out first, then sign in with it.")
        return known
    if present is not None:
        return add_root(net, unit, present, identity)
    if not is_strong(identity.kind):
        _spend(net, unit, network_prefix)
    return add_owner(net, unit, identity)


def sign_in_by_code(unit: Unit, code: str) -> Owner:
    """The owner whose sign-in code this is.

    Raises:
        SessionInvalid: it is nobody's.
    """
    owner = owners.owner_by_root(unit, root_of(Identity("local", code.strip())))
    if owner is None or owner.erased_ms:
        raise SessionInvalid("This sign-in code is not valid.")
    return owner


def add_root(net: Network, unit: Unit, owner: Owner, identity: Identity) -> Owner:
    """Let an owner sign in with one more root; its strength is that of the strongest.

    Raises:
        RootTaken: somebody signs in with that root.
    """
    if not owners.add_root(unit, root_of(identity), owner.id, net.clock.now_ms()):
        raise RootTaken
    strength = stronger(owner.strength, identity.kind)
    contact = _seal(net, owner.id, identity.contact) if identity.contact else owner.contact
    changed = owner._replace(
        strength=strength,
        contact=contact,
        handle=identity.handle[:NAME_MAX] if identity.kind == strength else owner.handle,
    )
    owners.set_owner(unit, changed)
    if is_strong(strength) and not is_strong(owner.strength):
        for agent in owners.agents_of(unit, owner.id, _STRENGTHEN_AT_MOST):
            owners.strengthen(unit, agent.id, owner.id, strong=True)
    note(net, unit, owner.id, "root_added", detail=identity.kind)
    return changed


def new_code(net: Network, unit: Unit, actor: OwnerActor) -> str:
    """A new sign-in code in place of the old one, if there was one; shown this once."""
    for root, _ in owners.roots_of(unit, actor.id):
        if root.startswith("local:"):
            owners.remove_root(unit, root, actor.id)
    code = net.token(CODE_PREFIX, 20)
    owners.add_root(unit, root_of(Identity("local", code)), actor.id, actor.now_ms)
    note(net, unit, actor.id, "sign_in_code_changed")
    return code


def root_of(identity: Identity) -> str:
    """What is stored of a root: its kind and a hash."""
    return f"{identity.kind}:{hash_secret(identity.subject)}"


def contact_of(net: Network, owner: Owner) -> str:
    """An owner's e-mail address, or nothing.

    Raises:
        SealBroken: the key file that it was sealed under is gone.
    """
    if not owner.contact:
        return ""
    return net.sealer.open(bytes(owner.contact), _context(owner.id)).decode()


def check_email(text: str) -> str:
    """An e-mail address in lower case.

    Raises:
        Invalid: it is none.
    """
    text = text.strip().lower()
    if len(text) > EMAIL_MAX or not _EMAIL.fullmatch(text):
        raise Invalid("This is not an e-mail address.")
    return text


def note(
    net: Network, unit: Unit, owner_id: int, action: str, agent_id: int = 0, detail: str = ""
) -> None:
    """Write down, for the owner's own eyes, what was done in its name."""
    id_ = net.ids.make(bucket_of(owner_id))
    owners.add_action(unit, id_, owner_id, action, agent_id, detail)


def list_actions(
    unit: Unit, actor: OwnerActor, limit: int, before: int = ID_MAX
) -> list[OwnerAction]:
    """What was done in an owner's name, the latest first."""
    return owners.actions(unit, actor.id, limit, before)


def spend_mail(net: Network, unit: Unit, network_prefix: str) -> None:
    """Count a mail against the network that asked for it, so that nobody floods a stranger's inbox.

    Raises:
        QuotaSpent: too many within an hour.
    """
    now_ms = net.clock.now_ms()
    for scope, most in ((f"mail {network_prefix}", MAILS_AN_HOUR), ("mail", 60 * MAILS_AN_HOUR)):
        wait_ms = agents.spend_quota(unit, scope, now_ms, HOUR_MS, most)
        if wait_ms:
            raise QuotaSpent("Too many mails for now.", retry_after_ms=wait_ms)


def _spend(net: Network, unit: Unit, network_prefix: str) -> None:
    now_ms, most = net.clock.now_ms(), net.rules.owners_a_day_per_network
    wait_ms = agents.spend_quota(unit, f"owner {network_prefix}", now_ms, DAY_MS, most)
    if wait_ms:
        raise QuotaSpent(
            "Too many new owners from your network today.",
            "Sign in as the owner that you are already, or ask the operator.",
            retry_after_ms=wait_ms,
        )


def _seal(net: Network, owner_id: int, contact: str) -> bytes:
    return net.sealer.seal(contact.encode(), _context(owner_id)) if contact else b""


def _context(owner_id: int) -> bytes:
    return b"owner contact %d" % owner_id
