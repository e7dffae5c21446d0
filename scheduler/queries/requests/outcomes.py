"""What became of what somebody agreed with others: when they meet, that it was cancelled, or that no time was found.

One answer for all pages: of a pair in the schedule that people have, and of a group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import AnswerState, CallState, MeetingState, PlanState
from scheduler.domain.wish_keys import call_key, wish_key
from scheduler.models import (
    CallAnswer,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Participant,
    Pavilion,
    Place,
    Plan,
    Request,
    Slot,
    Unscheduled,
)
from scheduler.queries.calendars.agenda import place_text
from scheduler.queries.requests.counting import request_counts


class RequestOutcome(StrEnum):
    MEETS = "meets"
    CANCELLED = "cancelled"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A published meeting that the reader attends, or was to attend before it was cancelled."""

    outcome: RequestOutcome
    uid: str
    wish: str
    round_id: int
    starts_at: datetime
    ends_at: datetime
    place: str
    partners: tuple[tuple[str, str], ...]
    """Public id and name of each of the others."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A wish of the reader's that the published plan of a round holds no meeting for.

    `row` is what the run said of it; none for a wish that no run took up. Why, nobody but the organisers is told:
    somebody may rather not meet.
    """

    wish: str
    round_id: int
    name: str
    """Who the other is, or what the group is called."""
    key: str
    """The other's public id, or the call's."""
    organisation: str = ""
    group: bool = False
    row: Unscheduled | None = None

    @property
    def outcome(self) -> RequestOutcome:
        return RequestOutcome.UNPLACED


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything of one reader. `plans` are the published plans by their round."""

    meetings: tuple[OwnMeeting, ...]
    unplaced: tuple[Unplaced, ...]
    plans: dict[int, Plan]

    def of_wish(self, wish: str, round_id: int) -> OwnMeeting | Unplaced | None:
        """What became of one wish of a round."""
        for one in self.meetings:
            if one.wish == wish and one.round_id == round_id:
                return one
        return next((one for one in self.unplaced if one.wish == wish and one.round_id == round_id), None)

    def with_person(
        self, public_id: str, round_id: int | None, *, earlier: bool = False
    ) -> OwnMeeting | Unplaced | None:
        """What holds between the reader and another: a meeting in any round, else what the round made of their wish.

        With `earlier` also what was cancelled in another round.
        """
        own = [one for one in self.meetings if any(key == public_id for key, _name in one.partners)]
        # The round asked for comes first, then the latest.
        own.sort(
            key=lambda one: (one.outcome is RequestOutcome.MEETS, one.round_id == round_id, one.starts_at)
        )
        if own and (earlier or own[-1].outcome is RequestOutcome.MEETS or own[-1].round_id == round_id):
            return own[-1]
        return next((one for one in self.unplaced if one.key == public_id and one.round_id == round_id), None)


def outcomes_of(session: Session, me: Participant) -> Outcomes:
    """What became of everything that a participant agreed, in eight queries at most."""
    plans = {
        plan.round_id: plan
        for plan in session.scalars(
            select(Plan).where(Plan.event_id == me.event_id, Plan.state == PlanState.PUBLISHED)
        )
    }
    meetings = _meetings(session, me)
    if not plans:
        return Outcomes(meetings, (), {})
    settled = {(one.round_id, one.wish) for one in meetings}
    settled |= {
        (one.round_id, wish_key(me.public_id, key)) for one in meetings for key, _name in one.partners
    }
    found = {
        (one.round_id, one.wish): one
        for one in (*_agreed(session, me, plans), *_groups(session, me, plans))
        if (one.round_id, one.wish) not in settled
    }
    return Outcomes(meetings, tuple(_with_reasons(session, me, plans, found, settled)), plans)


def _meetings(session: Session, me: Participant) -> tuple[OwnMeeting, ...]:
    """Of a wish that stands in several plans, the one that holds now."""
    rows = session.execute(
        select(
            Meeting.id,
            Meeting.uid,
            Meeting.wish,
            Meeting.state,
            Meeting.table_number,
            Plan.round_id,
            Slot.starts_at,
            Slot.ends_at,
            Place.name,
            Place.kind,
            Place.capacity,
            Pavilion.name.label("pavilion"),
        )
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .join(Plan, Plan.id == Meeting.plan_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .join(Place, Place.id == Meeting.place_id)
        .join(Pavilion, Pavilion.id == Place.pavilion_id)
        .where(
            MeetingAttendance.participant_id == me.id,
            Plan.event_id == me.event_id,
            or_(
                Plan.state == PlanState.PUBLISHED,
                and_(Plan.state == PlanState.SUPERSEDED, Meeting.state == MeetingState.CANCELLED),
            ),
        )
        .order_by(Plan.published_at, Plan.id, Slot.starts_at)
    ).all()
    latest = {(row.round_id, row.wish): row for row in rows}
    partners: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for meeting_id, key, name in session.execute(
        select(MeetingAttendance.meeting_id, Participant.public_id, Participant.name)
        .join(Participant, Participant.id == MeetingAttendance.participant_id)
        .where(
            MeetingAttendance.meeting_id.in_([row.id for row in latest.values()]),
            MeetingAttendance.participant_id != me.id,
        )
        .order_by(MeetingAttendance.side, Participant.name)
    ):
        partners[meeting_id].append((key, name))
    return tuple(
        OwnMeeting(
            RequestOutcome.CANCELLED if row.state is MeetingState.CANCELLED else RequestOutcome.MEETS,
            row.uid,
            row.wish,
            row.round_id,
            row.starts_at,
            row.ends_at,
            place_text(row.pavilion, row.name, row.kind, row.capacity, row.table_number),
            tuple(partners[row.id]),
        )
        for row in latest.values()
    )


def _agreed(session: Session, me: Participant, plans: Iterable[int]) -> Iterable[Unplaced]:
    """The wishes that requests of the reader make: accepted ones, and in opt-out rounds those that wait.

    What was agreed only after the plan was published waits for the next one.
    """
    sender, asked = aliased(Participant), aliased(Participant)
    # Who took a colleague's request over meets instead of them.
    mine = or_(
        Request.from_id == me.id,
        and_(Request.to_id == me.id, or_(Request.answered_by_id.is_(None), Request.answered_by_id == me.id)),
        Request.answered_by_id == me.id,
    )
    asked_before = func.coalesce(Request.answered_at, Request.sent_at) <= Plan.published_at
    for round_id, from_id, one, other in session.execute(
        select(Request.round_id, Request.from_id, sender, asked)
        .join(Plan, and_(Plan.round_id == Request.round_id, Plan.state == PlanState.PUBLISHED))
        .join(sender, sender.id == Request.from_id)
        .join(asked, asked.id == Request.to_id)
        .where(Request.round_id.in_(plans), mine, request_counts(), asked_before)
        .order_by(Request.sent_at, Request.id)
    ):
        wish = wish_key(one.public_id, other.public_id)
        person = other if from_id == me.id else one
        yield Unplaced(wish, round_id, person.name, person.public_id, person.organisation.name)


def _groups(session: Session, me: Participant, plans: Iterable[int]) -> Iterable[Unplaced]:
    """The groups that the reader called or was taken into."""
    taken = select(CallAnswer.call_id).where(CallAnswer.state == AnswerState.TAKEN)
    mine = taken.where(CallAnswer.participant_id == me.id)
    for call in session.scalars(
        select(OpenCall)
        .where(
            OpenCall.round_id.in_(plans),
            OpenCall.state != CallState.WITHDRAWN,
            or_(OpenCall.id.in_(mine), and_(OpenCall.author_id == me.id, OpenCall.id.in_(taken))),
        )
        .order_by(OpenCall.id)
    ):
        yield Unplaced(call_key(call.public_id), call.round_id, call.title, call.public_id, group=True)


def _with_reasons(
    session: Session,
    me: Participant,
    plans: dict[int, Plan],
    found: dict[tuple[int, str], Unplaced],
    settled: set[tuple[int, str]],
) -> Iterable[Unplaced]:
    """The wishes with what the runs said of them, and those that only marks on both sides made."""
    rounds = {plan.id: round_id for round_id, plan in plans.items()}
    known = dict(found)
    wishes = {wish for _round, wish in found}
    first, second = aliased(Participant), aliased(Participant)
    for row, one, other in session.execute(
        select(Unscheduled, first, second)
        .join(first, first.id == Unscheduled.first_id)
        .join(second, second.id == Unscheduled.second_id)
        .where(
            Unscheduled.plan_id.in_(rounds),
            or_(Unscheduled.first_id == me.id, Unscheduled.second_id == me.id, Unscheduled.wish.in_(wishes)),
        )
        .order_by(Unscheduled.id)
    ):
        key = (rounds[row.plan_id], row.wish)
        if key in known:
            old = known[key]
            known[key] = Unplaced(old.wish, old.round_id, old.name, old.key, old.organisation, old.group, row)
        elif key not in settled and row.wish == wish_key(one.public_id, other.public_id):
            person = other if row.first_id == me.id else one
            known[key] = Unplaced(
                row.wish, key[0], person.name, person.public_id, person.organisation.name, row=row
            )
    return known.values()
