"""What holds between two participants: who may see whom, and what they have said of each other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from scheduler.domain.enums import AnswerState, MeetingState, ParticipantState, PlanState, RequestState
from scheduler.models import (
    CallAnswer,
    Interest,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Participant,
    ParticipantTopic,
    Picture,
    Plan,
    Request,
)
from scheduler.queries.people.may_ask import cell_of_two, cell_to_ask
from scheduler.queries.people.people_to_meet import both_like
from scheduler.queries.requests.requests import sender_may_ask


@dataclass(frozen=True, slots=True)
class Relationship:
    """Another participant and what holds between the two: what the reader may see and do."""

    person: Participant
    may_ask: bool
    kind: str
    has_asked: bool
    meets: bool
    interest: Interest | None
    sent: Request | None
    received: Request | None
    picture: str | None
    logo: str | None
    mutual: bool
    """Whether each has marked the other as somebody they want to meet. One side alone is never told."""


def standing(session: Session, me: Participant, public_id: str, round_id: int | None) -> Relationship | None:
    """Another participant of the same event, or None when the reader may not see them.

    Seen are those whom one may ask by the matrix, those who have asked or agreed, those whom one meets,
    and those in a group with one: who answered one's open call, or was taken into the same.
    """
    person = session.scalar(
        select(Participant)
        .where(
            Participant.event_id == me.event_id, Participant.public_id == public_id, Participant.id != me.id
        )
        .options(
            joinedload(Participant.organisation),
            joinedload(Participant.type),
            selectinload(Participant.topics).joinedload(ParticipantTopic.topic),
        )
    )
    if person is None:
        return None
    cell = cell_to_ask(session, me, person)
    may_ask = cell is not None
    named = cell or cell_of_two(session, me, person)
    between = list(
        session.scalars(
            select(Request).where(
                or_(
                    and_(Request.from_id == me.id, Request.to_id == person.id),
                    and_(Request.from_id == person.id, Request.to_id == me.id),
                    # A colleague proposed me instead of themselves.
                    and_(Request.from_id == person.id, Request.proposed_id == me.id),
                    # A colleague of mine was asked for any of us.
                    and_(
                        Request.from_id == person.id,
                        Request.any_representative.is_(True),
                        Request.to_id.in_(_colleagues(me)),
                        sender_may_ask(me),
                    ),
                )
            )
        )
    )
    meets = bool(session.scalar(select(_shared_meeting(me.id, person.id))))
    has_asked = any(request.from_id == person.id for request in between)
    agreed = any(request.state is RequestState.ACCEPTED for request in between)
    if not (
        may_ask or has_asked or agreed or meets or session.scalar(select(_shared_call(me.id, person.id)))
    ):
        return None
    here = [request for request in between if request.round_id == round_id]
    interest = session.scalar(
        select(Interest).where(
            Interest.round_id == round_id, Interest.from_id == me.id, Interest.to_id == person.id
        )
    )
    theirs = session.scalar(
        select(Interest.level).where(
            Interest.round_id == round_id, Interest.from_id == person.id, Interest.to_id == me.id
        )
    )
    mutual = both_like(interest.level if interest else None, theirs, [request.state for request in here])
    pictures = {
        picture.participant_id is not None: picture.public_id
        for picture in session.execute(
            select(Picture.participant_id, Picture.public_id).where(
                or_(Picture.participant_id == person.id, Picture.organisation_id == person.organisation_id)
            )
        )
    }
    return Relationship(
        person,
        may_ask,
        named.meeting_kind if named is not None else "",
        has_asked,
        meets,
        interest,
        next((request for request in here if request.from_id == me.id), None),
        next((request for request in here if request.from_id == person.id), None),
        pictures.get(True),
        pictures.get(False),
        mutual,
    )


def _colleagues(me: Participant) -> Select[int]:
    return select(Participant.id).where(
        Participant.organisation_id == me.organisation_id, Participant.id != me.id
    )


def _shared_call(me_id: int, person_id: int) -> ColumnElement[bool]:
    """Whether the other answered my call, or both of us were taken into a third one's group."""
    mine, theirs = aliased(CallAnswer), aliased(CallAnswer)
    answered = (
        exists()
        .where(
            OpenCall.id == theirs.call_id,
            OpenCall.author_id == me_id,
            theirs.participant_id == person_id,
            theirs.state != AnswerState.WITHDRAWN,
        )
        .select_from(theirs, OpenCall)
    )
    together = (
        exists()
        .where(
            mine.call_id == theirs.call_id,
            mine.participant_id == me_id,
            mine.state == AnswerState.TAKEN,
            theirs.participant_id == person_id,
            theirs.state == AnswerState.TAKEN,
        )
        .select_from(mine, theirs)
    )
    return or_(answered, together)


def _shared_meeting(one_id: int, other_id: int) -> ColumnElement[bool]:
    one, other = aliased(MeetingAttendance), aliased(MeetingAttendance)
    return (
        exists()
        .where(
            one.participant_id == one_id,
            other.meeting_id == one.meeting_id,
            other.participant_id == other_id,
            Meeting.id == one.meeting_id,
            Meeting.state == MeetingState.PLANNED,
            Plan.id == Meeting.plan_id,
            Plan.state == PlanState.PUBLISHED,
        )
        .select_from(one, other, Meeting, Plan)
    )


def colleagues(session: Session, me: Participant) -> tuple[Participant, ...]:
    """The other active representatives of the same organisation."""
    return tuple(
        session.scalars(
            select(Participant)
            .where(
                Participant.organisation_id == me.organisation_id,
                Participant.id != me.id,
                Participant.state == ParticipantState.ACTIVE,
            )
            .order_by(Participant.name)
        )
    )
