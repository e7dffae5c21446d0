"""Writing to many people at once: an announcement, or a reminder of what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Table, and_, func, select, true
from sqlalchemy.orm import Session

from scheduler.database.bulk import insert_many
from scheduler.domain.enums import ParticipantState, RequestState, RoundState, WritingKind
from scheduler.domain.messages import SUBJECT_LIMIT, MessageKind
from scheduler.errors import Invalid
from scheduler.mail.outbox import queue_many, readers
from scheduler.mail.reminders import NAMES_SHOWN, waiting_requests
from scheduler.models import (
    Announcement,
    AnnouncementReader,
    Event,
    MatchmakingRound,
    Participant,
    Request,
    User,
)
from scheduler.queries.people.invitations import takes_mail, wants_mail
from scheduler.services.audit import record
from scheduler.services.people.bulk_change import Choice, conditions_of
from scheduler.services.text import clean_line, clean_text

LONGEST = 5000
"""Characters of an announcement."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written. Reminders have words of their own, in each reader's language."""

    kind: WritingKind
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Of the people who are meant, each in one group: who gets a mail, and who gets none and why.

    `withdrawn` have left; `settled` have nothing to be reminded of; `unwanted` want no such mail; `dead`: their
    address takes none. Announcements are read on their own pages by the last two as well.
    """

    mailed: int
    withdrawn: int
    settled: int
    unwanted: int
    dead: int

    @property
    def left_out(self) -> dict[str, int]:
        found = {
            "withdrawn": self.withdrawn,
            "settled": self.settled,
            "unwanted": self.unwanted,
            "dead": self.dead,
        }
        return {name: count for name, count in found.items() if count}


def recipients(session: Session, event: Event, choice: Choice, kind: WritingKind) -> Recipients:
    """Whom a mail of this kind would go to, and whom not. One query."""
    here = Participant.state != ParticipantState.WITHDRAWN
    concerned = and_(here, _concerned(event, kind))

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(and_(true(), *conditions))

    row = session.execute(
        select(
            count(concerned, wants_mail(), takes_mail()),
            count(~here),
            count(here, ~_concerned(event, kind)),
            count(concerned, takes_mail(), ~wants_mail()),
            count(concerned, ~takes_mail()),
        ).where(*conditions_of(event, choice))
    ).one()
    return Recipients(*row)


def clean_writing(writing: Writing) -> Writing:
    """What will be written, cleaned. Raises Invalid, naming the field."""
    if writing.kind is not WritingKind.ANNOUNCEMENT:
        return Writing(writing.kind)
    subject = clean_line(writing.subject, SUBJECT_LIMIT, "subject", _("Subject"))
    text = clean_text(writing.text, LONGEST, "text", _("Text"))
    if not subject:
        raise Invalid(_("Give the announcement a subject: it is what people see first."), "subject")
    if not text:
        raise Invalid(_("Write what you announce."), "text")
    return Writing(writing.kind, subject, text)


def write_to_people(
    session: Session, event: Event, choice: Choice, writing: Writing, press: str, actor: User
) -> Announcement:
    """Write to all who are meant and may get a mail, and keep what was written. What was sent from this very page
    (`press`) already is not sent again. A fixed number of statements, however many people. Raises Invalid.
    """
    writing = clean_writing(writing)
    # Of two who press at once, the second waits here and finds what the first has sent.
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    known = session.scalar(
        select(Announcement).where(Announcement.event_id == event.id, Announcement.press == press)
    )
    if known is not None:
        return known
    groups = recipients(session, event, choice, writing.kind)
    if not groups.mailed:
        raise Invalid(_("Nobody of those who are meant would get this mail. Nothing was sent."))
    found = Announcement(
        event_id=event.id,
        user_id=actor.id,
        kind=writing.kind,
        subject=writing.subject,
        text=writing.text,
        press=press,
        sent_at=event.now(),
        mailed=groups.mailed,
        left_out=groups.left_out,
    )
    session.add(found)
    session.flush()
    _queue_writing(session, event, choice, found)
    if writing.kind is WritingKind.ANNOUNCEMENT:
        _keep_readers(session, event, choice, found)
    record(
        session,
        event,
        actor,
        "people.write",
        found.public_id,
        count=groups.mailed,
        title=writing.subject,
    )
    session.flush()
    return found


def _queue_writing(session: Session, event: Event, choice: Choice, found: Announcement) -> None:
    people = session.execute(
        readers().where(
            *conditions_of(event, choice),
            Participant.state != ParticipantState.WITHDRAWN,
            _concerned(event, found.kind),
            wants_mail(),
            takes_mail(),
        )
    ).all()
    if found.kind is WritingKind.ANSWER:
        waiting = _waiting(session, event)
        letters = ((row, waiting[row.id]) for row in people if row.id in waiting)
        queue_many(session, event, MessageKind.REQUESTS_WAITING, letters)
        return
    payload: Mapping[str, object] = {"what": found.kind.value, "announcement": found.id}
    queue_many(session, event, MessageKind.ANNOUNCEMENT, ((row, payload) for row in people))


def _waiting(session: Session, event: Event) -> dict[int, dict[str, Any]]:
    """What waits for whose answer in the rounds that are open."""
    names: dict[int, list[str]] = {}
    for row in session.scalars(
        select(MatchmakingRound).where(
            MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.OPEN
        )
    ):
        for person, waiting in waiting_requests(session, row, event.now()).items():
            names.setdefault(person, []).extend(waiting)
    return {person: {"open": len(own), "people": own[:NAMES_SHOWN]} for person, own in names.items()}


def _keep_readers(session: Session, event: Event, choice: Choice, found: Announcement) -> None:
    def rows() -> Iterator[dict[str, int]]:
        here = Participant.state != ParticipantState.WITHDRAWN
        for person in session.scalars(select(Participant.id).where(*conditions_of(event, choice), here)):
            yield {"announcement_id": found.id, "participant_id": person}

    insert_many(session.connection(), cast(Table, AnnouncementReader.__table__), list(rows()))


def _concerned(event: Event, kind: WritingKind) -> ColumnElement[bool]:
    """Whether somebody has what a reminder is about."""
    if kind is WritingKind.TIMES:
        return Participant.availability_confirmed_at.is_(None)
    if kind is WritingKind.ANSWER:
        rounds = select(MatchmakingRound.id).where(
            MatchmakingRound.event_id == event.id, MatchmakingRound.state == RoundState.OPEN
        )
        return Participant.id.in_(
            select(Request.to_id).where(
                Request.round_id.in_(rounds),
                Request.state == RequestState.OPEN,
                Request.proposed_id.is_(None),
                Request.sent_at <= event.now(),
            )
        )
    return true()
