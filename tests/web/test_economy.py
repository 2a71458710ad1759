"""What everybody may see of the economy, and what only an owner sees and decides."""

import pytest
from msgspec.json import encode

from eclosion.app.house import House
from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.articles import ON_SALE, Article
from eclosion.ledger.model.payments import Payment, PaymentState
from eclosion.ledger.model.wallets import Sort, account_id
from eclosion.ledger.rings.finding import Evidence
from eclosion.ledger.service.articles import publish_article, withdraw_article
from eclosion.ledger.service.economy import gini, note_sale
from eclosion.ledger.service.wallets import issue, open_wallet
from eclosion.ledger.store.rings import KeptRing, Mark, add_mark, put_ring
from eclosion.network.service.feeds import find_agent
from eclosion.store import Unit
from eclosion.web.money import amount, digits, read_amount
from eclosion.web.network.economy import article_path
from tests.house import Client
from tests.http.network.people import Pair
from tests.web.reading import Elements
from tests.web.test_desk import Browser

COIN = (6, "credit")
AT = "/owner/agents/ada/wallet"
TITLE = "Tides <b>& tables</b>"


@pytest.fixture
def ada(client: Client, house: House) -> Pair:
    """An agent with two credits and an owner; bob is another."""
    pair = Pair(client, "ada")
    Pair(client, "bob")
    fill(house, "ada", 2_000_000)
    return pair


@pytest.fixture
def browser(client: Client, ada: Pair) -> Browser:
    return Browser(client, ada.owner.key)


def fill(house: House, name: str, most: int) -> None:
    """Issue credits to an agent."""

    def work(unit: Unit) -> None:
        id_ = find_agent(unit, name).id
        account = open_wallet(house.ledger, unit, Sort.AGENT, id_)
        issue(house.ledger, unit, account.id, most, id_)

    house.store.write_now(work)


def sell(house: House, number: int = 1) -> Article:
    """Bob's article, which ada has bought."""

    def work(unit: Unit) -> Article:
        seller, buyer = find_agent(unit, "bob"), find_agent(unit, "ada")
        now_ms = house.clock.now_ms()
        id_ = house.network.ids.make(0)
        texts = (TITLE, "A *short* look.", "The secret text.")
        article = Article(id_, seller.id, "bob", *texts, 250_000, 0, ON_SALE, now_ms)
        publish_article(house.ledger, unit, article)
        between = account_id(Sort.AGENT, buyer.id), account_id(Sort.AGENT, seller.id)
        state = PaymentState.SETTLED
        payment = Payment(number, "x402", "GET x", *between, 250_000, b"", state, now_ms, now_ms)
        note_sale(house.ledger, unit, article, payment)
        note_sale(house.ledger, unit, article, payment)
        return article

    return house.store.write_now(work)


def look(client: Client, path: str) -> Elements:
    answer = client.get("/" + path)
    assert answer.status == 200, path
    page = Elements(answer.body.decode())
    assert page.unbalanced == []
    return page


def test_sales_are_public_and_private_payments_are_not(
    client: Client, house: House, ada: Pair
) -> None:
    """A sale is shown once, with who bought what; a direct payment and what one wallet holds are nowhere."""
    article = sell(house)
    ada.agent.post("/wallet/payments", {"to": "bob", "amount": 777_777, "key": "k"})
    page = look(client, "/economy")
    assert f"ada bought {TITLE} from" in page.text
    assert "0.25 credits paid for 1 article in 24 hours" in page.text
    assert "2 wallets, with 2 credits in all" in page.text
    assert "Gini" not in page.text
    for hidden in ("777", "1.2222"):
        assert hidden not in page.text
    listed = look(client, "/articles")
    assert TITLE in listed.text
    assert "sold 1 time" in listed.text
    one = look(client, article_path(article.id))
    assert "A short look." in one.text
    assert "0.25 credits" in one.text
    assert "The secret text." not in one.text
    assert f"eclosion pay http://testserver/api/v1{article_path(article.id)}/content" in one.text
    assert "bought by ada" in client.get("//economy.md").body.decode()


def test_what_is_withdrawn_is_not_led_to(client: Client, house: House, ada: Pair) -> None:
    """Its sale stays a fact; its page is gone."""
    article = sell(house)
    house.store.write_now(lambda unit: withdraw_article(unit, article.id, article.seller_id))
    page = look(client, "/economy")
    assert TITLE in page.text
    assert article_path(article.id) not in [one.get("href") for one in page.all("a")]
    assert client.get("/" + article_path(article.id)).status == 404
    assert client.get("//articles/nonsense").status == 404


def test_pages_of_an_empty_economy_say_so(client: Client) -> None:
    for path in ("/economy", "/articles"):
        assert len(look(client, path).text) > 200
        assert client.get(f"/{path}.atom").status == 200
    assert "Nothing was sold yet" in look(client, "/economy").text


def test_inequality_is_told_from_five_wallets_on(client: Client, house: House, ada: Pair) -> None:
    for name in ("cora", "dan", "eve", "fay"):
        Pair(client, name)
        fill(house, name, 1)
    assert "0.80 Gini" in look(client, "/economy").text
    assert gini([1, 1, 1, 1]) is None
    assert gini([0] * 5) is None
    assert gini([3] * 5) == 0
    assert gini([0, 0, 0, 0, 7]) == pytest.approx(0.8)


def test_an_owner_sets_terms_and_decides(browser: Browser, house: House, ada: Pair) -> None:
    """Terms from the form bind the agent; what waits is approved or refused; the statement tells of it."""
    assert AT in browser.page("/owner/agents/ada")
    assert "None: it pays what it has." in browser.page(AT)
    assert browser.send(f"{AT}/terms", AT, day="0.8", ask="0.1", number="9", most="").status == 303
    page = Elements(browser.page(AT))
    assert "0.8 credits in a day 0.8 credits left" in page.text
    fields = {one["name"]: one.get("value") for one in page.all("input") if "name" in one}
    assert (fields["day"], fields["ask"], fields["most"], fields["number"]) == (
        "0.8",
        "0.1",
        "",
        "9",
    )
    asked = [
        ada.agent.post("/wallet/payments", {"to": "bob", "amount": 300_000, "key": key}).json
        for key in ("one", "two")
    ]
    assert [one["state"] for one in asked] == ["waiting", "waiting"]
    over = ada.agent.post("/wallet/payments", {"to": "bob", "amount": 300_000, "key": "three"})
    assert over.status == 403
    assert "Waiting for you" in browser.page(AT)
    done = browser.send(f"{AT}/payments/{asked[0]['id']}/approve", AT)
    assert done.headers["location"] == f"{AT}?done=approved"
    assert browser.send(f"{AT}/payments/{asked[1]['id']}/refuse", AT).status == 303
    page = Elements(browser.page(AT))
    assert "Waiting for you" not in page.text
    assert "1.7 credits can be spent" in page.text
    assert page.text.count("0.3 credits to") == 1  # what was refused has not moved
    assert "−0.3 credits to" in page.text
    assert browser.send(f"{AT}/payments/{asked[0]['id']}/approve", AT).status == 404
    assert browser.send(f"{AT}/payments/zz/approve", AT).status == 404
    assert browser.send(f"{AT}/revoke", AT).status == 303
    assert "Stopped" in browser.page(AT)


def test_the_form_keeps_what_only_the_api_can_say(browser: Browser, ada: Pair) -> None:
    """Budgets for a category stay; unreadable numbers are refused, and change nothing."""
    terms = {"budgets": [{"amount": 5}, {"amount": 7, "category": "books"}], "reference": "r"}
    assert ada.owner.put("/owner/agents/ada/wallet/terms", terms).status == 200
    assert browser.send(f"{AT}/terms", AT, day="1").status == 303
    told = ada.owner.get("/owner/agents/ada/wallet")["terms"]["terms"]
    assert [one["amount"] for one in told["budgets"]] == [1_000_000, 7]
    assert told["reference"] == "r"
    for bad in ({"day": "x"}, {"most": "-1"}, {"ask": "0.0000001"}, {"number": "1.5"}):
        assert browser.send(f"{AT}/terms", AT, None, **bad).status == 400, bad
    assert ada.owner.get("/owner/agents/ada/wallet")["terms"]["terms"] == told


def test_nobody_else_sees_or_decides(client: Client, browser: Browser, ada: Pair) -> None:
    """Another owner finds nothing; a form without its token, or from elsewhere, is not taken."""
    other = Browser(client, Pair(client, "mallory").owner.key)
    assert other.client.get("/" + AT).status == 403
    for what in ("terms", "revoke", "payments/1/approve", "payments/1/refuse"):
        assert other.send(f"{AT}/{what}").status == 403
        assert browser.send(f"{AT}/{what}", AT, token="0" * 64).status == 403
        cross = {"Sec_Fetch_Site": "cross-site"}
        assert browser.send(f"{AT}/{what}", AT, headers=cross).status == 403
    assert ada.owner.get("/owner/agents/ada/wallet")["terms"] is None


def test_amounts_are_written_and_read() -> None:
    for number, words in ((0, "0 credits"), (1_000_000, "1 credit"), (-250_000, "−0.25 credits")):
        assert amount(number, COIN) == words
    assert amount(1_234_567_000_001, COIN) == "1,234,567.000001 credits"
    assert amount(3, (0, "shell")) == "3 shells"
    for text, number in (("", 0), ("1", 1_000_000), (".5", 500_000), ("1,000.10", 1_000_100_000)):
        assert read_amount(text, COIN) == number
    for number in (1, 10, 999_999, 1_000_000, 123_456_789):
        assert read_amount(digits(number, COIN), COIN) == number
    for bad in ("-1", "1e3", ".", "0.0000001", "9" * 19, "٣", "1 credit", "1.2.3"):
        with pytest.raises(Invalid, match="decimal places"):
            read_amount(bad, COIN)


def plant_ring(house: House, *, public: bool) -> None:
    """Ada and bob are said to be in a ring, over sales or over what is nobody's business."""

    def work(unit: Unit) -> None:
        figures = Evidence(30, 9_000, 1.0, 0.9, 0.0, 1.0, 0.5, 0, 2, 1.0, 0, 86_400_000)
        told = encode(figures._asdict()).decode()
        members = [find_agent(unit, name).id for name in ("ada", "bob")]
        row = KeptRing(7, 1, 1, 2, 930, 30 if public else 0, told, 0, "", 0)
        put_ring(unit, row, members)

    house.store.write_now(work)


def test_a_ring_over_public_sales_is_named(client: Client, house: House, ada: Pair) -> None:
    plant_ring(house, public=True)
    text = look(client, "/economy").text
    assert "2 agents made 30 payments to each other" in text
    assert "score 0.93" in text


def test_of_a_ring_over_private_payments_only_counts_are_told(
    client: Client, browser: Browser, house: House, ada: Pair
) -> None:
    plant_ring(house, public=False)
    text = look(client, "/economy").text
    assert "1 ring over payments that are not public, of 2 agents in all" in text
    assert "ada" not in text
    assert "velocity" not in text
    assert "Said to be in a ring" in browser.page(AT)


def test_what_was_paid_in_all_is_told_from_five_wallets_on(client: Client, house: House) -> None:
    for number, name in enumerate(("one", "two", "three", "four"), 1):
        Pair(client, name)
        fill(house, name, number * 1_000_000)
    Pair(client, "five")
    fill(house, "five", 1_000_000)
    assert "velocity" in look(client, "/economy").text


def test_a_profile_tells_on_how_many_owners_its_score_rests(
    client: Client, house: House, ada: Pair
) -> None:
    rated = house.store.read_now(lambda unit: find_agent(unit, "bob").id)
    house.store.write_now(lambda unit: add_mark(unit, 5, Mark(1, 99, 1, rated, 5, 1)))
    assert "3.7 of 5, by 1 distinct owner who paid it" in look(client, "/u/bob").text
