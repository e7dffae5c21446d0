"""From a row of the outbox to the mail that is sent: texts, calendar parts, way out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from scheduler.calendars.invitation import Invitation, Mailbox, agenda_file, invite
from scheduler.calendars.translated_words import words_for
from scheduler.calendars.writer import Site
from scheduler.domain.agenda import Agenda, EntryStatus
from scheduler.domain.messages import MessageKind
from scheduler.mail.mime import Letter, sender_address
from scheduler.mail.outbox import preference_of, preferences_of, wall_clock
from scheduler.mail.payload import entry_from_json, entry_to_json
from scheduler.mail.render import Setting, Texts, render
from scheduler.mail.secrets import KEY_PLACE, LINK, TOKEN_PLACE, invitation_key, renewed_token
from scheduler.models import (
    AgendaEntry,
    Announcement,
    Event,
    EventDay,
    OutboxMessage,
    Participant,
    SignInLink,
)
from scheduler.queries.calendars.agenda import entry_of_row


@dataclass(frozen=True, slots=True)
class Post:
    """What an installation's configuration says about mail. `templates` is the folder of all templates."""

    templates: str
    base_url: str
    uid_host: str
    mail_from: str
    secret: str = ""
    """What the keys of invitations are computed with."""

    @classmethod
    def from_config(cls, config: dict[str, Any], templates: str) -> Post:
        names = ("BASE_URL", "UID_HOST", "MAIL_FROM", "SECRET_KEY")
        return cls(templates, *(str(config[name]) for name in names))


@dataclass(slots=True)
class Stock:
    """What the messages of a batch are made of, read for all of them at once. An empty one changes nothing.

    `rows` keeps what is looked up by its key from being forgotten by the session meanwhile.
    """

    agendas: dict[int, list[AgendaEntry]] = field(default_factory=dict)
    rows: list[object] = field(default_factory=list)


def stock_for(session: Session, messages: Sequence[OutboxMessage]) -> Stock:
    """What some messages are made of, in a fixed number of statements."""
    stock = Stock()
    events = {message.event_id for message in messages if message.event_id is not None}
    people = {message.participant_id for message in messages if message.participant_id is not None}
    if events:
        stock.rows += session.scalars(
            select(Event).where(Event.id.in_(events)).options(joinedload(Event.look))
        )
    if people:
        stock.rows += preferences_of(session, people)
    stock.rows += _announcements_of(session, messages)
    invited = {m.participant_id for m in messages if m.kind is MessageKind.INVITATION}
    if invited:
        stock.rows += session.scalars(select(Participant).where(Participant.id.in_(invited)))
    wanted = [m.participant_id for m in messages if _shows_agenda(m) and m.participant_id is not None]
    if wanted:
        stock.agendas = {key: [] for key in wanted}
        for row in session.scalars(_confirmed_entries(wanted)):
            stock.agendas[row.participant_id].append(row)
    return stock


def texts_of(session: Session, message: OutboxMessage, post: Post) -> Texts:
    """The texts of a message, made from its payload unless they are there already."""
    if message.text or message.payload is None or message.event_id is None:
        return Texts(message.subject, message.text, message.html)
    event = session.get_one(Event, message.event_id)
    address = f"{post.base_url}/e/{event.slug}"
    setting = Setting(
        event_name=event.name,
        venue=", ".join(part for part in (event.venue, event.city) if part),
        days=_days(session, message),
        zone=event.zone,
        locale=message.locale or "en",
        words=words_for(message.locale),
        agenda_address=f"{address}/me/agenda",
        requests_address=f"{address}/me/requests",
        calls_address=f"{address}/me/calls",
        acts_address=f"{address}/me/done-for-me",
        calendar_address=f"{address}/me/calendar",
        preferences_address=f"{address}/me/mails",
        people_address=f"{address}/me/people",
        times_address=f"{address}/me/availability",
        invitation_address=_invitation_address(session, message, post),
        **_look(event, address),
    )
    return render(post.templates, message.kind, content_of(session, message), setting, name=message.to_name)


def _look(event: Event, address: str) -> dict[str, Any]:
    look = event.look
    if look is None:
        return {}
    return {
        "colour": look.colour,
        "logo_address": f"{address}/logo/{look.logo_id}" if look.logo_id else "",
        "imprint": tuple(line for line in look.imprint.split("\n") if line.strip()),
        "contact": look.contact,
    }


def content_of(session: Session, message: OutboxMessage, stock: Stock | None = None) -> dict[str, Any]:
    """What a message's texts are made of.

    A published agenda is looked up when its mail is worded: a publication writes tens of thousands of these rows,
    and the mail tells what holds when it leaves.
    """
    if message.kind is MessageKind.ANNOUNCEMENT:
        return _announced(session, message.payload or {})
    if not _shows_agenda(message):
        return dict(message.payload or {})
    person = message.participant_id or 0
    rows = stock.agendas.get(person) if stock is not None else None
    if rows is None:
        rows = list(session.scalars(_confirmed_entries([person])))
    return {**(message.payload or {}), "entries": [entry_to_json(entry_of_row(row)) for row in rows]}


def _announced(session: Session, payload: dict[str, Any]) -> dict[str, Any]:
    """What organisers have written is stored once, however many read it."""
    if "announcement" not in payload:
        return dict(payload)
    found = session.get_one(Announcement, payload["announcement"])
    return {**payload, "subject": found.subject, "text": found.text}


def _announcements_of(session: Session, messages: Sequence[OutboxMessage]) -> Sequence[Announcement]:
    named = {(m.payload or {}).get("announcement") for m in messages if m.kind is MessageKind.ANNOUNCEMENT}
    return session.scalars(select(Announcement).where(Announcement.id.in_(named))).all() if named else ()


def _shows_agenda(message: OutboxMessage) -> bool:
    """Whether the reader's agenda belongs into the message and is not in it yet."""
    return message.kind is MessageKind.AGENDA_PUBLISHED and "entries" not in (message.payload or {})


def _confirmed_entries(people: Collection[int]) -> Select[AgendaEntry]:
    return (
        select(AgendaEntry)
        .where(
            AgendaEntry.participant_id.in_(people),
            AgendaEntry.status == EntryStatus.CONFIRMED.value,
        )
        .order_by(AgendaEntry.starts_at, AgendaEntry.ends_at, AgendaEntry.uid)
    )


def fill(session: Session, message: OutboxMessage, post: Post, stock: Stock | None = None) -> bool:
    """Write the texts into the row, so that a second attempt sends the same mail.

    False for an agenda that is empty by now (there is nothing to say, the changes tell the rest), and for a sign-in
    link that a newer one has replaced.
    """
    if _link_of(message) is not None and not _link_lives(session, message):
        return False
    if message.payload is not None and not message.text:
        message.payload = content_of(session, message, stock)
        if message.kind is MessageKind.AGENDA_PUBLISHED and not message.payload["entries"]:
            return False
    texts = texts_of(session, message, post)
    message.subject, message.text, message.html = texts.subject, texts.text, texts.html
    return True


def letter_of(session: Session, message: OutboxMessage, post: Post) -> Letter:
    """The mail of a message whose texts are filled in. What it opens is made now, and stored nowhere."""
    unsubscribe = ""
    if message.participant_id is not None and message.kind is not MessageKind.SIGN_IN:
        key = preference_of(session, message.participant_id).unsubscribe_key
        unsubscribe = f"{post.base_url}/mails/unsubscribe/{key}"
    return Letter(
        id=message.public_id,
        to_name=message.to_name,
        to_address=message.to_address,
        texts=handed_over(session, message, post, _with_token(session, message)),
        written_at=message.created_at,
        unsubscribe=unsubscribe,
        invitations=invitations_of(session, message, post),
    )


def handed_over(session: Session, message: OutboxMessage, post: Post, texts: Texts) -> Texts:
    """The texts as their reader gets them: the key of an invitation is stored nowhere, and put in here."""
    if message.kind is not MessageKind.INVITATION or message.participant_id is None:
        return texts
    person = session.get_one(Participant, message.participant_id)
    key = invitation_key(post.secret, person.public_id, message.to_address)
    return Texts(texts.subject, texts.text.replace(KEY_PLACE, key), texts.html.replace(KEY_PLACE, key))


def _invitation_address(session: Session, message: OutboxMessage, post: Post) -> str:
    if message.kind is not MessageKind.INVITATION:
        return ""
    if message.participant_id is None:
        return f"{post.base_url}/invitation/…"
    person = session.get_one(Participant, message.participant_id)
    return f"{post.base_url}/invitation/{person.public_id}/{KEY_PLACE}"


def invitations_of(session: Session, message: OutboxMessage, post: Post) -> tuple[Invitation, ...]:
    """The calendar parts of a message, if its reader wants such parts: one for each meeting that changed, or the
    whole agenda.
    """
    if message.event_id is None or not (message.payload or {}).get("invite"):
        return ()
    content = content_of(session, message)
    event = session.get_one(Event, message.event_id)
    words, site = words_for(message.locale), Site(post.uid_host, post.base_url)
    if message.kind is MessageKind.AGENDA_PUBLISHED:
        entries = tuple(entry_from_json(entry) for entry in content["entries"])
        agenda = Agenda(message.to_name, f"{event.name} - {message.to_name}", event.zone, entries)
        return (agenda_file(agenda, words, site),) if entries else ()
    _name, address = sender_address(post.mail_from)
    return tuple(
        invite(
            entry_from_json(change["after"]),
            organizer=Mailbox(event.name, address),
            reader=Mailbox(message.to_name, message.to_address),
            zone=event.zone,
            words=words,
            site=site,
        )
        for change in content.get("changes", ())
    )


def _link_of(message: OutboxMessage) -> int | None:
    """The sign-in link whose token the texts wait for, by its number."""
    found: int | None = (message.payload or {}).get(LINK)
    return found


def _link_lives(session: Session, message: OutboxMessage) -> bool:
    link = session.get(SignInLink, _link_of(message), populate_existing=True)
    return link is not None and link.used_at is None and link.expires_at > wall_clock()


def _with_token(session: Session, message: OutboxMessage) -> Texts:
    """The texts as they leave. Each attempt has a token of its own: the server may have lost the one before."""
    number = _link_of(message)
    if number is None:
        return Texts(message.subject, message.text, message.html)
    token = renewed_token(session, number, wall_clock())
    if token is None:
        raise ValueError("The sign-in link was replaced by a newer one.")
    return Texts(
        message.subject, message.text.replace(TOKEN_PLACE, token), message.html.replace(TOKEN_PLACE, token)
    )


def _days(session: Session, message: OutboxMessage) -> tuple[date, ...]:
    """The days of the event, which only an invitation tells."""
    if message.kind is not MessageKind.INVITATION:
        return ()
    rows = session.scalars(
        select(EventDay.date).where(EventDay.event_id == message.event_id).order_by(EventDay.date)
    )
    return tuple(rows)
