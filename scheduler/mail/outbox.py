"""Writing messages into the outbox, in the transaction of what causes them; and what people want to
receive.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.orm import Session

from scheduler.calendars.lines import one_line
from scheduler.database.bulk import insert_many
from scheduler.domain.messages import (
    PRIORITIES,
    SUBJECT_LIMIT,
    ChangeMail,
    MessageKind,
    MessageState,
    Priority,
)
from scheduler.models import Event, MessagePreference, OutboxMessage, Participant, User

_NAME_LIMIT = 200


def wall_clock() -> datetime:
    """The instant by which messages are sent: the machine's clock, also for an event that is replayed."""
    return datetime.now(UTC)


def outbox_row(
    kind: MessageKind,
    event_id: int | None,
    address: str,
    name: str,
    *,
    due_at: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A message as it is queued: every row of the outbox is made here."""
    now = wall_clock()
    return {
        "event_id": event_id,
        "kind": kind,
        "state": MessageState.QUEUED,
        "priority": PRIORITIES.get(kind, Priority.LATER),
        "to_address": address,
        "to_name": one_line(name, _NAME_LIMIT),
        "created_at": now,
        "due_at": due_at or now,
        **more,
    }


def queue_mail(
    session: Session,
    *,
    to_address: str,
    to_name: str,
    subject: str,
    text: str,
    html: str = "",
    kind: MessageKind = MessageKind.NOTE,
    event: Event | None = None,
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """A message whose texts are ready, such as a sign-in link. It is sent once the transaction is
    committed.
    """
    event_id = event.id if event is not None else None
    texts: dict[str, Any] = {"subject": one_line(subject, SUBJECT_LIMIT), "text": text, "html": html}
    message = OutboxMessage(**outbox_row(kind, event_id, to_address, to_name, expires_at=expires_at, **texts))
    session.add(message)
    return message


def queue_for(
    session: Session,
    participant: Participant,
    kind: MessageKind,
    payload: Mapping[str, object],
    *,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> OutboxMessage:
    """A message of a kind for a participant; its texts are made from `payload` when it is sent."""
    message = OutboxMessage(
        **outbox_row(
            kind,
            participant.event_id,
            participant.email,
            participant.name,
            due_at=due_at,
            participant_id=participant.id,
            locale=participant.user.locale if participant.user is not None else "",
            payload=dict(payload),
            expires_at=expires_at,
        )
    )
    session.add(message)
    return message


def readers(*more: Any) -> Select[*tuple[Any, ...]]:
    """People as `queue_many` takes them, in the order of their ids: what a mail needs of each, and `more`."""
    return (
        select(Participant.id, Participant.email, Participant.name, User.locale, *more)
        .outerjoin(User, User.id == Participant.user_id)
        .order_by(Participant.id)
    )


def queue_many(
    session: Session,
    event: Event,
    kind: MessageKind,
    letters: Iterable[tuple[Row[*tuple[Any, ...]], Mapping[str, object]]],
    *,
    lasts: timedelta | None = None,
) -> int:
    """Messages of a kind for rows of `readers`, each with its payload; they expire after `lasts`.

    One statement, however many.
    """
    expires_at = wall_clock() + lasts if lasts is not None else None
    rows = [
        outbox_row(
            kind,
            event.id,
            person.email,
            person.name,
            participant_id=person.id,
            locale=person.locale or "",
            payload=dict(payload),
            expires_at=expires_at,
        )
        for person, payload in letters
    ]
    return queue_rows(session, rows)


def queue_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Put rows of `outbox_row` into the outbox in one statement; returns how many."""
    if rows:
        insert_many(session.connection(), cast(Table, OutboxMessage.__table__), rows)
    return len(rows)


def preference_of(session: Session, participant_id: int) -> MessagePreference:
    """What a participant wants to receive; the row is made at the first look."""
    found = session.get(MessagePreference, participant_id)
    return found if found is not None else preferences_of(session, [participant_id])[0]


def preferences_of(session: Session, people: Collection[int]) -> list[MessagePreference]:
    """What some participants want to receive; rows that are missing are made in one statement."""
    found = list(
        session.scalars(select(MessagePreference).where(MessagePreference.participant_id.in_(people)))
    )
    made = [
        MessagePreference(
            participant_id=person,
            unsubscribe_key=secrets.token_urlsafe(32),
            changes=ChangeMail.AT_ONCE,
            requests=ChangeMail.AT_ONCE,
            reminders=True,
            tomorrow=True,
            invitations=None,
        )
        for person in sorted(set(people) - {row.participant_id for row in found})
    ]
    if made:
        session.add_all(made)
        session.flush()
    return found + made


def unsubscribe(session: Session, key: str) -> MessagePreference | None:
    """End all messages but sign-in links for whom a mail's one-click link belongs to; None for an unknown
    key.
    """
    found = session.scalar(select(MessagePreference).where(MessagePreference.unsubscribe_key == key))
    if found is None or not secrets.compare_digest(found.unsubscribe_key.encode(), key.encode()):
        return None
    found.changes = found.requests = ChangeMail.NEVER
    found.reminders = False
    found.tomorrow = False
    for message in session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.participant_id == found.participant_id, OutboxMessage.state == MessageState.QUEUED
        )
    ):
        message.state = MessageState.SUPPRESSED
    return found
