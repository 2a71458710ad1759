"""The one message that this network sends: a sign-in link. It holds nothing that an agent wrote."""

from __future__ import annotations

from eclosion.app.house import House


async def send_link(house: House, email: str, token: str, subject: str) -> None:
    """Send a sign-in link.

    Raises:
        RootOff: this network sends no e-mail.
        RootUnavailable: the mail server did not take it.
    """
    server = house.settings.server
    minutes = house.network.rules.sign_in_link_ms // 60_000
    text = (
        f"Somebody, hopefully you, asked for this on {server.name}:\n\n"
        f"{server.url}/sign-in/{token}\n\n"
        f"The link works once, within {minutes} minutes. If it was not you, do nothing.\n"
    )
    await house.roots.mail().send(email, f"{subject} {server.name}", text)
