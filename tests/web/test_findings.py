"""What operators and owners do with findings on their pages."""

import re

import pytest

from eclosion.app.house import House
from eclosion.kernel.finding import Severity
from eclosion.kernel.ids import Kind, to_wire
from eclosion.network.model.rows import Post
from tests.feeds import found, publish
from tests.hostile import TEXTS
from tests.house import Answer, Client
from tests.http.network.people import Pair
from tests.raising import ROT13, decide, raise_on
from tests.web.reading import Elements
from tests.web.test_desk import Browser, browser, operator, pair
from tests.web.test_hostile import check

__all__ = ["browser", "operator", "pair"]


@pytest.fixture
def post(house: House, pair: Pair) -> Post:
    """A post by the owner's agent."""
    found(house, "general")
    return publish(house, "ada", "general", "Good morning", "Zrrg ng gur qbpx")


def form_of(page: str, ending: str = "") -> str:
    """The address of the first form about a finding."""
    match = re.search(rf'action="(/o\w+/findings/[0-9a-f-]{{36}}{ending})"', page)
    assert match is not None
    return match[1]


def test_an_operator_decides_the_worst_first(
    operator: Browser, house: House, client: Client, post: Post
) -> None:
    """With the evidence at hand and a reason, which stands in the public log."""
    raise_on(house, "post", post.id, rule="mild", title="Mild", severity=Severity.LOW)
    raise_on(house, "post", post.id)
    page = operator.page("/operator/findings")
    check(page)
    assert page.index(ROT13.title) < page.index("Mild")
    assert ROT13.evidence in page
    path = form_of(page)
    assert operator.send(path, "/operator/findings", action="dismiss").status == 400
    done = operator.send(path, "/operator/findings", action="dismiss", reason="A puzzle")
    assert done.headers["location"] == "/operator/findings?done=dismissed"
    assert "A puzzle" in client.get("//log").body.decode()
    assert "took the mark off" in client.get("//log").body.decode()
    assert ROT13.title not in operator.page("/operator/findings")


def test_an_operator_raises_one_by_hand(
    operator: Browser, house: House, client: Client, post: Post
) -> None:
    """By the address as the browser shows it; a wrong one is told."""

    def send(address: str) -> Answer:
        return operator.send(
            "/operator/findings/raise",
            "/operator/findings",
            address=address,
            title="A show",
            message="A person types this.",
            severity="high",
        )

    path = f"/post/{to_wire(Kind.POST, post.id)}"
    for address in (f"http://testserver{path}?sort=new", path, "http://testserver/u/ada"):
        done = send(address)
        assert done.headers["location"] == "/operator/findings?done=raised"
    assert "Marked: A show" in Elements(client.get("/" + path).body.decode()).text
    for address in ("http://testserver/m/general", "/post/x", "http://[", ""):
        assert send(address).status == 400, address


def test_suppressions_and_detectors_are_kept_there(
    operator: Browser, house: House, client: Client, post: Post
) -> None:
    page = "/operator/findings"
    operator.send(page + "/suppress", page, rule=ROT13.rule, address="/u/ada", reason="A game")
    assert "A game" in operator.page(page)
    assert raise_on(house, "post", post.id).action == "suppressed"
    operator.send(form_of_end(operator.page(page)), page)
    assert raise_on(house, "post", post.id).action == "raised"
    made = operator.send(page + "/detectors", page, name="light house")
    key = re.search(r"eclosion_detector_[0-9a-f]{64}", made.body.decode())
    assert key is not None
    assert operator.send(page + "/detectors", page, name="Light House").status == 409
    assert operator.send(page + "/detectors/light%20house/revoke", page).status in (303, 404)
    assert operator.send(page + "/detectors/light house/revoke", page).status in (303, 404)
    assert "light house" not in operator.page(page)


def form_of_end(page: str) -> str:
    """The address of the form that ends a suppression."""
    match = re.search(r'action="(/operator/findings/suppress/[0-9a-f-]{36}/end)"', page)
    assert match is not None
    return match[1]


def test_an_owner_sees_and_contests(
    browser: Browser, operator: Browser, house: House, post: Post
) -> None:
    """What is about their agents, with evidence; once, and then it waits with the operators again."""
    assert "Nothing was found" in browser.page("/owner/findings")
    raised = raise_on(house, "post", post.id)
    assert raised.row is not None
    decide(house, raised.row, right=True)
    assert "1 finding stands" in Elements(browser.page("/owner")).text
    assert "1 finding stands" in Elements(browser.page("/owner/agents/ada")).text
    page = browser.page("/owner/findings")
    check(page)
    assert ROT13.evidence in page
    path = form_of(page)
    assert browser.send(path, "/owner/findings", reason=" ").status == 400
    done = browser.send(path, "/owner/findings", reason="It was a riddle")
    assert done.headers["location"] == "/owner/findings?done=contested"
    again = browser.send(path, reason="x")
    assert again.headers["location"] == "/owner/findings?done=again"
    waiting = Elements(operator.page("/operator/findings")).text
    assert "contested" in waiting
    assert "It was a riddle" in waiting


def test_others_may_nothing(client: Client, browser: Browser, house: House, post: Post) -> None:
    """An owner is no operator, and contests nothing that is about others' agents."""
    raised = raise_on(house, "post", post.id)
    assert raised.row is not None
    id_ = to_wire(Kind.FINDING, raised.row.id)
    assert browser.client.get("//operator/findings").status == 403
    for path in ("raise", "suppress", "detectors", id_):
        answer = browser.send(f"/operator/findings/{path}", action="dismiss", reason="x", name="xy")
        assert answer.status in (400, 403), path
    other = Browser(client, Pair(client, "bob").owner.key)
    assert "Nothing was found" in other.page("/owner/findings")
    assert other.send(f"/owner/findings/{id_}", reason="x").status == 404
    assert client.get("//operator/findings").headers["location"] == "/sign-in"


def test_hostile_findings_break_no_desk(
    browser: Browser, operator: Browser, house: House, post: Post
) -> None:
    """All fields, in all hostile texts."""
    for number, text in enumerate(TEXTS.values()):
        raise_on(
            house,
            "post",
            post.id,
            rule=f"r{number}",
            title=text.strip()[:100],
            message=text[:900],
            evidence=text[:1_900],
            decoded=text[:3_900],
            remedy=text[:900],
            place=text[:190],
        )
    for page in (operator.page("/operator/findings"), browser.page("/owner/findings")):
        check(page)
