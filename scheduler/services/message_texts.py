"""From a row of the outbox to the mail that is sent: texts, invitation, way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from scheduler.calendars.invitation import Invitation, Mailbox, invite
from scheduler.calendars.writer import Site
from scheduler.domain.messages import MessageKind
from scheduler.mail.form import Letter, sender_address
from scheduler.mail.payload import entry_from_json
from scheduler.mail.render import Setting, Texts, render
from scheduler.models import Event, OutboxMessage
from scheduler.services.messages import preference_of
from scheduler.services.wording import words_for


@dataclass(frozen=True, slots=True)
class Post:
    """What an installation's configuration says about mail. `templates` is the folder of all templates."""

    templates: str
    base_url: str
    uid_host: str
    mail_from: str

    @classmethod
    def from_config(cls, config: dict[str, Any], templates: str) -> Post:
        return cls(templates, str(config["BASE_URL"]), str(config["UID_HOST"]), str(config["MAIL_FROM"]))


def texts_of(session: Session, message: OutboxMessage, post: Post) -> Texts:
    """The texts of a message, made from its payload unless they are there already."""
    if message.text or message.payload is None or message.event_id is None:
        return Texts(message.subject, message.text, message.html)
    event = session.get_one(Event, message.event_id)
    address = f"{post.base_url}/e/{event.slug}"
    setting = Setting(
        event_name=event.name,
        zone=event.zone,
        locale=message.locale or "en",
        words=words_for(message.locale),
        agenda_address=f"{address}/me/agenda",
        requests_address=f"{address}/me/requests",
        calls_address=f"{address}/me/calls",
        calendar_address=f"{address}/me/calendar",
        preferences_address=f"{address}/me/mails",
    )
    return render(post.templates, message.kind, message.payload, setting, name=message.to_name)


def fill(session: Session, message: OutboxMessage, post: Post) -> None:
    """Write the texts into the row, so that a second attempt sends the same mail."""
    texts = texts_of(session, message, post)
    message.subject, message.text, message.html = texts.subject, texts.text, texts.html


def letter_of(session: Session, message: OutboxMessage, post: Post) -> Letter:
    """The mail of a message whose texts are filled in."""
    unsubscribe = ""
    if message.participant_id is not None and message.kind is not MessageKind.SIGN_IN:
        key = preference_of(session, message.participant_id).unsubscribe_key
        unsubscribe = f"{post.base_url}/mails/unsubscribe/{key}"
    return Letter(
        id=message.public_id,
        to_name=message.to_name,
        to_address=message.to_address,
        texts=Texts(message.subject, message.text, message.html),
        written_at=message.created_at,
        unsubscribe=unsubscribe,
        invitation=invitation_of(session, message, post),
    )


def invitation_of(session: Session, message: OutboxMessage, post: Post) -> Invitation | None:
    """The calendar part of a message about one meeting, if its reader wants such parts."""
    payload = message.payload or {}
    changes = payload.get("changes", ())
    if not payload.get("invite") or len(changes) != 1 or message.event_id is None:
        return None
    event = session.get_one(Event, message.event_id)
    _name, address = sender_address(post.mail_from)
    return invite(
        entry_from_json(changes[0]["after"]),
        organizer=Mailbox(event.name, address),
        reader=Mailbox(message.to_name, message.to_address),
        zone=event.zone,
        words=words_for(message.locale),
        site=Site(post.uid_host, post.base_url),
    )
