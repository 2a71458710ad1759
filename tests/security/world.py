"""A small world with secrets in it, and the people who should not learn them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import msgspec
from msgspec import Struct

from eclosion.app.house import House
from eclosion.http.door import NoBody, Route
from eclosion.kernel.ids import Kind, from_wire, to_wire
from eclosion.network.model.roots import Identity
from eclosion.network.service import owners
from eclosion.network.store import owners as owner_rows
from eclosion.store import Unit
from tests.house import Answer, Client

TEXT = "the-anemone-sings-at-midnight"
MAIL = "io@private.example"
_TEXTS = {
    "name": "a-new-name",
    "title": "A title",
    "content": "A text about anemone and other things",
    "message": "A message of some length",
    "to": "ada",
    "agent_name": "bob",
    "author": "ada",
    "email": "somebody@else.example",
    "username": "ada",
    "target_type": "post",
    "key": "a-key",
    "description": "",
    "audience": "service.example.org",
    "answer": "12.00",
    "token": "eyJhbGciOiJFZERTQSJ9.e30.AA",
    "q": "anemone midnight",
    "sort": "new",
    "type": "all",
    "cursor": "",
    "url": "",
    "submolt_name": "general",
    "submolt": "general",
    "recovery_code": "recover_" + "0" * 40,
    "claim_token": "moltbook_claim_" + "0" * 64,
    "app": "",
    "endpoint": "",
    "header": "",
    "role": "moderator",
    "kind": "tag",
    "color": "",
    "banner_color": "",
    "theme_color": "",
    "placement": "inline",
    "demands": "",
    "reason": "A reason",
}


@dataclass
class World:
    """Ada and Bob talk in private; Ada's owner has an address; Eve and the moderator want to know.

    ``secrets`` are all the texts that nobody but their holder may see, by what they are; ``askers`` those who try.
    """

    client: Client
    house: House
    secrets: dict[str, str] = field(default_factory=dict)
    askers: dict[str, Client] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ada, self.bob = self._join("ada"), self._join("bob")
        eve, moderator = self._join("eve", keep=False), self._join("mod", keep=False)
        talk = self.ada.post(
            "/agents/dm/request", {"to": "bob", "message": f"Hello, {TEXT} is the word."}
        )
        self.ids["conversation"] = talk["conversation_id"]
        self.bob.post(f"/agents/dm/requests/{talk['conversation_id']}/approve")
        sent = self.bob.post(
            f"/agents/dm/conversations/{talk['conversation_id']}/send", {"message": f"Yes: {TEXT}"}
        )
        self.ids["message"] = sent["message_id"]
        self.secrets["message"] = TEXT
        post = {"submolt_name": "general", "title": "Public", "content": "About anemone"}
        self.ids["post"] = self.ada.post("/posts", post)["post"]["id"]
        comment = self.ada.post(f"/posts/{self.ids['post']}/comments", {"content": "Public too"})
        self.ids["comment"] = comment["comment"]["id"]
        self._found(moderator)
        self.askers = {
            "stranger": self.client,
            "other agent": eve,
            "moderator": moderator,
            "other owner": replace(self.client, key=self._claim("eve", "owner of eve", "")[1]),
        }
        owner, session = self._claim("ada", "Io", MAIL)
        self.owner_of_ada = replace(self.client, key=session)
        self.ids["owner"] = to_wire(Kind.OWNER, owner)
        self.ids["agent"] = self.client.get("/agents/profile?name=ada")["agent"]["id"]
        self.secrets |= {"address": MAIL, "session": session}
        # An address that is public and never sent to: what it waits for does not happen.
        hook = {"url": "https://8.8.8.8/", "types": ["network.frozen"]}
        webhook = self.ada.post("/webhooks", hook)["webhook"]
        self.ids["webhook"] = webhook["id"]
        self.secrets["secret of a webhook"] = webhook["secret"]
        keys = self.ada.get("/agents/me/keys")
        self.ids["key"] = keys["keys"][0]["id"] if keys.status == 200 else self.ids["agent"]

    def _join(self, name: str, *, keep: bool = True) -> Client:
        told = self.client.post("/agents/register", {"name": name, "description": ""})["agent"]
        if keep:
            for what in ("api_key", "recovery_code"):
                self.secrets[f"{what} of {name}"] = told[what]
            self.secrets[f"claim token of {name}"] = told["claim_url"].rpartition("/")[2]
            self.secrets[f"verification code of {name}"] = told["verification_code"]
        return replace(self.client, key=told["api_key"], name=name)

    def _found(self, moderator: Client) -> None:
        """The moderator's own submolt, with a post of Ada's in it, to have powers over."""
        body = {"name": "reef", "display_name": "Reef", "description": ""}
        assert moderator.post("/submolts", body).status == 201
        post = {"submolt_name": "reef", "title": "Moderated", "content": "Public as well"}
        self.ids["moderated post"] = self.ada.post("/posts", post)["post"]["id"]

    def _claim(self, name: str, owner_name: str, mail: str) -> tuple[int, str]:
        net, number = self.house.network, from_wire(Kind.AGENT, self._id(name))
        assert number is not None

        def work(unit: Unit) -> tuple[int, str]:
            kind = "email" if mail else "local"
            owner = owners.add_owner(net, unit, Identity(kind, owner_name, owner_name, mail))
            owner_rows.bind(unit, number, owner.id, False, net.clock.now_ms())
            owner_rows.count_owned(unit, owner.id, 1)
            return owner.id, owners.begin_session(net, unit, owner, kind)

        return self.house.store.write_now(work)

    def _id(self, name: str) -> str:
        return str(self.client.get(f"/agents/profile?name={name}")["agent"]["id"])

    def requests(self, route: Route) -> Iterator[tuple[str, str, object]]:
        """What to send to a route: method, path with query, body; one for each thing it could be about."""
        for path in self._paths(route.path):
            query = "&".join(f"{k}={v}" for k, v in _fill(route.query, self.ids).items())
            body = None if route.body is NoBody else _fill(route.body, self.ids)
            yield route.method, f"//{path.lstrip('/')}" + (f"?{query}" if query else ""), body

    def _paths(self, path: str) -> list[str]:
        found = [path]
        values = {
            "{id}": list(dict.fromkeys(self.ids.values())),
            "{post_id}": [self.ids["post"]],
            "{name}": ["general", "reef"] if "/submolts/" in path else ["ada", "bob"],
            "{agent_name}": ["ada"],
            "{token}": ["moltbook_claim_" + "0" * 64],
            "{kind}": ["oidc"],
            "{holder}": [self.ids["agent"]],
            "{role}": ["avatar"],
            "{version}": ["0"],
        }
        for name, choices in values.items():
            found = [one.replace(name, choice) for one in found for choice in choices]
        assert not any("{" in one for one in found), f"say what {path} is about"
        return list(dict.fromkeys(found))


def leaks(answer: Answer, secrets: dict[str, str]) -> list[str]:
    """Which secrets stand in a reply, body or headers."""
    text = answer.body.decode("utf-8", "replace") + repr(answer.headers)
    return [what for what, secret in secrets.items() if secret.lower() in text.lower()]


def _fill(type_: type[Struct], ids: dict[str, str]) -> dict[str, Any]:
    """A plausible value for each field of a struct."""
    return {
        field.encode_name: _value(field.encode_name, field.type, ids)
        for field in msgspec.structs.fields(type_)
    }


def _value(name: str, type_: Any, ids: dict[str, str]) -> Any:
    if name.endswith("_id"):
        return ids["comment" if "comment" in name or "parent" in name else "post"]
    kinds = get_args(type_) or (type_,)
    if name == "limit":
        return 100
    if bool in kinds:
        return False
    if int in kinds:
        return 0
    if any(getattr(kind, "__origin__", kind) is list for kind in kinds):
        return []
    if any(getattr(kind, "__origin__", kind) is dict for kind in kinds):
        return {}
    return _TEXTS.get(name, "x")
