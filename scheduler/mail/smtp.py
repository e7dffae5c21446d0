"""The way to the mail server, given by a URL, with every wait bounded."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit

from scheduler.errors import SchedulerError

_DOTS = re.compile(rb"(?m)^\.")
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: `smtp://`, `smtp+starttls://` or `smtps://`, `user:password@`, `?timeout=` seconds."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    timeout: float

    @classmethod
    def from_url(cls, url: str) -> Server:
        """Raises SchedulerError with a sentence when the URL can't be used."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SchedulerError(
                "MAIL_URL must look like smtp+starttls://user:password@mail.example.org:587."
            )
        try:
            port = parts.port or _PORTS[parts.scheme]
            timeout = float(parse_qs(parts.query).get("timeout", ["30"])[0])
        except ValueError:
            raise SchedulerError("MAIL_URL has a port or a timeout that is no number.") from None
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port, user, password, timeout)


class Outcome(Enum):
    """How an attempt ended. UNKNOWN: the server had the mail and the line broke before it said what became
    of it.
    """

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one attempt, and the server's words. `dead`: the server does not know the address."""

    outcome: Outcome
    words: str = ""
    dead: bool = False


class Line:
    """A connection to the mail server, opened when needed and again after a failure."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(
        self, message: EmailMessage, sender: str, reader: str, on_the_brink: Callable[[], None]
    ) -> Attempt:
        """Hand a mail over. `on_the_brink` is called right before its content goes out: until then nothing is
        sent whatever happens, after it nobody can know unless the server answers.
        """
        brink = False
        try:
            connection = self._open()
            code, words = connection.mail(sender)
            if code == 250:
                code, words = connection.rcpt(reader)
                if 500 <= code < 600:
                    self._reset()
                    return Attempt(Outcome.REFUSED, _said(code, words), dead=_unknown_address(code, words))
            if code in (250, 251):
                code, words = connection.docmd("DATA")
            if code == 354:
                content = _DOTS.sub(b"..", message.as_bytes()) + b".\r\n"
                on_the_brink()
                brink = True
                connection.send(content)
                code, words = connection.getreply()
                if code == 250:
                    return Attempt(Outcome.SENT)
            self._reset()
            return Attempt(Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER, _said(code, words))
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            return Attempt(Outcome.LATER, _said(error.smtp_code, error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            outcome = Outcome.UNKNOWN if brink else Outcome.LATER
            return Attempt(outcome, f"{type(error).__name__}: {error}"[:250])

    def close(self) -> None:
        """End the connection; a server that does not answer is left alone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        server = self._server
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if server.scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo()
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _reset(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rset()
            except (OSError, smtplib.SMTPException):
                self.close()


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"[:250]


def _unknown_address(code: int, words: bytes | str) -> bool:
    """Whether a refusal means that the address does not exist (RFC 3463: 5.1.x), and not that we are
    unwelcome.
    """
    text = _said(code, words)
    return " 5.1." in text or (code in (550, 551, 553) and " 5." not in text)
