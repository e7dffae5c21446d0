"""Where a participant stands: the round that matters now, and the figures of the page `Now`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import (
    BusySource,
    ChangeState,
    Direction,
    InterestLevel,
    MeetingState,
    PlanState,
    RequestState,
    RoundState,
)
from scheduler.domain.profile import Part, Progress, progress
from scheduler.models import (
    BusyTime,
    Interest,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    MeetingChange,
    Participant,
    ParticipantTopic,
    Picture,
    Plan,
    Request,
    RoundTypeRule,
    Slot,
)
from scheduler.queries.people.questions import required_of
from scheduler.queries.requests.requests import count_waiting


def current_round(session: Session, event_id: int) -> MatchmakingRound | None:
    """The open round; else the next that will open; else the last that closed."""
    order = case(
        (MatchmakingRound.state == RoundState.OPEN, 0),
        (MatchmakingRound.state == RoundState.DRAFT, 1),
        else_=2,
    )
    rounds = list(
        session.scalars(
            select(MatchmakingRound)
            .where(MatchmakingRound.event_id == event_id)
            .order_by(order, MatchmakingRound.opens_at)
        )
    )
    if not rounds:
        return None
    closed = [one for one in rounds if one.state is RoundState.CLOSED]
    return rounds[0] if rounds[0].state is not RoundState.CLOSED else closed[-1]


def cap_of(session: Session, me: Participant, round_: MatchmakingRound) -> int:
    """How many open and accepted requests a participant may have sent in a round."""
    own = session.get(RoundTypeRule, (round_.id, me.type_id))
    return round_.request_cap if own is None or own.request_cap is None else own.request_cap


def answer_days_of(session: Session, me: Participant, round_: MatchmakingRound) -> int:
    """How many days the requests of a participant wait for an answer; 0: until the round closes."""
    own = session.get(RoundTypeRule, (round_.id, me.type_id))
    return round_.answer_days if own is None or own.answer_days is None else own.answer_days


def guarantee_of(session: Session, me: Participant, round_: MatchmakingRound) -> int:
    """How many meetings the organiser owes a participant: as their type is owed, or they themselves."""
    own = session.get(RoundTypeRule, (round_.id, me.type_id))
    return max(round_.guarantee if own is None or own.guarantee is None else own.guarantee, me.guarantee)


def count_sent(session: Session, me: Participant, round_id: int, to_type: int | None = None) -> int:
    """How many requests of a participant, to people of one type or of all, count against the cap."""
    statement = (
        select(func.count())
        .select_from(Request)
        .where(
            Request.from_id == me.id,
            Request.round_id == round_id,
            Request.state.in_([RequestState.OPEN, RequestState.ACCEPTED]),
        )
    )
    if to_type is not None:
        statement = statement.join(Participant, Participant.id == Request.to_id).where(
            Participant.type_id == to_type
        )
    return session.scalar(statement) or 0


def profile_progress(session: Session, me: Participant) -> Progress:
    """How complete the profile is. Three queries, two more where questions are required."""
    directions = set(
        session.scalars(
            select(ParticipantTopic.direction).where(ParticipantTopic.participant_id == me.id).distinct()
        )
    )
    picture = session.scalar(
        select(Picture.id)
        .where(or_(Picture.participant_id == me.id, Picture.organisation_id == me.organisation_id))
        .limit(1)
    )
    found = {
        Part.SEEKS_TOPICS: Direction.SEEKS in directions,
        Part.OFFERS_TOPICS: Direction.OFFERS in directions,
        Part.SEEKS_TEXT: me.seeks_text.strip(),
        Part.OFFERS_TEXT: me.offers_text.strip(),
        Part.LANGUAGES: me.languages.strip(),
        Part.COUNTRY: me.country or me.organisation.country,
        Part.JOB_TITLE: me.job_title.strip(),
        Part.GOALS: me.goals.strip(),
        Part.ORGANISATION: me.organisation.description.strip(),
        Part.PICTURE: picture is not None,
    }
    return progress([part for part, value in found.items() if value], required_of(session, me))


def own_pictures(session: Session, me: Participant) -> dict[str, str]:
    """The public ids of one's `photo` and of the organisation's `logo`, where there are any."""
    rows = session.execute(
        select(Picture.participant_id, Picture.public_id).where(
            or_(Picture.participant_id == me.id, Picture.organisation_id == me.organisation_id)
        )
    )
    return {"logo" if row.participant_id is None else "photo": row.public_id for row in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers on the page `Now`."""

    waiting: int
    marked: int
    sent_open: int
    agreed: int
    meetings: int
    published: bool
    """Whether the round has a published plan."""
    round_meetings: int
    """Meetings of the round, of all the meetings that are published."""
    confirmed_availability: bool
    calendar_imported: bool
    proposals: int
    """Requests of one's own for which a colleague was proposed instead."""
    moves: tuple[tuple[str, str], ...]
    """Wishes of others to move a meeting with the participant: the meeting's UID and who asks."""


def figures(session: Session, me: Participant, round_id: int | None, now: datetime) -> Figures:
    """The numbers of a participant in a round, in eight queries."""
    asked, held = aliased(Slot), aliased(Slot)
    marked = session.scalar(
        select(func.count())
        .select_from(Interest)
        .where(
            Interest.from_id == me.id,
            Interest.round_id == round_id,
            Interest.level != InterestLevel.RATHER_NOT,
        )
    )
    rows = session.execute(
        select(Request.state, func.count())
        .where(
            or_(
                Request.from_id == me.id,
                and_(Request.to_id == me.id, Request.state == RequestState.ACCEPTED),
            ),
            Request.round_id == round_id,
        )
        .group_by(Request.state)
    )
    states = {row[0]: row[1] for row in rows}
    by_round: dict[int, int] = dict(
        session.execute(
            select(Plan.round_id, func.count())
            .select_from(MeetingAttendance)
            .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
            .join(Plan, Plan.id == Meeting.plan_id)
            .where(
                MeetingAttendance.participant_id == me.id,
                Plan.state == PlanState.PUBLISHED,
                Meeting.state == MeetingState.PLANNED,
            )
            .group_by(Plan.round_id)
        ).all()
    )
    published = session.scalar(
        select(Plan.id).where(Plan.round_id == round_id, Plan.state == PlanState.PUBLISHED)
    )
    imported = session.scalar(
        select(BusyTime.id)
        .where(BusyTime.participant_id == me.id, BusyTime.source == BusySource.CALENDAR)
        .limit(1)
    )
    proposals = session.scalar(
        select(func.count())
        .select_from(Request)
        .where(
            Request.from_id == me.id,
            Request.round_id == round_id,
            Request.state == RequestState.OPEN,
            Request.proposed_id.is_not(None),
            Request.sender_agrees.is_(False),
        )
    )
    moves = session.execute(
        select(Meeting.uid, Participant.name)
        .join(MeetingChange, MeetingChange.meeting_id == Meeting.id)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .join(Participant, Participant.id == MeetingChange.participant_id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(asked, asked.id == MeetingChange.slot_id)
        .join(held, held.id == Meeting.slot_id)
        .where(
            MeetingAttendance.participant_id == me.id,
            MeetingChange.participant_id != me.id,
            MeetingChange.state == ChangeState.OPEN,
            asked.starts_at > now,
            held.starts_at > now,
            Meeting.state == MeetingState.PLANNED,
            Plan.state == PlanState.PUBLISHED,
        )
        .order_by(MeetingChange.id)
    )
    return Figures(
        count_waiting(session, me),
        marked or 0,
        states.get(RequestState.OPEN, 0),
        states.get(RequestState.ACCEPTED, 0),
        sum(by_round.values()),
        published is not None,
        by_round.get(round_id, 0) if round_id is not None else 0,
        me.availability_confirmed_at is not None,
        imported is not None,
        proposals or 0,
        tuple((row.uid, row.name) for row in moves),
    )
