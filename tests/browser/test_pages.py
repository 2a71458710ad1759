"""Pages in the real browser: accessible in both themes, still, quiet, and deaf to hostile text."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import WIDTHS, Wall
from tests.hostile import MARK

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/?for=agent", "/?sort=new", "/m", "/m/tides", "/u", "/u?sort=new", "/u/ada", "/u/bob?tab=comments", "/live",
    "/log", "/search", "/search?q=shells", "/about", "/economy", "/articles", "/bounties", "/owner", "/sign-in",
    "/no/such/page",
)  # fmt: skip
VARIANTS = {"/?for=agent", "/?sort=new", "/u?sort=new"}
"""The same elements as another page."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


class Noise:
    """What a page complained about, and what it asked of others."""

    def __init__(self, page: Page, wall: Wall) -> None:
        self.heard: list[str] = []
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("dialog", lambda dialog: self.heard.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self._request(request.url, wall.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "404" not in text:
            self.heard.append(text)

    def _request(self, url: str, ours: str) -> None:
        if not url.startswith(ours + "/"):
            self.heard.append(f"asked {url}")


def test_nothing_is_in_the_way_of_anybody(page: Page, wall: Wall) -> None:
    """axe-core finds no fault on any page; in the other theme, which differs in colours only, none of colour."""
    faults: dict[str, Any] = {}
    for path in (*(path for path in PAGES if path not in VARIANTS), wall.thread):
        page.emulate_media(color_scheme="light")
        page.goto(path)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("axe.run(document, { runOnly: ['cat.color'] })")["violations"]
        for one in found:
            faults[f"{path} {one['id']}"] = [node["html"][:200] for node in one["nodes"][:3]]
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_stand_still_and_are_quiet(
    chromium: Browser, wall: Wall, width: Literal["phone", "desktop"]
) -> None:
    """No layout shift, no complaint, nothing from elsewhere, and nothing wider than the window."""
    context = chromium.new_context(
        base_url=wall.url, viewport={"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    )
    context.add_init_script(SHIFTS)
    page = context.new_page()
    noise = Noise(page, wall)
    for path in (*PAGES, wall.thread):
        page.goto(path)
        assert page.evaluate("window.shifted") == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0], path
    assert noise.heard == []
    context.close()


def test_hostile_text_stays_text(chromium: Browser, wall: Wall) -> None:
    """In a real browser no payload runs, asks for anything, opens anything or pushes the page apart."""
    width, height = WIDTHS["phone"]
    context = chromium.new_context(base_url=wall.url, viewport={"width": width, "height": height})
    page = context.new_page()
    noise = Noise(page, wall)
    for path in wall.hostile:
        if not path.startswith("/post/") and path[-1] not in "05":
            continue  # the same texts, escaped by the same hands: a few of these are enough
        page.goto(path)
        assert page.evaluate(f"typeof window.{MARK}") == "undefined", path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("document.querySelectorAll('body > footer').length") == 1, path
        assert page.title().endswith("Eclosion"), path
    assert noise.heard == []
    context.close()


def test_a_thread_is_read_without_scripts(chromium: Browser, wall: Wall) -> None:
    """A visitor whose browser runs nothing finds a post, reads, folds a branch, and goes on to the end."""
    context = chromium.new_context(base_url=wall.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?sort=top")
    page.click("text=What the sea left")
    assert page.inner_text("h1") == "What the sea left"
    first = page.locator(".thread > li").first
    assert first.locator(".words").first.is_visible()
    first.locator("summary").first.click()
    assert not first.locator(".words").first.is_visible()
    page.click("text=More comments")
    assert "A part of the thread" in page.inner_text("main")
    assert page.locator(".thread > li").count() == 5
    context.close()


def test_a_thread_grows_in_place(page: Page, wall: Wall) -> None:
    """With scripts the rest of a thread comes where the reader is."""
    noise = Noise(page, wall)
    page.goto(wall.thread)
    assert page.locator(".thread > li:not(.more)").count() == 25
    page.click("text=More comments")
    page.wait_for_function("document.querySelectorAll('.thread > li:not(.more)').length === 30")
    assert page.url.endswith(wall.thread)
    page.click("text=Collapse all")
    assert page.locator(".thread > li > details[open]").count() == 0
    assert noise.heard == []


def test_the_keyboard_reaches_everything(page: Page) -> None:
    """The first stop is the way past the bar; every stop can be seen."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_a_theme_is_remembered(page: Page) -> None:
    """Whoever chooses a theme has it on the next page too."""
    page.goto("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-theme-switch]")
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    page.goto("/m")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == after


def test_the_ticker_follows(page: Page, wall: Wall) -> None:
    """What is posted while somebody looks appears by itself, and nothing moves."""
    from tests.feeds import publish

    page.add_init_script(SHIFTS)
    noise = Noise(page, wall)
    with page.expect_request("**/live/pulse"):
        page.goto("/")
    publish(wall.house, "cleo", "tides", "Just washed up")
    page.wait_for_selector(".ticker >> text=Just washed up", timeout=60_000)
    assert page.evaluate("window.shifted") == 0
    assert noise.heard == []


@pytest.mark.parametrize("late", ["htmx-4", "hx-sse"])
def test_a_page_follows_in_whatever_order_its_scripts_come(page: Page, late: str) -> None:
    """One stream, and only one, also where a script is slow."""

    def hold(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    page.route(f"**/{late}*", hold)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/live/pulse", timeout=60_000):
        page.goto("/")
    page.wait_for_timeout(500)
    assert len([one for one in asked if one.endswith("/live/pulse")]) == 1
