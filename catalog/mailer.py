"""Send e-mail through the operator's mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import make_msgid
from enum import StrEnum

import msgspec

_TIMEOUT_S = 20.0
_FINAL = range(500, 600)


class MailSecurity(StrEnum):
    """How the way to the mail server is kept from listeners."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes out, and as whom."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str | None = None
    password: str | None = None


class MailTroubleError(Exception):
    """A letter did not go out; ``is_final`` where trying again would not help."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Mailer:
    """Sends letters one by one; certificates are checked against those the system trusts."""

    def __init__(self, server: MailServer, *, trusted: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trusted = trusted or ssl.create_default_context()

    def send(self, to: str, *, subject: str, text: str, key: str) -> None:
        """Send a letter; its key makes its message id, so that a second copy is known as one.

        Raises:
            MailTroubleError: The server was not reached, or did not take it.
        """
        message = EmailMessage()
        try:
            message["From"] = self._server.sender
            message["To"] = to
            message["Subject"] = subject
            message["Message-ID"] = make_msgid(key, domain=self._server.sender.rpartition("@")[2])
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(text)
        except ValueError as error:  # A line break in an address or a subject.
            raise MailTroubleError(str(error), is_final=True) from error
        try:
            with self._connected() as connection:
                connection.send_message(message)
        except smtplib.SMTPResponseException as error:
            reason = f"{error.smtp_code} {_text(error.smtp_error)}"
            raise MailTroubleError(reason, is_final=error.smtp_code in _FINAL) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise MailTroubleError(f"{code} {_text(said)}", is_final=code in _FINAL) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailTroubleError(str(error) or type(error).__name__, is_final=False) from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security is MailSecurity.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_TIMEOUT_S, context=self._trusted
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
        try:
            if server.security is MailSecurity.STARTTLS:
                connection.starttls(context=self._trusted)
            if server.user is not None:
                connection.login(server.user, server.password or "")
        except BaseException:
            connection.close()
            raise
        return connection


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
