"""A message in the form in which it travels (RFC 5322), with its calendar part and its way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import idna

from scheduler.calendars.invitation import Invitation, Method
from scheduler.calendars.lines import one_line
from scheduler.mail.headers import POLICY
from scheduler.mail.render import Texts

_NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that makes a mail. `id` is part of the Message-ID and the same in every attempt.

    `unsubscribe` is the address of the one-click way out (RFC 8058); a mail that was asked for has none.
    """

    id: str
    to_name: str
    to_address: str
    texts: Texts
    written_at: datetime
    unsubscribe: str = ""
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail ready to be handed over. `international`: the server has to offer SMTPUTF8 (RFC 6531)."""

    reader: str
    content: bytes
    international: bool


def parcel_of(letter: Letter, mail_from: str, host: str) -> Parcel:
    """The letter as the bytes that travel. Raises ValueError when an address can't be written in one."""
    message = compose(letter, mail_from, host)
    beyond_ascii = bool(getattr(message.policy, "utf8", False))
    return Parcel(message["To"].addresses[0].addr_spec, message.as_bytes(), beyond_ascii)


def sender_address(mail_from: str) -> tuple[str, str]:
    """Name and address of `Expo <no-reply@example.org>`. Raises ValueError for something else."""
    name, address = parseaddr(mail_from)
    if "@" not in address:
        raise ValueError(f"MAIL_FROM is '{mail_from}'; it must hold a mail address.")
    return name, wire_address(address)


def wire_address(address: str) -> str:
    """The address as mail servers know it: the domain in ASCII (RFC 5891), the local part as it is.

    Raises ValueError for what is no mail address.
    """
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain:
        raise ValueError(f"'{address}' is no mail address.")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise ValueError(f"The domain of '{address}' can't be written in a mail.") from None
    return f"{local}@{domain}"


def compose(letter: Letter, mail_from: str, host: str) -> EmailMessage:
    """The mail. Raises ValueError when an address can't be written in one."""
    name, address = sender_address(mail_from)
    reader = _mailbox(letter.to_name, letter.to_address)
    author = _mailbox(name, address)
    beyond_ascii = not (reader.addr_spec.isascii() and author.addr_spec.isascii())
    message = EmailMessage(policy=POLICY.clone(utf8=beyond_ascii))
    message["From"] = author
    message["To"] = reader
    message["Subject"] = one_line(letter.texts.subject)
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{host}>"
    # Answering machines stay silent (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.texts.text)
    if letter.texts.html:
        message.add_alternative(letter.texts.html, subtype="html")
    if len(letter.invitations) == 1 and letter.invitations[0].method is not Method.PUBLISH:
        _embed(message, letter.invitations[0])
    else:
        for number, invitation in enumerate(letter.invitations, start=1):
            _attach(message, invitation, number)
    return message


def _embed(message: EmailMessage, invitation: Invitation) -> None:
    """The calendar part as one of the alternatives: what Outlook and Google take for an invitation.

    The method stands in the MIME type as in the file; with another one, or none, the buttons stay away.
    """
    message.add_alternative(
        invitation.body.decode("utf-8"),
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": invitation.method.value, "name": "invite.ics"},
    )


def _attach(message: EmailMessage, invitation: Invitation, number: int) -> None:
    """The calendar file as one of several: iTIP allows one meeting in each."""
    whole = invitation.method is Method.PUBLISH
    message.add_attachment(
        invitation.body,
        maintype="text",
        subtype="calendar",
        filename="agenda.ics" if whole else f"{number:02}-{invitation.method.value.lower()}.ics",
        params={"method": invitation.method.value, "charset": "utf-8"},
    )


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = wire_address(address).rpartition("@")
    try:
        return Address(one_line(name, _NAME_LIMIT), local, domain)
    except (ValueError, HeaderParseError) as error:
        raise ValueError(f"'{address}' can't be written in a mail: {error}") from None
