"""Attacks that once worked, or that somebody will try: each has to fail, and to leave others alone."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from eclosion.app.caller import Caller, caller_of, is_within
from eclosion.app.house import House
from eclosion.app.sealing import open_key_ring
from eclosion.app.sessions import COOKIE, SECURE_COOKIE, session_in_cookie
from eclosion.app.settings import Limits, Server, Settings
from eclosion.entry.patience import PatientProtocol
from eclosion.entry.relay import Relayed
from eclosion.kernel.ids import Kind, from_wire
from eclosion.network import Network
from eclosion.network.context import Draft, Judgement, Verdict
from eclosion.network.errors import SubmoltNotFound
from eclosion.network.model.roots import Identity
from eclosion.network.service import brakes, moderation, owners, sign_in, submolts
from eclosion.network.service.moderation import Judge
from eclosion.network.service.moderators import add_moderator
from eclosion.network.service.submolts import NewSubmolt
from eclosion.store import Store
from eclosion.web import text
from tests.house import Answer, Client, Served, join
from tests.http.network.people import Pair

NETWORK = "127.0.0.0/24"
FORM = "application/x-www-form-urlencoded"


def scope(client: str = "127.0.0.1", *headers: tuple[str, str]) -> Any:
    return {"headers": [(k.encode(), v.encode()) for k, v in headers], "client": (client, 1)}


def with_server(house: House, **server: Any) -> House:
    return replace(house, settings=replace(house.settings, server=Server(**server)))


def freeze(house: House, scope_: Any, name: str = "") -> None:
    judge = Judge("operator", house.clock.now_ms())
    house.store.write_now(
        lambda unit: brakes.freeze(house.network, unit, judge, scope_, name, "an attack")
    )


class TestWhoAsks:
    """Rates are counted by key or by network, and nobody spends another's."""

    def test_no_key_counts_as_a_network(self, house: House) -> None:
        forged = caller_of(house, scope("192.0.2.1", ("authorization", f"Bearer {NETWORK}")))
        assert forged.asker != caller_of(house, scope()).asker

    def test_ipv4_in_ipv6_is_ipv4(self, house: House) -> None:
        """A socket for both tells it so; else all of IPv4 would share one allowance."""
        assert caller_of(house, scope("::ffff:192.0.2.9")).network == "192.0.2.0/24"
        assert is_within("::ffff:10.1.2.3", ("10.0.0.0/8",))

    @pytest.mark.parametrize("address", ["fe80::1%eth0", "fe80::1%/48", "x", "", "1.2.3.4:80"])
    def test_odd_addresses_break_nothing(self, house: House, address: str) -> None:
        assert isinstance(caller_of(house, scope(address)), Caller)

    def test_forwarded_addresses_are_believed_of_proxies_alone(self, house: House) -> None:
        behind = with_server(house, trusted_proxies=["10.0.0.0/8"])
        forged = [("x-forwarded-for", "198.51.100.1")]
        assert caller_of(behind, scope("192.0.2.1", *forged)).network == "192.0.2.0/24"
        chain = [*forged, ("x-forwarded-for", "192.0.2.7"), ("x-forwarded-for", "10.0.0.3")]
        assert caller_of(behind, scope("10.0.0.2", *chain)).network == "192.0.2.0/24"

    def test_an_endless_chain_is_cut(self, house: House) -> None:
        behind = with_server(house, trusted_proxies=["10.0.0.0/8"])
        chain = "10.0.0.1, " * 300_000 + "192.0.2.7"
        began = time.process_time()
        found = caller_of(behind, scope("10.0.0.2", ("x-forwarded-for", chain)))
        assert found.network == "192.0.2.0/24"
        assert time.process_time() - began < 0.1


class TestMadeUpKeys:
    """A key that nobody looks at buys nothing."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, limits=Limits(reads_a_minute=3, writes_a_minute=3))

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/owners/sign-in"), ("POST", "/agents/recover"), ("GET", "//skill.md")],
    )
    def test_each_counts_for_its_network(self, client: Client, method: str, path: str) -> None:
        body = {"code": "owner_code_x", "recovery_code": "recover_x"} if method == "POST" else None
        statuses = [
            replace(client, key=f"moltbook_sk_{at:064}").request(method, path, body).status
            for at in range(4)
        ]
        assert statuses[3] == 429
        assert 429 not in statuses[:3]


class TestCookies:
    """A site beside ours can set cookies for our address, but none with the prefix."""

    def test_over_https_only_the_prefix_counts(self, house: House) -> None:
        secure = with_server(house, base_url="https://home.example")
        assert session_in_cookie(secure, scope("", ("cookie", f"{COOKIE}=theirs"))) == ""
        both = ("cookie", f"{COOKIE}=theirs; {SECURE_COOKIE}=ours")
        assert session_in_cookie(secure, scope("", both)) == "ours"

    def test_a_mountain_of_cookies_costs_nothing(self, house: House) -> None:
        began = time.process_time()
        session_in_cookie(house, scope("", ("cookie", f"{COOKIE}=x; " * 200_000)))
        assert time.process_time() - began < 0.1

    def test_what_went_wrong_for_one_owner_is_kept_for_nobody(self, client: Client) -> None:
        ada = Pair(client, "ada")
        browser = client.told(Cookie=f"{COOKIE}={ada.owner.key}")
        for path in ("//operator", "//owner/agents/nobody"):
            answer = browser.get(path)
            assert answer.status in (403, 404)
            assert answer.headers["cache-control"] == "no-store"


class TestCaches:
    """A cache between us keeps nothing that a key or a session opens."""

    @pytest.mark.parametrize("path", ["/agents/me", "/home", "/notifications"])
    def test_an_agents_replies_are_kept_by_nobody(self, client: Client, path: str) -> None:
        assert client.join("ada").get(path).headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("path", ["/owner/me", "/owner/agents", "/owner/apps"])
    def test_an_owners_replies_are_kept_by_nobody(self, client: Client, path: str) -> None:
        ada = Pair(client, "ada")
        browser = client.told(Cookie=f"{COOKIE}={ada.owner.key}")
        answer = browser.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
        assert client.get(path).headers["www-authenticate"]


class TestForeignLinks:
    """Whoever asks for a link to an own address can send the link to somebody else."""

    def link(self, house: House, agent: str = "") -> str:
        def work(unit: Any) -> str:
            return sign_in.make_link(house.network, unit, email="mallory@evil.example")

        return f"//sign-in/{house.store.write_now(work)}"

    def test_it_adds_no_address_to_whoever_opens_it(self, client: Client, house: House) -> None:
        ada = Pair(client, "ada")
        browser = client.told(
            Cookie=f"{COOKIE}={ada.owner.key}", Content_Type=FORM, Origin="http://testserver"
        )
        link = self.link(house)
        assert browser.told(Accept="application/json").post(link).status == 409
        assert [one["kind"] for one in ada.owner.get("/owner/me")["roots"]] == ["local"]
        thief = client.told(Accept="application/json").post(link)
        assert thief.status == 200, "the link still works for whoever has the address"
        assert replace(client, key=thief["session"]).get("/owner/agents")["agents"] == []


class TestStopped:
    """Paused, frozen, removed: there is no way around."""

    def test_a_stolen_key_of_a_paused_agent_erases_nothing(self, client: Client) -> None:
        ada = Pair(client, "ada")
        assert ada.owner.post("/owner/agents/ada/pause").status == 200
        refused = ada.agent.delete("/agents/me", {"confirm": "ada"})
        assert (refused.status, refused["code"]) == (403, "paused")
        assert ada.owner.post("/owner/agents/ada/resume").status == 200
        assert ada.agent.delete("/agents/me", {"confirm": "ada"}).status == 200

    def test_nothing_is_erased_while_the_network_is_frozen(
        self, client: Client, house: House
    ) -> None:
        ada = client.join("ada")
        freeze(house, "network")
        assert ada.delete("/agents/me", {"confirm": "ada"})["code"] == "frozen"

    def test_labels_stay_on_in_a_frozen_submolt(self, client: Client, house: House) -> None:
        ada = client.join("ada")
        ada.post("/submolts", {"name": "reef", "display_name": "Reef"})
        label = ada.post("/submolts/reef/labels", {"key": "news", "label": "News"})["label"]["id"]
        post = ada.post("/posts", {"submolt": "reef", "title": "One", "content": "Text"})["post"]
        given = {"label_definition_id": label, "target_type": "post", "target_id": post["id"]}
        attachment = ada.post("/labels/attach", given)["attachment"]["id"]
        freeze(house, "submolt", "reef")
        assert ada.delete(f"/labels/attach/{attachment}")["code"] == "frozen"

    @pytest.mark.parametrize("kind", ["post", "comment"])
    def test_what_its_author_deletes_after_its_removal_stays_away(
        self, client: Client, house: House, kind: Any
    ) -> None:
        ada = client.join("ada")
        post = ada.post("/posts", {"submolt": "general", "title": "One", "content": "Text"})["post"]
        path, id_ = f"/posts/{post['id']}", from_wire(Kind.POST, post["id"])
        if kind == "comment":
            made = ada.post(f"{path}/comments", {"content": "Regret"})["comment"]
            path, id_ = f"/comments/{made['id']}", from_wire(Kind.COMMENT, made["id"])
        assert id_ is not None
        judge, net = Judge("operator", house.clock.now_ms()), house.network

        def remove(unit: Any) -> bool:
            return moderation.remove(net, unit, judge, kind, id_, "spam")

        def restore(unit: Any) -> bool:
            return moderation.restore(net, unit, judge, kind, id_, "sorry")

        assert house.store.write_now(remove)
        assert house.store.write_now(restore), "what was only removed comes back"
        assert house.store.write_now(remove)
        ada.delete(path)
        assert not house.store.write_now(restore)


class TestShown:
    """What is taken away is taken away everywhere."""

    @pytest.mark.parametrize("twin", ["", ".md", ".atom"])
    def test_the_title_of_a_deleted_post(self, client: Client, twin: str) -> None:
        ada, bob = client.join("writer"), client.join("bob")
        post = ada.post("/posts", {"submolt": "general", "title": "A secret", "content": "Text"})
        path = f"/posts/{post['post']['id']}"
        bob.post(f"{path}/comments", {"content": "I see"})
        ada.delete(path)
        assert b"A secret" not in client.get(f"//u/bob{twin}?tab=comments").body
        page = client.get(f"//post/{post['post']['id']}{twin}").body
        assert b"A secret" not in page
        assert b"writer" not in page

    @pytest.mark.parametrize(
        "source", ["\n|", "a\n-\n", "\n- ", "\n> ", "\n=", "|a|b\n|-|-\n", "\n1. ", "[", "<", "> "]
    )
    def test_no_text_keeps_the_pages_busy(self, source: str) -> None:
        """Anybody can have a page made again and again."""
        written = (source * 40_000)[:40_000]
        began = time.process_time()
        text.to_html(written)
        assert time.process_time() - began < 0.5


class TestNames:
    """Nobody looks like somebody else."""

    def test_owners_names_hold_nothing_unseen(self, house: House) -> None:
        name = "Io\u202e\u200b\u2066\ufe0f\u00ad\n Tide\U000e0041"
        made = house.store.write_now(
            lambda unit: owners.add_owner(house.network, unit, Identity("local", "x", name))
        )
        assert made.name == "Io Tide"

    @pytest.mark.parametrize("name", ["me", "Operator", "SYSTEM", "admin", "profile"])
    def test_no_agent_speaks_with_an_authority(self, client: Client, name: str) -> None:
        assert client.post("/agents/register", {"name": name}).status == 409

    @pytest.mark.parametrize("name", ["ad\u0430", "ada\u200b", "ada\n", "\u202eada", "ADA", "a/b"])
    def test_no_agent_is_called_almost_as_another(self, client: Client, name: str) -> None:
        client.join("ada")
        answer = client.post("/agents/register", {"name": name})
        assert answer.status in (400, 409)


class TestRelay:
    """A process that only reads waits for nobody longer than the one that writes."""

    def test_a_body_that_trickles_is_given_up(self, tmp_path: Any) -> None:
        heard: list[bool] = []

        async def app(scope_: Any, receive: Any, send: Any) -> None:
            heard.append(True)

        async def trickle() -> Any:
            if not heard:
                heard.append(False)
                return {"type": "http.request", "body": b"{", "more_body": True}
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        async def send(_: Any) -> None:
            raise AssertionError("nothing was handed over")

        relayed = Relayed(app, tmp_path / "no.sock", 1000, body_ms=20)
        asyncio.run(relayed({"type": "http", "method": "POST", "path": "/x"}, trickle, send))
        assert heard == [False, True]


class TestKeys:
    """A key is worth one allowance, and is told to nobody."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        server = replace(settings.server, trusted_proxies=["127.0.0.1/32"])
        return replace(settings, server=server)

    def test_new_keys_are_no_new_allowances_for_ever(self, client: Client) -> None:
        """Each key has an allowance of its own, so an agent cannot make itself as many as it likes."""
        ada = client.join("ada")
        statuses = []
        for _ in range(21):
            made = ada.post("/agents/me/keys/rotate")
            statuses.append(made.status)
            ada = replace(ada, key=made.json.get("api_key", ada.key))
        assert statuses == [200] * 20 + [429]

    def test_a_profile_holds_no_key(self, client: Client) -> None:
        ada = client.join("ada")
        key = ada.key
        for body in ({"description": f"Mine: {key}"}, {"metadata": {"env": [key]}}):
            refused = ada.patch("/agents/me", body)
            assert refused.status == 400
            assert key not in refused.body.decode()
        assert client.post("/agents/register", {"name": "bob", "description": key}).status == 400

    def test_an_answer_with_a_key_is_repeated_to_the_same_address_alone(
        self, client: Client, house: House
    ) -> None:
        body, once = {"name": "ada"}, client.told(Idempotency_Key="register-ada")
        made = once.post("/agents/register", body)
        assert once.post("/agents/register", body).body == made.body
        neighbour = replace(once, served=_Elsewhere(once.served))
        assert neighbour.post("/agents/register", body).status == 409

    def test_a_held_submolt_is_not_told_of_in_the_log(self, store: Store, net: Network) -> None:
        """Its name may be why it is held."""
        ada = join(store, net, "ada")
        join(store, net, "bob")
        strict = replace(net, screen=_HoldAll())
        new = NewSubmolt("reef", "Reef", "")
        store.write_now(lambda unit: submolts.create_submolt(strict, unit, ada, new))
        with pytest.raises(SubmoltNotFound):
            store.write_now(lambda unit: add_moderator(net, unit, ada, "reef", "bob"))
        with pytest.raises(SubmoltNotFound):
            store.write_now(lambda unit: moderation.mute(net, unit, ada, "reef", "bob", "x", 1))


class _HoldAll:
    """A screen that lets nothing pass."""

    def judge(self, draft: Draft) -> Judgement:
        """Hold it."""
        return Judgement(Verdict.HOLD, "To be looked at.")


class _Elsewhere(Served):
    """The same house, asked from another address of the same network."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Send one request through the proxy."""
        told = {**headers, "X-Forwarded-For": "127.0.0.2"}
        return self._served.request(method, path, query, told, body)


class TestFiles:
    """What lies beside the key file does not become it."""

    def test_a_file_that_was_put_there_is_not_written_into(self, tmp_path: Path) -> None:
        stolen = tmp_path / "stolen"
        stolen.write_text("")
        (tmp_path / "keys.partial").symlink_to(stolen)
        open_key_ring(tmp_path / "keys")
        assert stolen.read_text() == ""
        assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
        assert not (tmp_path / "keys").is_symlink()


class TestSearch:
    """Searching is dear, so whoever searches is known first."""

    def test_a_made_up_key_does_not_reach_the_index(self, client: Client, house: House) -> None:
        """It is refused even where there is nothing to search in."""
        if house.index is not house.store:
            house.index.close()
        forged = replace(client, key="moltbook_sk_" + "0" * 64)
        assert forged.get("/search", q="anemone").status == 401


class TestPatience:
    """Whoever does not come to the point is not waited for."""

    @pytest.mark.parametrize(
        "sent",
        [
            [],
            [b"GET / HTTP/1.1\r\nHost"],
            [b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\n"],
        ],
    )
    def test_a_head_has_to_come_in_time(self, sent: list[bytes]) -> None:
        heard = asyncio.run(_talk(sent))
        assert heard.count(b"HTTP/1.1 ") <= 1, "what was not asked to the end is not answered"

    def test_a_head_has_an_end(self) -> None:
        """The connection ends while the head still comes; a large one that ends is answered."""
        heard = asyncio.run(_talk([b"GET / HTTP/1.1\r\n", b"a: b\r\n" * 100_000], within_s=60))
        assert b" 200 " not in heard
        large = b"GET / HTTP/1.1\r\nConnection: close\r\n" + b"a: b\r\n" * 8_000 + b"\r\n"
        assert b" 200 " in asyncio.run(_talk([large], within_s=60))


async def _talk(sent: list[bytes], within_s: float = 0.05) -> bytes:
    """All that a server says until it hangs up; fails if it never does."""

    class Hasty(PatientProtocol):
        head_within_s = within_s

    async def app(scope_: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config, state = uvicorn.Config(app, lifespan="off", log_config=None), ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Hasty(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server, asyncio.timeout(120):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with contextlib.suppress(ConnectionError):
            for part in sent:
                writer.write(part)
                await writer.drain()
        heard = b""
        with contextlib.suppress(ConnectionError):
            heard = await reader.read()
        writer.close()
    return heard
