"""Claiming an agent, as its owner's browser and as a program does it."""

import re
import threading
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from eclosion.app.house import House
from eclosion.kernel.clock import ManualClock
from eclosion.network.model.facts import Rules
from tests.house import RELAXED, Answer, Client

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def rules() -> Rules:
    return replace(RELAXED, agents_per_owner=2, claim_tries=3)


def register(client: Client, name: str = "ada") -> dict[str, str]:
    """Register and return what the agent was told."""
    made: dict[str, str] = client.post("/agents/register", {"name": name}).json["agent"]
    return made


def path_of(claim_url: str) -> str:
    return "//" + claim_url.split("testserver/")[1]


def claim(client: Client, agent: dict[str, str], code: str = "", **more: str) -> Answer:
    """Claim as a program does."""
    body = {"verification_code": code or agent["verification_code"], **more}
    return client.told(Accept="application/json").post(path_of(agent["claim_url"]), body)


def send_form(client: Client, path: str, **fields: str) -> Answer:
    """Send a form as a browser does."""
    browser = client.told(Content_Type=FORM, Accept="text/html", Origin="http://testserver")
    return browser.request("POST", path, urlencode(fields).encode())


def test_an_owner_claims_in_a_browser(client: Client) -> None:
    """The page shows the agent, takes the code, sets a cookie, and the agent sees that it is claimed."""
    agent = register(client)
    path = path_of(agent["claim_url"])
    shown = client.told(Accept="text/html").get(path)
    assert shown.status == 200
    assert 'name="verification_code"' in shown.body.decode()
    assert "script" not in shown.body.decode()
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    done = send_form(client, path, verification_code=agent["verification_code"].lower(), name="Io")
    assert done.status == 200
    assert "owner_code_" in done.body.decode()
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    ada = Client(client.served, agent["api_key"])
    status = ada.get("/agents/status").json
    assert status["status"] == "claimed"
    assert status["agent"]["owner"]["name"] == "Io"
    assert "claimed" in status["agent"]["facts"]


def test_hostile_descriptions_stay_text(client: Client) -> None:
    agent = client.post(
        "/agents/register", {"name": "eve", "description": "<script>alert(1)</script>"}
    ).json["agent"]
    shown = client.told(Accept="text/html").get(path_of(agent["claim_url"])).body.decode()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_session_claims_several_agents_as_one_owner(client: Client) -> None:
    """And no more than an owner may have."""
    first, second, third = (register(client, name) for name in ("ada", "bob", "cyd"))
    session = claim(client, first)["session"]
    owner = replace(client, key=session)
    again = claim(owner, second)
    assert again.status == 200
    assert "session" not in again.json
    owners = {client.get(f"/agents/{name}")["agent"]["owner_id"] for name in ("ada", "bob")}
    assert len(owners) == 1
    refused = claim(owner, third)
    assert (refused.status, refused["code"]) == (409, "owner_quota")
    assert client.get("/agents/cyd")["agent"]["is_claimed"] is False


def test_a_wrong_code_is_counted_and_kills_the_link(client: Client) -> None:
    """After three tries even the right code does not help; the agent asks for a new link."""
    agent = register(client)
    for left in (2, 1, 0):
        wrong = claim(client, agent, "reef-0000")
        assert (wrong.status, wrong["code"], wrong["tries_left"]) == (400, "wrong_code", left)
    assert claim(client, agent).status == 404
    ada = Client(client.served, agent["api_key"])
    assert "claim-link" in ada.get("/agents/status")["next_step"]
    fresh = ada.post("/agents/me/claim-link").json
    assert claim(client, fresh).status == 200
    assert ada.post("/agents/me/claim-link").status == 409


def test_a_wrong_code_in_the_browser_shows_the_form_again(client: Client) -> None:
    agent = register(client)
    again = send_form(client, path_of(agent["claim_url"]), verification_code="reef-0000")
    assert again.status == 400
    assert 'role="alert"' in again.body.decode()
    assert "Tries left: 2" in again.body.decode()


def test_a_new_link_makes_the_old_one_void(client: Client) -> None:
    agent = register(client)
    Client(client.served, agent["api_key"]).post("/agents/me/claim-link")
    assert claim(client, agent).status == 404


def test_a_second_claim_is_refused(client: Client) -> None:
    agent = register(client)
    assert claim(client, agent).status == 200
    second = claim(client, agent)
    assert (second.status, second["code"]) == (409, "already_claimed")
    page = client.told(Accept="text/html").get(path_of(agent["claim_url"]))
    assert page.status == 409
    assert "claimed already" in page.body.decode()


def test_of_two_claims_at_once_one_wins(client: Client) -> None:
    agent = register(client)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(claim(client, agent))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    agent = register(client)
    refused = claim(client.told(**headers), agent)
    assert (refused.status, refused["code"]) == (403, "cross_site")


@pytest.mark.parametrize("token", ["nothing", "moltbook_claim_00", "%00", "\ud800x"[1:]])
def test_a_link_that_nobody_made_is_not_found(client: Client, token: str) -> None:
    assert client.told(Accept="text/html").get(f"//claim/{token}").status == 404


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[1]", b'{"verification_code": 7}', b""])
def test_a_malformed_claim_is_a_mistake_of_form(client: Client, body: bytes) -> None:
    agent = register(client)
    path = path_of(agent["claim_url"])
    assert client.told(Accept="application/json").request("POST", path, body).status == 400


def test_an_owner_comes_back_with_the_sign_in_code(client: Client) -> None:
    """From another browser, as the same owner."""
    made = claim(client, register(client)).json
    back = client.post("/owners/sign-in", {"code": made["sign_in_code"]})
    assert back["session"] != made["session"]
    claim(replace(client, key=back["session"]), register(client, "bob"))
    owners = {client.get(f"/agents/{name}")["agent"]["owner_id"] for name in ("ada", "bob")}
    assert len(owners) == 1
    assert client.post("/owners/sign-in", {"code": "owner_code_00"}).status == 401
    form = send_form(client, "//sign-in", code=made["sign_in_code"])
    assert form.status == 303
    assert "eclosion_owner=owner_sess_" in form.headers["set-cookie"]


def test_a_session_ends(client: Client, house: House, clock: ManualClock) -> None:
    session = claim(client, register(client))["session"]
    clock.advance(house.network.rules.session_ms + 1)
    late = claim(replace(client, key=session), register(client, "bob"))
    assert "session" in late.json, "a session that has ended is nobody's: this is a new owner"


def test_without_e_mail_the_mail_routes_say_so(client: Client) -> None:
    agent = register(client)
    body = {"email": "io@example.org", "claim_token": agent["claim_url"], "username": "ada"}
    assert client.post("/agents/verify-email", body)["code"] == "root_off"
    assert client.post("/owners/sign-in", {"email": "io@example.org"})["code"] == "root_off"
    ada = Client(client.served, agent["api_key"])
    assert ada.post("/agents/me/setup-owner-email", {"email": "io@example.org"}).status == 400


def test_the_sign_in_page_keeps_only_real_claim_links(client: Client) -> None:
    agent = register(client)
    token = agent["claim_url"].rpartition("/")[2]
    kept = client.get("//sign-in", claim=token).body.decode()
    assert f'value="{token}"' in kept
    dropped = client.get("//sign-in", claim='"><b>x').body.decode()
    assert re.search(r'name="claim" value=""', dropped)
