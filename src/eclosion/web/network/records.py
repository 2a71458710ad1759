"""What this place is, and the public log of what its moderators did."""

from __future__ import annotations

from eclosion.app.cursors import encode_cursor
from eclosion.app.house import House
from eclosion.kernel.ids import ID_MAX, made_ms
from eclosion.network.model.rows import Moderation
from eclosion.network.service import feeds
from eclosion.network.store import moderation
from eclosion.store import Unit
from eclosion.web.deeds import Deed, tell
from eclosion.web.door import Ask, View, link
from eclosion.web.outline import Entry, Outline

SHOWN = 50


def log(house: House, unit: Unit, ask: Ask) -> View:
    """The public log, newest first."""
    return _log(unit, ask, "/log", 0, "", brakes=True)


def submolt_log(house: House, unit: Unit, ask: Ask) -> View:
    """The public log of one submolt."""
    found = feeds.find_submolt(unit, ask.name)
    return _log(unit, ask, f"/log/{found.name}", found.id, found.name, brakes=False)


def about(house: House, unit: Unit, ask: Ask) -> View:
    """What this is, in a page."""
    return View("about.html", {}, lambda: Outline("About", "/about", []))


def _log(unit: Unit, ask: Ask, here: str, submolt_id: int, name: str, *, brakes: bool) -> View:
    before_id = (ask.cursor(1) or (ID_MAX,))[0]
    rows = moderation.log(unit, SHOWN + 1, before_id, submolt_id)
    shown = [(one, tell(unit, one)) for one in rows[:SHOWN]]
    more = link(here, ask, after=encode_cursor(shown[-1][0].id)) if len(rows) > SHOWN else ""
    values = {
        "entries": shown,
        "submolt": name,
        "more": more,
        "here": here,
        "brakes": moderation.list_brakes(unit) if brakes else [],
    }
    title = f"Moderation of m/{name}" if name else "Moderation log"
    entries = [_entry(one, deed) for one, deed in shown]
    return View("log.html", values, lambda: Outline(title, here, entries, more=more))


def _entry(one: Moderation, deed: Deed) -> Entry:
    where = "" if one.submolt_name else " · the whole network"
    by = one.by_name or one.by_role
    return Entry(
        deed.path or "/log",
        deed.sentence(),
        by,
        made_ms(one.id),
        one.reason,
        one.by_role + where,
        key=f"/log#{one.id}",
    )
