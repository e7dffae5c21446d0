"""Who can be invited, who was, who came in: counts for the organiser before a mail is written, and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.models import (
    DeadAddress,
    Event,
    Interest,
    MessagePreference,
    Participant,
    Request,
)
from scheduler.queries.people.people_admin import PeopleFilter, people_conditions

REST = timedelta(hours=24)
"""Nobody gets two invitations within this time, whoever writes them."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Of the people whom a filter chooses, those who have not come in yet, each in one group.

    `first` were never written to, `again` were; the others get no mail: it is too soon for another (`resting`), they
    want none (`unwanted`), their address takes none (`dead`). `unseen` counts across the groups those whom others
    don't see.
    """

    first: int = 0
    again: int = 0
    resting: int = 0
    unwanted: int = 0
    dead: int = 0
    unseen: int = 0

    def writable(self, *, reminders: bool) -> int:
        return self.first + (self.again if reminders else 0)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an event's people have come, of all who have not left."""

    registered: int
    written_to: int
    came_in: int
    answered: int


def outside(event_id: int, wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    """Conditions for people of a filter who have not come in, and have not left."""
    return [
        *people_conditions(event_id, wanted),
        Participant.state != ParticipantState.WITHDRAWN,
        Participant.came_in_at.is_(None),
    ]


def wants_mail() -> ColumnElement[bool]:
    return ~exists().where(
        MessagePreference.participant_id == Participant.id, MessagePreference.reminders.is_(False)
    )


def takes_mail() -> ColumnElement[bool]:
    return ~exists().where(DeadAddress.address == Participant.email)


def rested(now: datetime) -> ColumnElement[bool]:
    return or_(Participant.invited_at.is_(None), Participant.invited_at <= now - REST)


def resting(event: Event, person: Participant) -> bool:
    """Whether it is too soon to write to somebody again."""
    return person.invited_at is not None and person.invited_at > event.now() - REST


def audience(session: Session, event: Event, wanted: PeopleFilter) -> Audience:
    """The people whom an invitation would go to, and those whom it would not. One query."""
    dead, unwanted = ~takes_mail(), ~wants_mail()
    fresh = Participant.invited_at.is_(None)
    ready = and_(takes_mail(), wants_mail())

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(and_(true(), *conditions))

    row = session.execute(
        select(
            count(ready, fresh),
            count(ready, ~fresh, rested(event.now())),
            count(ready, ~rested(event.now())),
            count(takes_mail(), unwanted),
            count(dead),
            count(Participant.state == ParticipantState.INVITED),
        ).where(*outside(event.id, wanted))
    ).one()
    return Audience(*row)


def reached(session: Session, event: Event, round_id: int | None) -> Reached:
    """Who was written to, came in and answered. Answered: marked, asked or answered somebody in the round, or said
    when they have time. Two queries.
    """
    here = (Participant.event_id == event.id, Participant.state != ParticipantState.WITHDRAWN)
    registered, written_to, came_in = session.execute(
        select(func.count(), func.count(Participant.invited_at), func.count(Participant.came_in_at)).where(
            *here
        )
    ).one()
    said: list[ColumnElement[bool]] = [Participant.availability_confirmed_at.is_not(None)]
    if round_id is not None:
        said += [
            exists().where(Interest.round_id == round_id, Interest.from_id == Participant.id),
            exists().where(Request.round_id == round_id, Request.from_id == Participant.id),
            exists().where(
                Request.round_id == round_id,
                Request.to_id == Participant.id,
                Request.answered_by_id == Participant.id,
            ),
        ]
    answered = session.scalar(select(func.count()).where(*here, or_(*said))) or 0
    return Reached(registered, written_to, came_in, answered)
