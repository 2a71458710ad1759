"""What the network's gate publishes for programs of others: OAuth metadata and a signed agent card."""

from typing import Any

import pytest

from eclosion.app.house import House
from eclosion.gate.agent_card import CARD, EXTENSION, read_card, verify_card
from eclosion.gate.oauth import GRANT_PASS, RESOURCE, SERVER
from eclosion.gate.signatures import Fetched
from eclosion.gate.signatures.directories import read_directory
from tests.house import Client

URL = "http://testserver"
PROOF = "/api/v1/agents/me/proof"


def test_oauth_clients_find_the_token_endpoint(client: Client) -> None:
    resource = client.get(f"/{RESOURCE}{PROOF}")
    assert (resource["resource"], resource["authorization_servers"]) == (URL + PROOF, [URL])
    server = client.get(f"/{SERVER}")
    assert server["issuer"] == URL
    assert server["token_endpoint"] == f"{URL}/gate/token"
    assert GRANT_PASS in server["grant_types_supported"]
    assert client.get(f"/{RESOURCE}/api/v1/posts").status == 404
    assert client.get("//gate/authorize")["error"] == "unsupported_response_type"


def test_the_networks_card_is_signed_by_a_key_that_it_publishes(client: Client) -> None:
    heard = client.get(f"/{CARD}")
    keys = client.get("//gate/jwks.json")
    known = read_directory("jwks_uri", Fetched("application/json", keys.body), 0, timeless=True)
    card: dict[str, Any] = verify_card(read_card(heard.body), known).told
    assert card["name"] == "Eclosion"
    assert {one["url"] for one in card["supportedInterfaces"]} == {f"{URL}/api/v1", f"{URL}/mcp"}
    (extension,) = card["capabilities"]["extensions"]
    assert extension["uri"] == EXTENSION
    assert "required" not in extension, "nobody needs the gate to take part"


@pytest.mark.parametrize("path", [CARD, SERVER, RESOURCE + PROOF])
def test_only_reading_is_served_there(client: Client, path: str, house: House) -> None:
    assert house.gatehouse is not None
    assert client.post(f"/{path}").status == 404
