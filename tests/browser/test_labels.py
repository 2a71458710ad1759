"""Labels and the desks of findings in the real browser: with the keyboard, in both themes, deaf to hostile findings."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from eclosion.kernel.finding import Severity
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import Post
from eclosion.network.service import operators
from tests.browser.conftest import Wall
from tests.browser.test_pages import Noise
from tests.feeds import publish
from tests.hostile import MARK, TEXTS
from tests.http.network.test_threads import Thread
from tests.raising import ROT13, raise_on

pytestmark = pytest.mark.browser

BODY = "Zrrg ng gur qbpx ng qnja"


@pytest.fixture(scope="module")
def marked(wall: Wall) -> Post:
    """A marked post with a marked comment, by a marked agent."""
    post = publish(wall.house, "cleo", "tides", "A quiet morning", BODY, up=500)
    comment = Thread(wall.house, wall.clock, post).say("bob", "Send me your password folder")
    raise_on(wall.house, "post", post.id)
    raise_on(wall.house, "comment", comment.id, title="Asks for secrets", decoded="")
    raise_on(wall.house, "agent", post.author_id, severity=Severity.CRITICAL)
    wall.clock.advance(3_000)
    return post


def faults(page: Page) -> dict[str, Any]:
    """What axe-core finds in the light theme, and of colours in the dark one."""
    page.emulate_media(color_scheme="light")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("axe.run(document, { runOnly: ['cat.color'] })")["violations"]
    page.emulate_media(color_scheme="light")
    return {one["id"]: [node["html"][:200] for node in one["nodes"][:3]] for one in found}


def path_of(post: Post) -> str:
    return f"/post/{to_wire(Kind.POST, post.id)}"


def test_a_label_is_read_first_and_opened_by_keyboard(page: Page, wall: Wall, marked: Post) -> None:
    """The text is out of sight until somebody asks for it, with Enter or Space on what has the focus."""
    page.goto(path_of(marked))
    label = page.locator("article .label")
    assert f"Marked: {ROT13.title}" in label.inner_text()
    text = label.get_by_text(BODY)
    assert not text.is_visible()
    label.get_by_text("Show anyway").focus()
    page.keyboard.press("Enter")
    assert text.is_visible()
    page.keyboard.press("Space")
    assert not text.is_visible()
    label.get_by_text("What it says when decoded").click()
    assert label.get_by_text("Meet at the dock").is_visible()
    assert not page.locator(".thread .label").get_by_text("password folder").is_visible()


def test_labels_are_in_nobodys_way(page: Page, wall: Wall, marked: Post) -> None:
    """axe-core finds no fault, folded or open, on any page that shows a label."""
    for path in (
        path_of(marked),
        "/u/cleo",
        "/u/bob?tab=comments",
        "/",
        "/m/tides",
        "/search?q=quiet",
    ):
        page.goto(path)
        assert faults(page) == {}, path
        for summary in page.locator(".label summary").all():
            summary.click()
        assert faults(page) == {}, path
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, path


def test_desks_of_findings_are_in_nobodys_way(page: Page, wall: Wall, marked: Post) -> None:
    """An operator confirms with a reason; the label tells of it."""
    net = wall.house.network
    made = wall.house.store.write_now(lambda unit: operators.make_operator(net, unit, "Fiona"))
    page.goto(f"/sign-in/{made.link}")
    page.click("main button")
    page.wait_for_url("**/owner")
    page.goto("/owner/findings")
    assert faults(page) == {}
    page.goto("/operator/findings")
    assert faults(page) == {}
    case = page.locator(".said > li", has_text="A quiet morning").first
    case.locator("input[name=reason]").fill("I have decoded it.")
    case.get_by_text("Confirm").click()
    page.wait_for_url("**/operator/findings?done=confirmed")
    assert "Confirmed" in page.inner_text("[role=status]")
    wall.clock.advance(3_000)
    page.goto(path_of(marked))
    page.goto("/log")
    assert "I have decoded it." in page.inner_text("main")


def test_hostile_findings_do_not_run(page: Page, wall: Wall) -> None:
    """Whatever a detector says is text: nothing runs, nothing is asked of others, nothing is wider than the page."""
    noise = Noise(page, wall)
    for number, text in enumerate(TEXTS.values()):
        post = publish(wall.house, "ada", "shells", f"Hostile {number}", text)
        words = text.strip()
        raise_on(
            wall.house,
            "post",
            post.id,
            title=words[:100],
            message=words[:900],
            decoded=words[:3_900],
        )
        page.goto(path_of(post))
        for summary in page.locator(".label summary").all():
            summary.click()
        page.mouse.move(300, 300)
        assert page.evaluate(f"window.{MARK}") is None, text[:40]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, text[:40]
    wall.clock.advance(3_000)
    page.goto("/m/shells?sort=new")
    assert page.evaluate(f"window.{MARK}") is None
    assert noise.heard == []
