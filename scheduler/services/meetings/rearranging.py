"""Several meetings of a plan changed together, as an answer says: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from scheduler.domain.alternatives import Rule
from scheduler.domain.causes import Cause, CauseKind, WhyNot
from scheduler.domain.enums import InquiryKind, InquiryState, MeetingState, PlanState
from scheduler.domain.inquiry import Offer, PlanStep, Where, read_answer, read_happening
from scheduler.errors import Conflict, DoubleBooked
from scheduler.models import (
    BusyTime,
    Event,
    Inquiry,
    Meeting,
    MeetingAttendance,
    Participant,
    Place,
    Plan,
    Slot,
    Unscheduled,
    User,
    new_public_id,
)
from scheduler.queries.alternatives import Alternatives
from scheduler.queries.meetings.identities import known_uids
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings.meetings import note_change, open_for_change, open_plan
from scheduler.services.meetings.move_requests import settle_wishes


def carry_out(
    session: Session, event: Event, inquiry: Inquiry, number: int, actor: User, *, reason: str = ""
) -> Offer:
    """Make the changes of one offer of an answer (numbered from 0); everybody concerned gets one message.

    Raises Conflict, and changes nothing, when the plan is no longer as it was when the question was answered.
    """
    open_plan(session, inquiry.plan_id)
    session.refresh(inquiry, with_for_update=True)
    offers = read_answer(inquiry.answer).offers
    if inquiry.state is not InquiryState.ANSWERED or not 0 <= number < len(offers):
        raise Conflict(_("This answer was carried out already, or is not there any more. Ask again."))
    offer = offers[number]
    plan = session.get_one(Plan, inquiry.plan_id)
    _note_absence(session, inquiry)
    try:
        with session.begin_nested():
            meetings = _Rearranged(session, event, plan, offer.steps, actor)
            meetings.take_out()
            meetings.put_in()
            session.flush()
    except IntegrityError:
        raise DoubleBooked(_stale()) from None
    if plan.state is PlanState.PUBLISHED:
        calendar_sync.refresh(session, event, offer.people, said=reason)
    inquiry.state, inquiry.moved_at = InquiryState.APPLIED, datetime.now(UTC)
    session.flush()
    return offer


def _note_absence(session: Session, inquiry: Inquiry) -> None:
    """Who is away can't meet then, for later runs and changes by hand, too."""
    if inquiry.kind is not InquiryKind.MEND:
        return
    what = read_happening(inquiry.happening)
    if what.person_id is not None:
        session.add(BusyTime(participant_id=what.person_id, starts_at=what.starts_at, ends_at=what.ends_at))
        session.flush()


def _stale() -> str:
    return str(_("The plan has changed since this was worked out. Nothing was changed now; ask again."))


class _Rearranged:
    """The meetings of some steps: first all are taken from where they are, then each is put where it goes."""

    def __init__(
        self, session: Session, event: Event, plan: Plan, steps: Sequence[PlanStep], actor: User
    ) -> None:
        self.session, self.event, self.plan, self.steps, self.actor = session, event, plan, steps, actor
        self.now = event.now()
        self.meetings: Mapping[str, Meeting] = {
            meeting.wish: meeting
            for meeting in session.scalars(
                select(Meeting)
                .where(Meeting.plan_id == plan.id, Meeting.wish.in_([step.wish for step in steps]))
                .options(selectinload(Meeting.slot), selectinload(Meeting.attendances))
            )
        }
        self.uids = known_uids(session, plan.round_id, [step.wish for step in steps])
        goals = [step.after for step in steps if step.after is not None]
        self.slots = {
            row.id: row
            for row in session.scalars(
                select(Slot).where(Slot.event_id == event.id, Slot.id.in_([where.slot_id for where in goals]))
            )
        }
        self.places = {
            row.id: row
            for row in session.scalars(
                select(Place)
                .where(Place.event_id == event.id, Place.id.in_([where.place_id for where in goals]))
                .options(joinedload(Place.pavilion))
            )
        }

    def take_out(self) -> None:
        """Free people and tables of every meeting that moves or falls away. Raises Conflict when one is elsewhere."""
        for step in self.steps:
            meeting = self.meetings.get(step.wish)
            if step.before is None:
                if meeting is not None and meeting.state is MeetingState.PLANNED:
                    raise Conflict(_stale())
                continue
            if meeting is None:
                raise Conflict(_stale())
            open_for_change(self.session, meeting)
            stands = (meeting.state, meeting.slot_id, meeting.place_id)
            if stands != (MeetingState.PLANNED, step.before.slot_id, step.before.place_id):
                raise Conflict(_stale())
            if meeting.slot.starts_at <= self.now:
                raise Conflict(_("One of these meetings has begun meanwhile: it stays as it is. Ask again."))
            meeting.state = MeetingState.CANCELLED
        self.session.flush()

    def put_in(self) -> None:
        """Hold every meeting where it goes, and say of those that go nowhere that they are not placed."""
        for step in self.steps:
            if step.after is None:
                self._fall_away(step)
            elif step.before is None:
                self._hold_new(step, step.after)
            else:
                self._move(self.meetings[step.wish], step.after)

    def _move(self, meeting: Meeting, where: Where) -> None:
        slot, place = self._there(where)
        table = self._table(meeting, slot, place)
        meeting.slot, meeting.place, meeting.table_number = slot, place, table
        meeting.state = MeetingState.PLANNED
        settle_wishes(self.session, meeting, self.now)
        self.session.flush()
        note_change(self.session, self.event, meeting, self.actor, "meeting.move")

    def _hold_new(self, step: PlanStep, where: Where) -> None:
        slot, place = self._there(where)
        meeting = Meeting(
            plan_id=self.plan.id,
            public_id=new_public_id(),
            uid=self.uids.get(step.wish) or new_public_id(),
            wish=step.wish,
            slot=slot,
            place=place,
            kind=step.kind,
            value=step.value,
            state=MeetingState.CANCELLED,
            changed_at=self.now,
            attendances=[
                MeetingAttendance(
                    participant_id=person,
                    plan_id=self.plan.id,
                    slot_id=slot.id,
                    state=MeetingState.CANCELLED,
                    side=side,
                )
                for person, side in step.attendees
            ],
        )
        self.session.add(meeting)
        self.session.flush()
        meeting.table_number = self._table(meeting, slot, place)
        meeting.state = MeetingState.PLANNED
        self.session.execute(
            delete(Unscheduled).where(Unscheduled.plan_id == self.plan.id, Unscheduled.wish == step.wish)
        )
        self.session.flush()
        note_change(self.session, self.event, meeting, self.actor, "meeting.hold")

    def _fall_away(self, step: PlanStep) -> None:
        """In a plan that people have the meeting is called off; in a draft it is as if it had never been placed."""
        meeting = self.meetings[step.wish]
        settle_wishes(self.session, meeting, self.now)
        note_change(self.session, self.event, meeting, self.actor, "meeting.cancel")
        if self.plan.state is PlanState.PUBLISHED:
            return
        self.session.delete(meeting)
        self.session.add(
            Unscheduled(
                plan_id=self.plan.id,
                wish=step.wish,
                kind=step.kind,
                first_id=step.first_id,
                second_id=step.second_id,
                reason=WhyNot.OUTRANKED.value,
                causes=[cause.stored() for cause in self._taken_by(step)],
            )
        )

    def _taken_by(self, step: PlanStep) -> Iterable[Cause]:
        """The meetings of the other steps that now have the time of those who were to meet."""
        people = {person for person, _side in step.attendees}
        names = dict(
            self.session.execute(
                select(Participant.id, Participant.public_id).where(Participant.id.in_(people))
            ).all()
        )
        for other in self.steps:
            if other.after is None or other is step:
                continue
            slot = self.slots[other.after.slot_id]
            start, end = (int(instant.timestamp() // 60) for instant in (slot.starts_at, slot.ends_at))
            for person, _side in other.attendees:
                if person in people:
                    yield Cause(CauseKind.MEETING, names[person], other.wish, start=start, end=end)

    def _there(self, where: Where) -> tuple[Slot, Place]:
        slot, place = self.slots.get(where.slot_id), self.places.get(where.place_id)
        if slot is None or place is None:
            raise Conflict(_stale())
        if slot.retired_at is not None or place.retired_at is not None or slot.starts_at <= self.now:
            raise Conflict(_stale())
        return slot, place

    def _table(self, meeting: Meeting, slot: Slot, place: Place) -> int:
        """A free table there. What may be overruled was weighed when the question was answered, but that somebody said
        since that they can't come."""
        found = Alternatives(self.session, self.event, meeting, self.now).at(slot, place)
        if found.impossible or found.table is None or any(fact.rule is Rule.BUSY for fact in found.facts):
            raise Conflict(_stale())
        return found.table
