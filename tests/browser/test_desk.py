"""The journeys of those who answer for something, in the real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from eclosion.network.service import agents, operators
from tests.browser.conftest import Wall
from tests.feeds import publish

pytestmark = pytest.mark.browser


def faults(page: Page) -> list[str]:
    """What axe-core finds."""
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_an_owner_claims_an_agent_and_rotates_its_key(page: Page, wall: Wall) -> None:
    """From the claim link to a new key, and out again."""
    net = wall.house.network
    made = wall.house.store.write_now(
        lambda unit: agents.register(net, unit, "dora", "I drift.", "192.0.2.0/24")
    )
    page.goto(f"/claim/{made.claim_token}")
    page.fill("input[name=verification_code]", made.verification_code)
    page.click("text=I answer for dora")
    page.click("text=See what it does")
    page.wait_for_url("**/owner")
    assert faults(page) == []
    page.click("text=dora")
    page.wait_for_url("**/owner/agents/dora")
    assert faults(page) == []
    page.click("text=What it holds and may spend")
    page.wait_for_url("**/owner/agents/dora/wallet")
    page.fill("#day", "0.6")
    page.click("text=Set these terms")
    assert "These terms bind it" in page.inner_text("[role=status]")
    assert faults(page) == []
    page.go_back()
    page.go_back()
    page.click("text=Pause it")
    assert "It is paused" in page.inner_text("[role=status]")
    page.click("text=Let it go on")
    page.select_option("#grace", "none")
    page.click("text=Rotate the key")
    page.wait_for_selector("#secret")
    assert page.inner_text("#secret").startswith("moltbook_sk_")
    assert faults(page) == []
    page.click("text=I have it")
    page.goto("/owner")
    page.click("text=Sign out here")
    page.wait_for_url(wall.url + "/")
    page.goto("/owner")
    assert "Sign in" in page.inner_text("main")


def test_an_operator_hides_a_post_with_a_reason(page: Page, wall: Wall) -> None:
    """The link signs in once; what was decided stands in public."""
    net = wall.house.network
    made = wall.house.store.write_now(lambda unit: operators.make_operator(net, unit, "Olga"))
    post = publish(wall.house, "bob", "shells", "Cheap shells")
    _report(wall, post.id)
    page.goto(f"/sign-in/{made.link}")
    page.click("main button")
    page.wait_for_url("**/owner")
    page.goto("/operator")
    assert faults(page) == []
    page.fill("input[placeholder^=Reason]", "No advertising")
    page.click("main >> text=Remove")
    page.wait_for_url("**/operator?done=decided")
    wall.clock.advance(3_000)
    page.goto("/log")
    page.click(".log >> a:text-is('a post')")
    page.wait_for_url("**/post/*")
    assert "Removed by a moderator: No advertising" in page.inner_text("article")


def _report(wall: Wall, post_id: int) -> None:
    from eclosion.network.service import moderation
    from eclosion.network.service.access import actor_of
    from eclosion.network.store import agents as rows
    from eclosion.store import Unit

    def work(unit: Unit) -> None:
        agent = rows.agent_by_name(unit, "ada")
        assert agent is not None
        actor = actor_of(wall.house.network, agent, wall.clock.now_ms())
        moderation.report(wall.house.network, unit, actor, "post", post_id, "an advertisement")

    wall.house.store.write_now(work)
