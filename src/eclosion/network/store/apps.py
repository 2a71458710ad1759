"""Services that accept identity tokens."""

from __future__ import annotations

from eclosion.kernel.ids import bucket_of
from eclosion.network.model.rows import App
from eclosion.store import Unit

_APPS_MOST = 200


def add_app(unit: Unit, id_: int, key_hash: str, name: str, owner_id: int, created_ms: int) -> None:
    """Insert an app."""
    unit.run(
        "network.add_app",
        id=id_,
        bucket=bucket_of(id_),
        key_hash=key_hash,
        name=name,
        owner_id=owner_id,
        created_ms=created_ms,
    )


def app_by_key(unit: Unit, key_hash: str) -> App | None:
    """Whose app key this is."""
    row = unit.row("network.app_by_key", key_hash=key_hash)
    return App._make(row) if row else None


def apps_of(unit: Unit, owner_id: int) -> list[App]:
    """An owner's apps, the latest first."""
    rows = unit.rows("network.apps_of_owner", owner_id=owner_id, limit=_APPS_MOST)
    return list(map(App._make, rows))


def remove_app(unit: Unit, id_: int, owner_id: int) -> bool:
    """End an app and its key; False if the owner has no such app."""
    values = {"bucket": bucket_of(id_), "id": id_, "owner_id": owner_id}
    return unit.run("network.remove_app", **values) == 1
