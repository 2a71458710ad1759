"""What owners sign in with beside the local code: plug-ins behind two small protocols, all off until they are set up.

A *mailer* sends a link to an address, and whoever opens it has the address. A *redirecting* root sends the browser to
somebody who knows the person (OpenID Connect, X) and learns on its return who that is. Neither keeps anything:
what has to be remembered between the two steps travels sealed in a cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from eclosion.app.settings import Owners
from eclosion.kernel.clock import Clock
from eclosion.kernel.errors import Unavailable
from eclosion.network.errors import RootOff
from eclosion.network.model.roots import Identity

__all__ = ["Begun", "Mailer", "Redirecting", "RootUnavailable", "Roots", "open_roots"]


class RootUnavailable(Unavailable):
    """Whoever vouches for you cannot be reached, or has refused."""

    code = "root_unavailable"


class Begun(NamedTuple):
    """Where to send the browser, and what to remember until it comes back."""

    url: str
    secret: dict[str, str]


class Mailer(Protocol):
    """Sends mail."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send a plain message.

        Raises:
            RootUnavailable: the mail server did not take it.
        """
        ...


class Redirecting(Protocol):
    """Asks somebody else who a person is."""

    kind: str
    label: str

    async def begin(self, redirect_uri: str) -> Begun:
        """Where the browser has to go.

        Raises:
            RootUnavailable: the provider cannot be reached.
        """
        ...

    async def finish(
        self, redirect_uri: str, secret: Mapping[str, str], query: Mapping[str, str]
    ) -> Identity:
        """Who came back.

        Raises:
            RootUnavailable: the provider refused, or said something that cannot be believed.
        """
        ...


@dataclass(frozen=True)
class Roots:
    """The plug-ins of one network."""

    mailer: Mailer | None = None
    others: dict[str, Redirecting] = field(default_factory=dict)

    def redirecting(self, kind: str) -> Redirecting:
        """One that asks somebody else.

        Raises:
            RootOff: it is not set up here.
        """
        if kind not in self.others:
            raise RootOff
        return self.others[kind]

    def mail(self) -> Mailer:
        """The one that sends mail.

        Raises:
            RootOff: none is set up here.
        """
        if self.mailer is None:
            raise RootOff(
                "This network sends no e-mail.",
                "Open the claim link, or sign in with the code that you saved.",
            )
        return self.mailer


def open_roots(settings: Owners, clock: Clock) -> Roots:
    """The plug-ins that the settings ask for."""
    from eclosion.app.roots.mail import SmtpMailer
    from eclosion.app.roots.oidc import OidcRoot
    from eclosion.app.roots.x import XRoot

    others: dict[str, Redirecting] = {}
    if settings.oidc_issuer:
        others["oidc"] = OidcRoot(settings, clock)
    if settings.x_client_id:
        others["x"] = XRoot(settings)
    return Roots(SmtpMailer(settings) if settings.smtp_host else None, others)
