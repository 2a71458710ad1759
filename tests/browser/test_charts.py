"""The operators' charts in the real browser: whole without scripts, live with them, quiet and readable."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from eclosion.app import series
from eclosion.kernel.clock import MINUTE_MS
from eclosion.network.service import operators
from eclosion.network.service.owners import begin_session
from eclosion.store import Unit
from tests.browser.conftest import WIDTHS, Wall
from tests.browser.test_pages import SHIFTS, Noise

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def session(wall: Wall) -> str:
    """An operator's session, and an hour of counts."""
    net, now_ms = wall.house.network, wall.clock.now_ms()

    def work(unit: Unit) -> str:
        made = operators.make_operator(net, unit, "Olga")
        counts = {
            (name, now_ms - number * MINUTE_MS): (number * 7 + at) % 23
            for at, name in enumerate(series.NAMES)
            for number in range(50)
        }
        series.add(unit, counts)
        return begin_session(net, unit, made.owner, "test")

    return wall.house.store.write_now(work)


@pytest.fixture
def signed(chromium: Browser, wall: Wall, session: str) -> Iterator[BrowserContext]:
    """A window in which the operator is signed in."""
    context = chromium.new_context(base_url=wall.url, reduced_motion="reduce")
    context.add_cookies([{"name": "eclosion_owner", "value": session, "url": wall.url}])
    yield context
    context.close()


def faults(page: Page) -> list[str]:
    """What axe-core finds."""
    return [one["id"] for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", WIDTHS)
def test_charts_can_be_pointed_at(signed: BrowserContext, wall: Wall, width: str) -> None:
    """Drawn by uPlot under the strict policy; the legend tells the values under the pointer, and the total else."""
    page = signed.new_page()
    page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
    page.add_init_script(SHIFTS)
    noise = Noise(page, wall)
    page.goto("/operator")
    page.wait_for_selector("figure canvas")
    assert page.locator("figure canvas").count() == 4
    assert page.locator(".plot > svg").count() == 0
    assert page.evaluate("window.shifted") == 0
    first = page.locator("figure").first
    total = first.locator(".legend b").first.inner_text()
    first.locator(".plot").scroll_into_view_if_needed()
    first.locator(".u-over").hover()
    assert first.locator(".legend b").first.inner_text() != total
    assert ":" in first.locator(".moment").inner_text()
    page.mouse.move(2, 2)
    assert first.locator(".legend b").first.inner_text() == total
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0]
    assert noise.heard == []


def test_charts_are_for_everybody(signed: BrowserContext) -> None:
    """axe-core finds nothing in either theme, with the tables open."""
    page = signed.new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto("/operator?range=24h")
        page.wait_for_selector("figure canvas")
        page.locator("figure summary").first.click()
        assert faults(page) == [], scheme


def test_charts_are_whole_without_scripts(chromium: Browser, wall: Wall, session: str) -> None:
    """Lines as SVG, ranges as links, numbers as tables."""
    context = chromium.new_context(base_url=wall.url, java_script_enabled=False)
    context.add_cookies([{"name": "eclosion_owner", "value": session, "url": wall.url}])
    page = context.new_page()
    page.goto("/operator")
    assert page.locator(".plot > svg polyline").count() >= 10
    page.locator("figure summary").first.click()
    assert page.locator("figure table").first.locator("tbody tr").count() == 24
    page.click("nav[aria-label='How far back'] >> text=30d")
    assert page.url.endswith("?range=30d")
    context.close()
