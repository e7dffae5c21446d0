"""A message in the form in which it travels (RFC 5322), with its calendar part and its way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from scheduler.calendars.invitation import Invitation, Method
from scheduler.calendars.lines import one_line
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


def sender_address(mail_from: str) -> tuple[str, str]:
    """Name and address of `Expo <no-reply@example.org>`. Raises ValueError for something else."""
    name, address = parseaddr(mail_from)
    if "@" not in address:
        raise ValueError(f"MAIL_FROM is '{mail_from}'; it must hold a mail address.")
    return name, address


def compose(letter: Letter, mail_from: str, host: str) -> EmailMessage:
    """The mail. Raises ValueError when an address can't be written in one."""
    message = EmailMessage(policy=SMTP)
    name, address = sender_address(mail_from)
    message["From"] = _mailbox(name, address)
    message["To"] = _mailbox(letter.to_name, letter.to_address)
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
    local, _, domain = address.strip().rpartition("@")
    if not local or not domain:
        raise ValueError(f"'{address}' is no mail address.")
    return Address(one_line(name, _NAME_LIMIT), local, domain)
