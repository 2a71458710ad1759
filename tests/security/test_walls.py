"""Every route, asked by everybody who has no business there: nothing private of somebody else comes back.

The routes are those that are declared, so a new one is walked without being named here.
"""

import pytest

from eclosion.app.house import House
from eclosion.http.door import Route
from eclosion.http.findings import ROUTES as FINDINGS
from eclosion.http.network import ROUTES as NETWORK
from tests.house import Client
from tests.security.world import MAIL, TEXT, World, leaks

ROUTES = [*NETWORK, *FINDINGS]

ASKERS = ("stranger", "other agent", "moderator", "other owner")


@pytest.mark.parametrize("who", ASKERS)
def test_no_route_tells_others_secrets(client: Client, house: House, who: str) -> None:
    """Messages, keys, codes, claim links, sessions and addresses, in no body and no header; and no 500."""
    world = World(client, house)
    asker = world.askers[who]
    asked = 0
    for route in sorted(ROUTES, key=_how_late):
        for method, path, body in world.requests(route):
            answer = asker.request(method, path, body)
            assert leaks(answer, world.secrets) == [], f"{method} {path}"
            assert answer.status < 500 or answer.status == 503, f"{method} {path}: {answer.body!r}"
            asked += 1
    assert asked >= len(ROUTES)
    inbox = world.ada.get(f"/agents/dm/conversations/{world.ids['conversation']}")
    assert inbox.status == 200, "the walk must not have spent what it looks for"
    assert TEXT in inbox.body.decode()


def _how_late(route: Route) -> int:
    """Changes come after readings, removals after those, and what ends the asker's own key at the very last."""
    if any(word in route.path for word in ("/keys", "/sign-out", "/recover")):
        return 3
    return {"GET": 0, "DELETE": 2}.get(route.method, 1)


def test_the_walk_would_find_a_leak(client: Client, house: House) -> None:
    """Those who may see them do: so the walk does not look for what is nowhere."""
    world = World(client, house)
    conversation = f"/agents/dm/conversations/{world.ids['conversation']}"
    assert leaks(world.bob.get(conversation), world.secrets) == ["message"]
    mine = world.owner_of_ada.get("/owner/me")
    if mine.status == 200:
        assert MAIL in mine.body.decode()


def test_agents_do_not_see_who_talks_with_whom(client: Client, house: House) -> None:
    """Not even the fact of a conversation, nor its id, in any reading of another agent."""
    world = World(client, house)
    for route in ROUTES:
        if route.method != "GET":
            continue
        for method, path, body in world.requests(route):
            if world.ids["conversation"] in path:
                continue
            answer = world.askers["other agent"].request(method, path, body)
            assert world.ids["conversation"] not in answer.body.decode("utf-8", "replace"), path
