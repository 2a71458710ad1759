"""E-mail as a root: a message over SMTP (RFC 5321), sent from a thread so that nobody waits for a mail server."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage

from eclosion.app.roots import RootUnavailable
from eclosion.app.settings import Owners

TIMEOUT_S = 15


class SmtpMailer:
    """Hands messages to the mail server of the settings."""

    def __init__(self, settings: Owners) -> None:
        self._settings = settings

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send a plain message.

        Raises:
            RootUnavailable: the mail server did not take it.
        """
        message = EmailMessage()
        message["From"] = self._settings.email_from
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        try:
            await asyncio.to_thread(self._deliver, message)
        except (OSError, smtplib.SMTPException):
            raise RootUnavailable("The mail server did not take the message.") from None

    def _deliver(self, message: EmailMessage) -> None:
        chosen = self._settings
        context = ssl.create_default_context()
        if chosen.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                chosen.smtp_host, chosen.smtp_port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(chosen.smtp_host, chosen.smtp_port, timeout=TIMEOUT_S)
        with server:
            if chosen.smtp_tls == "starttls":
                server.starttls(context=context)
            if chosen.smtp_user:
                server.login(chosen.smtp_user, chosen.smtp_password)
            server.send_message(message)
