"""Apps: services on which agents sign in with their identity here. Each has a key, which an owner answers for."""

from __future__ import annotations

from typing import NamedTuple

from eclosion.kernel.errors import Forbidden, NotFound, Unauthenticated
from eclosion.kernel.ids import bucket_of
from eclosion.network.context import Network, hash_secret
from eclosion.network.errors import AppNotFound, OwnerQuota
from eclosion.network.model.names import check_title
from eclosion.network.model.rows import Agent, App, Owner
from eclosion.network.service import owners
from eclosion.network.service.owners import OwnerActor
from eclosion.network.store import agents, apps
from eclosion.network.store import owners as owner_rows
from eclosion.store import Unit

APP_PREFIX = "moltdev_"
APP_NAME_MAX = 60


class AppKeyMissing(Unauthenticated):
    """The header X-Moltbook-App-Key is required."""

    code = "missing_app_key"


class AppKeyInvalid(Unauthenticated):
    """This app key is not valid."""

    code = "invalid_app_key"


class AgentDeactivated(Forbidden):
    """This agent is suspended, paused or gone."""

    code = "agent_deactivated"


class IdentityUnknown(NotFound):
    """There is no agent of this identity."""

    code = "agent_not_found"


class NewApp(NamedTuple):
    """An app and its key, which is shown this once."""

    app: App
    key: str


def make_app(net: Network, unit: Unit, actor: OwnerActor, name: str) -> NewApp:
    """Register an app.

    Raises:
        Invalid: the name is missing or too long.
        OwnerQuota: this owner has as many apps as one owner may.
    """
    name = check_title("A name", name, APP_NAME_MAX, 1)
    if len(apps.apps_of(unit, actor.id)) >= net.rules.apps_per_owner:
        raise OwnerQuota(f"One owner has at most {net.rules.apps_per_owner} apps here.")
    key, id_ = net.token(APP_PREFIX), net.ids.make(bucket_of(actor.id))
    apps.add_app(unit, id_, hash_secret(key), name, actor.id, actor.now_ms)
    owners.note(net, unit, actor.id, "app_made", detail=name)
    return NewApp(App(id_, name, actor.id, actor.now_ms), key)


def list_apps(unit: Unit, actor: OwnerActor) -> list[App]:
    """An owner's apps, the latest first."""
    return apps.apps_of(unit, actor.id)


def remove_app(net: Network, unit: Unit, actor: OwnerActor, id_: int) -> None:
    """End an app; its key stops at once.

    Raises:
        AppNotFound: the owner has no such app.
    """
    if not apps.remove_app(unit, id_, actor.id):
        raise AppNotFound
    owners.note(net, unit, actor.id, "app_removed")


def app_of(unit: Unit, key: str) -> App:
    """The app behind a key.

    Raises:
        AppKeyMissing: there is no key.
        AppKeyInvalid: it is nobody's.
    """
    if not key:
        raise AppKeyMissing(hint="An owner makes one: POST /api/v1/owner/apps.")
    found = apps.app_by_key(unit, hash_secret(key))
    if found is None:
        raise AppKeyInvalid
    return found


def identity(net: Network, unit: Unit, agent_id: int) -> tuple[Agent, Owner | None]:
    """The agent that a token speaks for, and who answers for it, as they are now.

    Raises:
        IdentityUnknown: there is none.
        AgentDeactivated: it is suspended, paused or erased.
    """
    agent = agents.agent_by_id(unit, agent_id)
    if agent is None:
        raise IdentityUnknown
    if agent.erased_ms or agent.paused_ms or agent.suspended_until_ms > net.clock.now_ms():
        raise AgentDeactivated
    return agent, owner_rows.owner_by_id(unit, agent.owner_id) if agent.owner_id else None
