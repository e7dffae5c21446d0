"""Somebody leaves the event, at once or from a time on: what is held stays, the rest is cancelled, one mail each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import CallState, MeetingState, ParticipantState, PlanState, RequestState
from scheduler.domain.wish_keys import CALL_KEY, call_key
from scheduler.errors import Conflict, Invalid
from scheduler.mail.agenda_mails import Farewell, hear_of_changes
from scheduler.models import (
    Event,
    EventDay,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Participant,
    Plan,
    Request,
    Slot,
    User,
)
from scheduler.services.audit import record
from scheduler.services.calendars import calendar_sync
from scheduler.services.event.sign_up import free_seats_of
from scheduler.services.meetings.meetings import cancel_meetings
from scheduler.services.people.taking_part import state_once_in
from scheduler.services.people.withdrawn_requests import (
    leave_calls,
    leave_groups,
    leave_requests,
    tell_delegations,
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What it touches when somebody leaves the event: `meetings` are cancelled, `held` have begun and stay, `groups`
    meet without them.
    """

    meetings: int
    held: int
    waiting: int
    calls: int
    groups: int = 0


def leaving(session: Session, event: Event, person: Participant, start: datetime | None = None) -> Leaving:
    """What a withdrawal from `start` on (default: at once) would touch."""
    now = event.now()
    everything = session.scalar(
        select(func.count())
        .select_from(MeetingAttendance)
        .join(Plan, Plan.id == MeetingAttendance.plan_id)
        .where(
            MeetingAttendance.participant_id == person.id,
            MeetingAttendance.state == MeetingState.PLANNED,
            Plan.state == PlanState.PUBLISHED,
        )
    )
    ended, going_on = _meetings(session, person, now, max(start or now, now))
    ahead = len(ended) + len(going_on)
    waiting = session.scalar(
        select(func.count()).where(
            (Request.from_id == person.id) | (Request.to_id == person.id), Request.state == RequestState.OPEN
        )
    )
    calls = session.scalar(
        select(func.count()).where(OpenCall.author_id == person.id, OpenCall.state != CallState.WITHDRAWN)
    )
    return Leaving(len(ended), (everything or 0) - ahead, waiting or 0, calls or 0, len(going_on))


def withdraw_person(
    session: Session, event: Event, person: Participant, actor: User, start: datetime | None = None
) -> Leaving:
    """Take somebody out, at once or from `start` on: published meetings from then on are cancelled.

    What has begun stays as it is. Who leaves gets one mail, and so does everybody who was to meet them. Requests
    and open calls end when they leave; a group of others meets without them. Raises Conflict when they left already
    or leave then anyway, Invalid for a time after the event.
    """
    if person.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("%(name)s has left already.", name=person.name))
    now = event.now()
    later = start is not None and start > now
    begins = start if start is not None and later else now
    _check_within(session, event, begins, later=later)
    if later and person.leaves_at == begins:
        raise Conflict(_("%(name)s leaves then already. Nothing was changed.", name=person.name))
    touched = leaving(session, event, person, begins)
    person.leaves_at = begins
    person.updated_at = now
    session.flush()
    ended, going_on = _meetings(session, person, now, begins)
    concerned = cancel_meetings(
        session,
        event,
        ended,
        actor=actor,
        absent=person.name,
        farewell=Farewell(person.id, begins if later else None),
        also=leave_groups(session, person, going_on),
    )
    tell_delegations(session, person, begins if later else None, told=hear_of_changes(session, concerned))
    if not later:
        _sign_off(session, person, now, told=hear_of_changes(session, concerned))
    record(
        session,
        event,
        actor,
        "person.withdraw",
        person.public_id,
        name=person.name,
        meetings=touched.meetings,
        requests=touched.waiting,
        since=begins.isoformat(),
    )
    return touched


def sign_off_due(session: Session, event: Event) -> int:
    """Sign off everybody whose time to leave has come; returns how many."""
    now = event.now()
    people = session.scalars(
        select(Participant).where(
            Participant.event_id == event.id,
            Participant.leaves_at <= now,
            Participant.state != ParticipantState.WITHDRAWN,
        )
    ).all()
    for person in people:
        _sign_off(session, person, now, told=())
    return len(people)


def take_back_person(session: Session, event: Event, person: Participant, actor: User) -> None:
    """Let somebody who left, or was to leave, take part again; cancelled meetings stay so until the next run."""
    if person.state is not ParticipantState.WITHDRAWN and person.leaves_at is None:
        raise Conflict(_("%(name)s takes part already.", name=person.name))
    if person.state is ParticipantState.WITHDRAWN:
        # Who never came in, and was not shown, is unseen again.
        seen = person.came_in_at is not None or person.shown_at is not None
        person.state = state_once_in(event, person) if seen else ParticipantState.INVITED
    person.leaves_at = None
    person.updated_at = event.now()
    session.flush()
    record(session, event, actor, "person.take-back", person.public_id, name=person.name)
    calendar_sync.refresh(session, event, [person.id], farewell=Farewell(person.id, back=True))


def _sign_off(session: Session, person: Participant, now: datetime, *, told: set[int] | tuple[()]) -> None:
    leave_requests(session, person, now, told=told)
    leave_calls(session, person, now, told=told)
    person.state = ParticipantState.WITHDRAWN
    session.flush()
    free_seats_of(session, person, now)


def _check_within(session: Session, event: Event, begins: datetime, *, later: bool) -> None:
    last = session.scalar(select(func.max(EventDay.date)).where(EventDay.event_id == event.id))
    if later and last is not None and begins.astimezone(event.zone).date() > last:
        raise Invalid(_("The event is over by then. Choose a time while it takes place."), "at")


def _meetings(
    session: Session, person: Participant, now: datetime, begins: datetime
) -> tuple[list[Meeting], list[Meeting]]:
    """Published meetings that have not begun and that somebody who leaves at `begins` can't attend to the end: those
    that end with that, and groups of others that go on.
    """
    found = list(
        session.scalars(
            select(Meeting)
            .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
            .join(Plan, Plan.id == Meeting.plan_id)
            .join(Slot, Slot.id == Meeting.slot_id)
            .where(
                MeetingAttendance.participant_id == person.id,
                Meeting.state == MeetingState.PLANNED,
                Plan.state == PlanState.PUBLISHED,
                Slot.starts_at > now,
                Slot.ends_at > begins,
            )
            .order_by(Slot.starts_at, Meeting.id)
        )
    )
    own = {
        call_key(call)
        for call in session.scalars(select(OpenCall.public_id).where(OpenCall.author_id == person.id))
    }
    going_on = [
        meeting
        for meeting in found
        if meeting.wish.startswith(CALL_KEY) and meeting.wish not in own and len(meeting.attendances) > 2
    ]
    return [meeting for meeting in found if meeting not in going_on], going_on
