"""Single meetings changed by hand. The schema refuses double bookings; here they become sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from scheduler.domain.kinds import MeetingState, PlanState
from scheduler.errors import Conflict, DoubleBooked, Invalid, NotFound
from scheduler.models import (
    Event,
    Meeting,
    MeetingAttendance,
    Participant,
    ParticipantBooking,
    Place,
    PlaceBooking,
    Plan,
    Slot,
    User,
)
from scheduler.services import agendas
from scheduler.services.audit import record
from scheduler.services.change_mails import Farewell


def move_meeting(
    session: Session,
    meeting: Meeting,
    slot: Slot,
    place: Place | None = None,
    table: int | None = None,
    *,
    actor: User | None = None,
) -> None:
    """Hold a meeting at another time or table; without `table`, at a free one of `place` (default: as it is).

    Raises DoubleBooked, naming who or what is taken, Conflict when the plan can't be changed, and Invalid for
    a slot or place of another event.
    """
    event = _open(session, meeting)
    target = place or meeting.place
    if slot.event_id != event.id or target.event_id != event.id:
        raise Invalid(_("This time or place belongs to another event."))
    if meeting.state is not MeetingState.PLANNED:
        raise Conflict(_("This meeting is cancelled. Bring it back first."))
    if slot.retired_at is not None or target.retired_at is not None:
        raise Invalid(_("This time or place has been taken out. Choose another one."))
    same_place = target.id == meeting.place_id
    if table is None:
        table = _free_table(session, meeting, slot, target, meeting.table_number if same_place else None)
    if not 1 <= table <= target.capacity:
        raise Invalid(
            _("%(place)s has the tables 1 to %(last)d.", place=target.name, last=target.capacity),
            field="table",
        )
    before = {"slot": meeting.slot.public_id, "place": meeting.place.public_id, "table": meeting.table_number}
    with _refused(session, meeting, slot, target):
        meeting.slot = slot
        meeting.place = target
        meeting.table_number = table
        session.flush()
    _changed(session, event, meeting, actor, "meeting.move", before=before, table=table)


def cancel_meeting(
    session: Session, meeting: Meeting, *, actor: User | None = None, reason: str = "", by: str = ""
) -> None:
    """Call one meeting off: its people and its table are free again, and runs do not plan it again.

    Its people read the reason, and who gave it (`by`), in the message about it.
    """
    event = _open(session, meeting)
    if meeting.state is MeetingState.CANCELLED:
        raise Conflict(_("This meeting is cancelled already."))
    meeting.state = MeetingState.CANCELLED
    session.flush()
    said = f"{by}: {reason}" if by and reason else reason
    _changed(session, event, meeting, actor, "meeting.cancel", said=said, reason=reason)


def cancel_meetings(
    session: Session,
    event: Event,
    meetings: Iterable[Meeting],
    *,
    actor: User | None = None,
    reason: str = "",
    farewell: Farewell | None = None,
) -> set[int]:
    """Call several meetings off in one act: everybody concerned gets one mail, however many of them were theirs.

    With `farewell` that is because somebody leaves; they are told so, also when they had no meeting. Returns who
    else was concerned.
    """
    people: set[int] = set()
    for meeting in meetings:
        _open(session, meeting)
        if meeting.state is not MeetingState.PLANNED:
            continue
        meeting.state = MeetingState.CANCELLED
        session.flush()
        if _noted(session, event, meeting, actor, "meeting.cancel", reason=reason):
            people |= _people_at(session, meeting)
    leaving = {farewell.participant_id} if farewell is not None else set()
    agendas.refresh(session, event, people | leaving, said=reason, farewell=farewell)
    return people - leaving


def bring_back_meeting(session: Session, meeting: Meeting, *, actor: User | None = None) -> None:
    """Hold a cancelled meeting after all. Raises DoubleBooked when its people or table are taken by now."""
    event = _open(session, meeting)
    if meeting.state is MeetingState.PLANNED:
        raise Conflict(_("This meeting is not cancelled."))
    with _refused(session, meeting, meeting.slot, meeting.place):
        meeting.state = MeetingState.PLANNED
        session.flush()
    _changed(session, event, meeting, actor, "meeting.bring-back")


def lock_meeting(session: Session, meeting: Meeting, locked: bool, *, actor: User | None = None) -> None:
    """Keep a meeting where it is in every later run, or let runs move it again."""
    event = _open(session, meeting)
    meeting.locked = locked
    record(session, event, actor, "meeting.lock" if locked else "meeting.unlock", meeting.public_id)
    session.flush()


def _open(session: Session, meeting: Meeting) -> Event:
    """The event of a meeting whose plan may be changed; the plan is locked against publishing meanwhile."""
    event_of_plan = select(Plan.event_id).where(Plan.id == meeting.plan_id)
    agendas.lock_agendas(session, session.scalar(event_of_plan) or 0)
    plan = session.scalar(select(Plan).where(Plan.id == meeting.plan_id).with_for_update())
    event = session.get(Event, plan.event_id) if plan is not None else None
    if plan is None or event is None:
        raise NotFound(_("There is no such meeting."))
    if plan.state not in (PlanState.DRAFT, PlanState.PUBLISHED):
        raise Conflict(_("This plan is no longer in use: its meetings can't be changed."))
    session.refresh(meeting, with_for_update=True)
    return event


def _free_table(session: Session, meeting: Meeting, slot: Slot, place: Place, wanted: int | None) -> int:
    taken = set(
        session.scalars(
            select(PlaceBooking.table_number).where(
                PlaceBooking.plan_id == meeting.plan_id,
                PlaceBooking.place_id == place.id,
                PlaceBooking.tick >= slot.first_tick,
                PlaceBooking.tick < slot.first_tick + slot.tick_count,
                PlaceBooking.meeting_id != meeting.id,
            )
        )
    )
    if wanted is not None and wanted not in taken and wanted <= place.capacity:
        return wanted
    free = next((table for table in range(1, place.capacity + 1) if table not in taken), None)
    if free is None:
        raise DoubleBooked(
            _(
                "Every table of %(place)s is taken at that time. Choose another time or place.",
                place=place.name,
            )
        )
    return free


@contextmanager
def _refused(session: Session, meeting: Meeting, slot: Slot, place: Place) -> Iterator[None]:
    """Turn the schema's refusal into a sentence; the meeting is then as before."""
    names = (meeting.id, meeting.plan_id, slot, place)
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise DoubleBooked(_why(session, *names)) from None


def _why(session: Session, meeting_id: int, plan_id: int, slot: Slot, place: Place) -> str:
    window = (slot.first_tick, slot.first_tick + slot.tick_count - 1)
    people = session.scalars(
        select(Participant.name)
        .join(MeetingAttendance, MeetingAttendance.participant_id == Participant.id)
        .join(ParticipantBooking, ParticipantBooking.participant_id == Participant.id)
        .where(
            MeetingAttendance.meeting_id == meeting_id,
            ParticipantBooking.plan_id == plan_id,
            ParticipantBooking.meeting_id != meeting_id,
            ParticipantBooking.tick.between(*window),
        )
        .distinct()
        .order_by(Participant.name)
    ).all()
    if people:
        said = ngettext(
            "%(names)s already has a meeting at that time. Nothing was changed.",
            "%(names)s already have a meeting at that time. Nothing was changed.",
            len(people),
            names=format_list(people, locale=get_locale() or "en"),
        )
    else:
        said = _("The table at %(place)s is taken at that time. Nothing was changed.", place=place.name)
    return str(said)


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
    if _noted(session, event, meeting, actor, action, **detail):
        agendas.refresh(session, event, _people_at(session, meeting), said=said)


def _noted(
    session: Session, event: Event, meeting: Meeting, actor: User | None, action: str, **detail: Any
) -> bool:
    """Note a change in the meeting and the log; whether agendas show the meeting."""
    meeting.changed_at = event.now()
    published = meeting.plan.state is PlanState.PUBLISHED
    if published:
        meeting.sequence += 1
    record(session, event, actor, action, meeting.public_id, **detail)
    session.flush()
    return published


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
