"""The way to the mail server, given by a URL, with every wait bounded."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, unquote, urlsplit

from scheduler.errors import SchedulerError
from scheduler.mail.bounces import names_no_mailbox
from scheduler.mail.mime import Parcel

_DOTS = re.compile(rb"(?m)^\.")
_STATUS = re.compile(r"\d{3}[ -]+(\d\.\d{1,3}\.\d{1,3})\b")
KEPT = 15.0
"""Seconds without a mail after which a connection is not used again."""
NOT_INTERNATIONAL = (
    "The part of the address before the @ has letters beyond ASCII, and the mail server does not take such"
    " addresses (SMTPUTF8)."
)
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


class DeliveryOutcome(Enum):
    """How an attempt ended. UNKNOWN: the server had the mail and the line broke before it said what became
    of it. ABSENT: the server could not be reached, which says nothing about this mail.
    """

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one attempt, and the server's words. `dead`: the server does not know the address.
    `crowded`: it asks for less, of whatever mail.
    """

    outcome: DeliveryOutcome
    words: str = ""
    dead: bool = False
    crowded: bool = False


class SmtpConnection:
    """A connection to the mail server: opened when needed, kept for a while, opened again when it was lost."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, parcel: Parcel, sender: str, on_the_brink: Callable[[], None]) -> Attempt:
        """Hand a mail over. `on_the_brink` is called right before its content goes out: until then nothing is
        sent whatever happens, after it nobody can know unless the server answers.
        """
        if time.monotonic() - self._used > KEPT:
            # What lies between us and the server may have forgotten the line: asking it could take minutes.
            self.drop()
        kept = self._connection is not None
        attempt = self._attempt(parcel, sender, on_the_brink)
        if (
            kept
            and self._connection is None
            and attempt.outcome in (DeliveryOutcome.LATER, DeliveryOutcome.ABSENT)
        ):
            # The server had ended a line that lay idle, or was used often enough. That is no answer to this mail.
            attempt = self._attempt(parcel, sender, on_the_brink)
        self._used = time.monotonic()
        return attempt

    def idle(self) -> None:
        """End a connection that was not used for a while."""
        if self._connection is not None and time.monotonic() - self._used > KEPT / 2:
            self.close()

    def close(self) -> None:
        """End the connection politely; a server that does not answer is left alone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(2.0)
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def drop(self) -> None:
        """End the connection without a word."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _attempt(self, parcel: Parcel, sender: str, on_the_brink: Callable[[], None]) -> Attempt:
        try:
            connection = self._open()
        except smtplib.SMTPAuthenticationError as error:
            return Attempt(DeliveryOutcome.ABSENT, _said(error.smtp_code, error.smtp_error))
        except smtplib.SMTPResponseException as error:
            return Attempt(DeliveryOutcome.ABSENT, _said(error.smtp_code, error.smtp_error), crowded=True)
        except (OSError, smtplib.SMTPException) as error:
            return Attempt(DeliveryOutcome.ABSENT, _broken(error))
        if parcel.international and not connection.has_extn("smtputf8"):
            return Attempt(DeliveryOutcome.REFUSED, NOT_INTERNATIONAL)
        crossed = False

        def brink() -> None:
            nonlocal crossed
            on_the_brink()
            crossed = True

        try:
            return self._hand_over(connection, parcel, sender, brink)
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Attempt(DeliveryOutcome.UNKNOWN if crossed else DeliveryOutcome.LATER, _broken(error))
        except BaseException:
            # In the middle of a mail the line is of no more use.
            self.drop()
            raise

    def _hand_over(
        self, connection: smtplib.SMTP, parcel: Parcel, sender: str, brink: Callable[[], None]
    ) -> Attempt:
        options = ["SMTPUTF8", "BODY=8BITMIME"] if parcel.international else []
        code, words = connection.mail(sender, options)
        if code != 250:
            self.drop()
            if parcel.international and 500 <= code < 600:
                return Attempt(DeliveryOutcome.REFUSED, _said(code, words))
            # It speaks of us, not of this mail.
            return Attempt(DeliveryOutcome.ABSENT, _said(code, words), crowded=400 <= code < 500)
        code, words = connection.rcpt(parcel.reader)
        if 500 <= code < 600:
            self._reset()
            return Attempt(DeliveryOutcome.REFUSED, _said(code, words), dead=_unknown_address(code, words))
        if code in (250, 251):
            code, words = connection.docmd("DATA")
        if code == 354:
            brink()
            connection.send(_DOTS.sub(b"..", parcel.content) + b".\r\n")
            code, words = connection.getreply()
            if code == 250:
                return Attempt(DeliveryOutcome.SENT)
        said = _said(code, words)
        if code == 421:
            # The server ends the line (RFC 5321, 3.8).
            self.drop()
            return Attempt(DeliveryOutcome.LATER, said, crowded=True)
        self._reset()
        if 500 <= code < 600:
            return Attempt(DeliveryOutcome.REFUSED, said)
        return Attempt(DeliveryOutcome.LATER, said, crowded=_enhanced(said).startswith(("4.3.", "4.4.5")))

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
        self._used = time.monotonic()
        return connection

    def _reset(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rset()
            except (OSError, smtplib.SMTPException):
                self.drop()


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"[:250]


def _broken(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:250]


def _enhanced(said: str) -> str:
    """The enhanced status of an answer (RFC 3463), empty when it has none."""
    found = _STATUS.match(said)
    return found[1] if found else ""


def _unknown_address(code: int, words: bytes | str) -> bool:
    """Whether a refusal means that the address does not exist, and not that we are unwelcome."""
    return names_no_mailbox(_enhanced(_said(code, words)))
