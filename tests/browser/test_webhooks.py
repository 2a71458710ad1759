"""An owner's webhooks in the real browser: complete, readable by all, in both themes and on a phone."""

import pytest
from playwright.sync_api import Page

from eclosion.app.delivering.keeping import Keeper, send_test, subscribe
from eclosion.app.telling import Filter
from eclosion.network.model.roots import Identity
from eclosion.network.service import owners
from eclosion.network.service.access import actor_of
from eclosion.network.store import agents
from eclosion.network.store import owners as owner_rows
from eclosion.store import Unit
from eclosion.webhooks.model import Outcome
from eclosion.webhooks.service import deliveries
from tests.browser.conftest import WIDTHS, Wall
from tests.browser.test_desk import faults
from tests.soon import soon

pytestmark = pytest.mark.browser
LONG = "https://hooks.invalid/shells/" + "and-tides-" * 12


@pytest.fixture(scope="module")
def session(wall: Wall) -> str:
    """Of the owner of cleo, who has one webhook that works on paper and one that the receiver has ended."""
    house, net = wall.house, wall.house.network

    def work(unit: Unit) -> str:
        owner = owners.add_owner(net, unit, Identity("local", "io", "Io"))
        cleo = agents.agent_by_name(unit, "cleo")
        assert cleo is not None
        owner_rows.bind(unit, cleo.id, owner.id, False, net.clock.now_ms())
        owner_rows.count_owned(unit, owner.id, 1)
        keeper = Keeper(agent=actor_of(net, cleo, net.clock.now_ms()))
        quiet = Filter.parse("network.frozen", submolts="shells")
        subscribe(house, unit, keeper, "", LONG, quiet)
        ended = subscribe(house, unit, keeper, "", "https://gone.invalid/", quiet).webhook
        dead = send_test(house, unit, ended)
        assert deliveries.settle(house.hooks, unit, dead, Outcome(410, "answered 410"))
        return owners.begin_session(net, unit, owner, "test")

    return house.store.write_now(work)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_readable_by_all(
    page: Page, wall: Wall, session: str, theme: str, width: str
) -> None:
    cookie = {"name": "eclosion_owner", "value": session, "url": wall.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))  # type: ignore[arg-type]
    for link in ("", "text=gone.invalid", "text=hooks.invalid"):
        page.goto("/owner/webhooks")
        if link:
            page.click(link)
        assert faults(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{link} is wider than the window"


def test_an_owner_tries_a_webhook(page: Page, wall: Wall, session: str) -> None:
    """It cannot be reached, and the page says so and what follows."""
    cookie = {"name": "eclosion_owner", "value": session, "url": wall.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto("/owner")
    page.click("main >> text=webhooks")
    page.click("text=hooks.invalid")
    page.click("button:text-is('Send a test')")
    assert "on its way" in page.inner_text("[role=status]")

    def told() -> bool:
        page.reload()
        return "no public address" in page.inner_text("main")

    assert soon(told)
    assert "Failing" in page.inner_text("main")
    assert faults(page) == []
    page.click("button:text-is('Remove it')")
    assert "The webhook is gone" in page.inner_text("[role=status]")
    assert "hooks.invalid" not in page.inner_text("main")
    page.goto("/owner/webhooks")
    page.fill("#url", "https://localhost/hook")
    page.click("button:text-is('Make it')")
    assert "no public address" in page.inner_text("main")
