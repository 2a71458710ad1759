"""An agent and the owner who answers for it."""

from dataclasses import replace

from tests.house import Client


class Pair:
    """An agent that its owner has claimed; both can send requests."""

    def __init__(self, client: Client, name: str) -> None:
        made = client.post("/agents/register", {"name": name}).json["agent"]
        self.agent = replace(client, key=made["api_key"], name=name)
        self.recovery_code = made["recovery_code"]
        path = "//" + made["claim_url"].split("testserver/")[1]
        claimed = client.told(Accept="application/json").post(
            path, {"verification_code": made["verification_code"], "name": f"{name}'s owner"}
        )
        self.owner = replace(client, key=claimed["session"])
