"""The mail of a letter as Python's email package composes it: what our own bytes are compared with."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from scheduler.calendars.invitation import Method
from scheduler.mail.mime import Letter, sender_address


def compose(letter: Letter, mail_from: str, host: str) -> EmailMessage:
    """With plain headers: how the package folds difficult ones is what we do otherwise."""
    name, address = sender_address(mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(letter.to_name, addr_spec=letter.to_address)
    message["Subject"] = letter.texts.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.texts.text)
    if letter.texts.html:
        message.add_alternative(letter.texts.html, subtype="html")
    if len(letter.invitations) == 1 and letter.invitations[0].method is not Method.PUBLISH:
        (invitation,) = letter.invitations
        message.add_alternative(
            invitation.body.decode(),
            subtype="calendar",
            charset="utf-8",
            cte="base64",
            params={"method": invitation.method.value, "name": "invite.ics"},
        )
        return message
    for number, invitation in enumerate(letter.invitations, start=1):
        whole = invitation.method is Method.PUBLISH
        message.add_attachment(
            invitation.body,
            maintype="text",
            subtype="calendar",
            filename="agenda.ics" if whole else f"{number:02}-{invitation.method.value.lower()}.ics",
            params={"method": invitation.method.value, "charset": "utf-8"},
        )
    return message
