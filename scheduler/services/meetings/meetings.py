"""Single meetings changed by hand. The schema refuses double bookings; here they become sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from scheduler.domain.alternatives import Rule
from scheduler.domain.enums import MeetingState, PlanState
from scheduler.errors import Conflict, DoubleBooked, Invalid, NotFound
from scheduler.mail.agenda_mails import Farewell
from scheduler.models import (
    Event,
    Meeting,
    MeetingAttendance,
    Participant,
    Place,
    Plan,
    Slot,
    User,
)
from scheduler.queries.alternatives import Alternatives
from scheduler.services.audit import record
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings.move_requests import settle_wishes
from scheduler.services.meetings.refused_choices import ChoiceRefused, ChoiceTaken, NeedsConsent


def move_meeting(
    session: Session,
    meeting: Meeting,
    slot: Slot,
    place: Place | None = None,
    table: int | None = None,
    *,
    actor: User | None = None,
    accepted: Collection[str] = (),
) -> None:
    """Hold a meeting at another time or table, a cancelled one too; without `table`, at a free one of `place`
    (default: as it is).

    Raises ChoiceTaken with who or what is taken and by what, ChoiceRefused with what else makes it impossible;
    NeedsConsent when something speaks against it whose key is not among the `accepted`; DoubleBooked when somebody
    was faster; Conflict when the plan can't be changed; Invalid for a slot or place of another event.
    """
    event = open_for_change(session, meeting)
    target = place or meeting.place
    if slot.event_id != event.id or target.event_id != event.id:
        raise Invalid(_("This time or place belongs to another event."))
    if slot.retired_at is not None or target.retired_at is not None:
        raise Invalid(_("This time or place has been taken out. Choose another one."))
    if table is not None and not 1 <= table <= target.capacity:
        raise Invalid(
            _("%(place)s has the tables 1 to %(last)d.", place=target.name, last=target.capacity),
            field="table",
        )
    action = "meeting.move" if meeting.state is MeetingState.PLANNED else "meeting.bring-back"
    free = _judged(session, event, meeting, slot, target, table, accepted)
    before = _held(meeting)
    with _refused(session, target):
        meeting.slot = slot
        meeting.place = target
        meeting.table_number = free
        meeting.state = MeetingState.PLANNED
        settle_wishes(session, meeting, event.now())
        session.flush()
    _changed(session, event, meeting, actor, action, before=before)


def cancel_meeting(
    session: Session, meeting: Meeting, *, actor: User | None = None, reason: str = "", by: str = ""
) -> None:
    """Call one meeting off: its people and its table are free again, and runs do not plan it again.

    Its people read the reason, and who gave it (`by`), in the message about it. Raises Conflict once it has begun:
    what was held is fixed.
    """
    event = open_for_change(session, meeting)
    if meeting.state is MeetingState.CANCELLED:
        raise Conflict(_("This meeting is cancelled already."))
    if meeting.slot.starts_at <= event.now():
        raise Conflict(_("The meeting has begun: it can't be called off any more."))
    meeting.state = MeetingState.CANCELLED
    settle_wishes(session, meeting, event.now())
    session.flush()
    said = f"{by}: {reason}" if by and reason else reason
    _changed(session, event, meeting, actor, "meeting.cancel", said=said, reason=reason)


def cancel_meetings(
    session: Session,
    event: Event,
    meetings: Iterable[Meeting],
    *,
    actor: User | None = None,
    absent: str = "",
    farewell: Farewell | None = None,
    also: Collection[int] = (),
) -> set[int]:
    """Call several meetings off in one act: everybody concerned gets one mail, however many of them were theirs. It
    names who is `absent`, where that is why.

    With `farewell` that is because somebody leaves; they are told so, also when they had no meeting. Agendas of
    others that change with that are named in `also`. Returns who else was concerned.
    """
    people: set[int] = set(also)
    for meeting in meetings:
        open_for_change(session, meeting)
        if meeting.state is not MeetingState.PLANNED:
            continue
        meeting.state = MeetingState.CANCELLED
        settle_wishes(session, meeting, event.now())
        session.flush()
        if note_change(session, event, meeting, actor, "meeting.cancel", absent=absent):
            people |= _people_at(session, meeting)
    leaving = {farewell.participant_id} if farewell is not None else set()
    calendar_sync.refresh(session, event, people | leaving, absent=absent, farewell=farewell)
    return people - leaving


def bring_back_meeting(
    session: Session, meeting: Meeting, *, actor: User | None = None, accepted: Collection[str] = ()
) -> None:
    """Hold a cancelled meeting after all, where it was, at another table if its own is taken or gone.

    Raises what `move_meeting` raises.
    """
    if meeting.state is MeetingState.PLANNED:
        raise Conflict(_("This meeting is not cancelled."))
    move_meeting(session, meeting, meeting.slot, actor=actor, accepted=accepted)


def lock_meeting(session: Session, meeting: Meeting, locked: bool, *, actor: User | None = None) -> None:
    """Keep a meeting where it is in every later run, or let runs move it again."""
    event = open_for_change(session, meeting)
    meeting.locked, meeting.lock_set_at = locked, event.now()
    _record(session, event, meeting, actor, "meeting.lock" if locked else "meeting.unlock")
    session.flush()


def open_for_change(session: Session, meeting: Meeting) -> Event:
    """The event of a meeting whose plan may be changed; the plan is locked against publishing meanwhile."""
    event = open_plan(session, meeting.plan_id)
    session.refresh(meeting, with_for_update=True)
    return event


def open_plan(session: Session, plan_id: int) -> Event:
    """The event of a plan whose meetings may be changed, which is locked against publishing meanwhile.

    Raises NotFound when there is none, Conflict when it is no longer in use.
    """
    event_of_plan = select(Plan.event_id).where(Plan.id == plan_id)
    calendar_sync.lock_agendas(session, session.scalar(event_of_plan) or 0)
    plan = session.scalar(
        select(Plan).where(Plan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    )
    event = session.get(Event, plan.event_id) if plan is not None else None
    if plan is None or event is None:
        raise NotFound(_("There is no such meeting."))
    if plan.state not in (PlanState.DRAFT, PlanState.PUBLISHED):
        raise Conflict(_("This plan is no longer in use: its meetings can't be changed."))
    return event


def _judged(
    session: Session,
    event: Event,
    meeting: Meeting,
    slot: Slot,
    place: Place,
    table: int | None,
    accepted: Collection[str],
) -> int:
    """A free table for the meeting at that time and place. Raises when something speaks against it."""
    found = Alternatives(session, event, meeting, event.now()).at(slot, place, table)
    against = [fact for fact in found.facts if fact.impossible]
    if against or found.table is None:
        taken = any(fact.rule in {Rule.TAKEN, Rule.TABLE_TAKEN} for fact in against)
        raise (ChoiceTaken if taken else ChoiceRefused)(against, place, event.zone)
    if any(fact.key not in accepted for fact in found.facts):
        raise NeedsConsent(found.facts, place, event.zone)
    return found.table


@contextmanager
def _refused(session: Session, place: Place) -> Iterator[None]:
    """Turn the schema's refusal into a sentence: somebody was faster. The meeting is then as before."""
    name = place.name
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise DoubleBooked(
            _(
                "Somebody has just been booked at that time, or the table at %(place)s. Nothing was changed.",
                place=name,
            )
        ) from None


def _changed(
    session: Session,
    event: Event,
    meeting: Meeting,
    actor: User | None,
    action: str,
    *,
    said: str = "",
    **detail: Any,
) -> None:
    if note_change(session, event, meeting, actor, action, **detail):
        calendar_sync.refresh(session, event, _people_at(session, meeting), said=said)


def note_change(
    session: Session, event: Event, meeting: Meeting, actor: User | None, action: str, **detail: Any
) -> bool:
    """Note a change in the meeting and the log; whether agendas show the meeting."""
    meeting.changed_at = event.now()
    published = meeting.plan.state is PlanState.PUBLISHED
    if published:
        meeting.sequence += 1
    _record(session, event, meeting, actor, action, **detail)
    session.flush()
    return published


def _record(
    session: Session, event: Event, meeting: Meeting, actor: User | None, action: str, **detail: Any
) -> None:
    """Into the log, by people, time and place: what it says holds when the rows are gone."""
    people = session.scalars(
        select(Participant.name)
        .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
        .where(MeetingAttendance.meeting_id == meeting.id)
        .order_by(Participant.name)
    ).all()
    now = _held(meeting)
    record(session, event, actor, action, meeting.public_id, people=list(people), now=now, **detail)


def _held(meeting: Meeting) -> dict[str, Any]:
    """When and where a meeting is held, for the log: an instant in ISO 8601, names, the table's number."""
    return {
        "start": meeting.slot.starts_at.isoformat(),
        "pavilion": meeting.place.pavilion.name,
        "place": meeting.place.name,
        "table": meeting.table_number if meeting.place.capacity > 1 else None,
    }


def _people_at(session: Session, meeting: Meeting) -> set[int]:
    return set(
        session.scalars(
            select(MeetingAttendance.participant_id).where(MeetingAttendance.meeting_id == meeting.id)
        )
    )


def meeting_by_public_id(session: Session, event: Event, public_id: str) -> Meeting:
    """A meeting of an event with its people. Raises NotFound."""
    found = session.scalar(
        select(Meeting)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(Meeting.public_id == public_id, Plan.event_id == event.id)
        .options(
            selectinload(Meeting.attendances).selectinload(MeetingAttendance.participant),
            selectinload(Meeting.place).selectinload(Place.pavilion),
            selectinload(Meeting.slot),
            selectinload(Meeting.plan),
        )
    )
    if found is None:
        raise NotFound(_("There is no such meeting."))
    return found
