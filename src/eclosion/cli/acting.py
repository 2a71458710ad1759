"""Carries out what a simulated population does, on a real network, as strangers' agents and their owners would.

It knows the network's ids of what the acts call by number. What refers to something that could not be made is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any, NamedTuple

from eclosion.client import Client, OwnerClient, Patience
from eclosion.gate.solver import Agent, GateRefused
from eclosion.kernel.errors import Conflict, Forbidden, Unavailable
from eclosion.swarm import acts
from eclosion.swarm.characters import Character, owner_names

PATIENCE = Patience(timeout_s=10, tries=2, wait_max_s=2)
NAME_MAX = 32
NAMESAKES = 20


class Made(NamedTuple):
    """A post, a comment or a conversation, as the network knows it."""

    id: str
    kind: str


class Desk(NamedTuple):
    """An owner's sign-in code, and how many agents the owner answers for."""

    owner: str
    code: str
    agents: int


class Stage:
    """One network, and what this population has made on it. For one thread.

    Args:
        url: the network.
        people: the agents, by number.
        operator_link: signs the operator in once; without it the operator answers for nobody.
    """

    def __init__(self, url: str, people: Sequence[Character], operator_link: str = "") -> None:
        self._people = people
        self._client = Client(url, patience=PATIENCE)  # one connection; the key changes
        self._keys: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._claims: dict[int, tuple[str, str]] = {}
        self._made: dict[int, Made] = {}
        self._owners: dict[int, OwnerClient] = {}
        self._codes: dict[int, str] = {}
        self._owned: dict[int, int] = {}
        self.operator = OwnerClient(url, patience=PATIENCE)
        self._operator_link = operator_link
        self._ways: dict[type[Any], Callable[[Any], None]] = {
            acts.Join: self._join,
            acts.Claim: self._claim,
            acts.Prove: self._prove,
            acts.Found: self._found,
            acts.Post: self._post,
            acts.Reply: self._reply,
            acts.Vote: self._vote,
            acts.Ask: self._ask,
            acts.Answer: self._answer,
            acts.Send: self._send,
            acts.Appoint: lambda act: self._as(act.agent).appoint(
                act.submolt, self._names[act.other]
            ),
            acts.Subscribe: lambda act: self._as(act.agent).subscribe(act.submolt),
            acts.Follow: lambda act: self._as(act.agent).follow(self._names[act.other]),
            acts.Edit: lambda act: self._as(act.agent).edit_post(self.id_of(act.key), act.content),
            acts.Delete: lambda act: self._as(act.agent).delete_post(self.id_of(act.key)),
            acts.Report: lambda act: self._as(act.agent).report(self.id_of(act.key), act.reason),
            acts.Remove: lambda act: self._as(act.agent).remove_post(
                self.id_of(act.key), act.reason
            ),
            acts.Pin: lambda act: self._as(act.agent).pin(self.id_of(act.key)),
        }

    def perform(self, act: acts.Act) -> bool:
        """Carry out one act; False if it is about somebody or something that could not be made.

        Raises:
            EclosionError: the network refused, or cannot be reached.
        """
        try:
            self._ways[type(act)](act)
        except KeyError:
            return False
        return True

    def id_of(self, key: int) -> str:
        """The network's own id of a post, a comment or a conversation.

        Raises:
            KeyError: it could not be made.
        """
        return self._made[key].id

    def names(self, count: int) -> list[str]:
        """What the first so many who joined are called."""
        return list(self._names.values())[:count]

    def close(self) -> None:
        """Let go of all connections."""
        for client in (self._client, self.operator, *self._owners.values()):
            client.close()

    def desk(self) -> Desk | None:
        """The owner who answers for the most agents here, if any does."""
        if not self._codes:
            return None
        owner = max(self._codes, key=lambda one: self._owned[one])
        return Desk(owner_names()[owner], self._codes[owner], self._owned[owner])

    def _as(self, agent: int) -> Client:
        self._client.key = self._keys[agent]
        return self._client

    def _join(self, act: acts.Join) -> None:
        person = self._people[act.agent]
        self._client.key = ""
        joined = None
        for number in range(1, NAMESAKES):
            tail = f"-{number}" if number > 1 else ""  # kept data may know the name already
            try:
                name = person.name[: NAME_MAX - len(tail)] + tail
                joined = self._client.register(name, person.description)
                break
            except Conflict:
                continue
        if joined is None:
            return
        self._keys[act.agent], self._names[act.agent] = joined.api_key, joined.name
        self._claims[act.agent] = (joined.claim_url, joined.verification_code)
        if person.model:
            self._as(act.agent).describe(person.description, person.model)

    def _claim(self, act: acts.Claim) -> None:
        url, code = self._claims[act.agent]
        if act.owner == acts.OPERATOR:
            if self._operator_link:
                self.sign_operator_in()
                self.operator.claim(url, code)
            return
        owner = self._owners.get(act.owner)
        if owner is None:
            owner = self._owners[act.owner] = OwnerClient(self._client.url, patience=PATIENCE)
        done = owner.claim(url, code, owner_names()[act.owner])
        owner.close()
        if done.sign_in_code:
            self._codes[act.owner] = done.sign_in_code
        self._owned[act.owner] = self._owned.get(act.owner, 0) + 1

    def sign_operator_in(self) -> None:
        """Use the operator's link, if that has not been done."""
        if not self.operator.key:
            self.operator.sign_in(self._operator_link)

    def _prove(self, act: acts.Prove) -> None:
        """Through the gate like anybody: price, burst, and no language rounds, for nobody here can read."""
        client = self._as(act.agent)
        try:
            client.prove(Agent(client.url))
        except GateRefused as error:
            raise Forbidden(f"The gate refused: {error}") from None
        except (OSError, HTTPException) as error:
            # The network ends while somebody stands in its gate.
            raise Unavailable(f"The gate went away: {error}") from None

    def _found(self, act: acts.Found) -> None:
        try:
            client = self._as(act.agent)
            client.found_submolt(act.name, act.display, act.description, act.demands)
        except Conflict:
            return  # it is there already

    def _post(self, act: acts.Post) -> None:
        text = act.text
        made = self._as(act.agent).post(text.submolt, text.title, text.content)
        self._made[act.key] = Made(made.id, "posts")

    def _reply(self, act: acts.Reply) -> None:
        parent = "" if act.parent == act.post else self.id_of(act.parent)
        made = self._as(act.agent).comment(self.id_of(act.post), act.text.content, parent)
        self._made[act.key] = Made(made.id, "comments")

    def _vote(self, act: acts.Vote) -> None:
        made = self._made[act.key]
        self._as(act.agent).vote(made.id, act.value, on=made.kind)

    def _ask(self, act: acts.Ask) -> None:
        talk = self._as(act.agent).ask(self._names[act.other], act.message)
        self._made[act.key] = Made(talk.conversation_id, "conversations")

    def _answer(self, act: acts.Answer) -> None:
        client, id_ = self._as(act.agent), self.id_of(act.key)
        if act.how == "approved":
            client.approve(id_)
        else:
            client.reject(id_, block=act.how == "blocked")

    def _send(self, act: acts.Send) -> None:
        client = self._as(act.agent)
        client.send(self.id_of(act.key), act.message, needs_human_input=act.needs_owner)


def desks(stage: Stage, url: str) -> list[tuple[str, str, str]]:
    """Who may be signed in as, by which link (once) and by which code (again and again); made by the operator.

    Raises:
        EclosionError: the network refused, or cannot be reached.
    """
    stage.sign_operator_in()
    operator = stage.operator
    found = [("operator", operator.link_for(operator.own_id()), operator.new_code())]
    desk = stage.desk()
    if desk is not None:
        owner = OwnerClient(url, patience=PATIENCE)
        owner.sign_in_by_code(desk.code)
        who = f"{desk.owner}, owner of {desk.agents} agents"
        found.append((who, operator.link_for(owner.own_id()), desk.code))
        owner.close()
    operator.close()
    return found
