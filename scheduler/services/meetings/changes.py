"""Moving and cancelling published meetings, as those who attend them ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from scheduler.calendars.lines import one_line
from scheduler.domain.enums import ChangeKind, ChangeState, MeetingState, PlanState
from scheduler.domain.messages import ChangeMail, MessageKind
from scheduler.errors import Conflict, DoubleBooked, Invalid, NotAllowed
from scheduler.mail.outbox import queue_for, wall_clock
from scheduler.models import Event, Meeting, MeetingChange, MessagePreference, Participant, Slot, User
from scheduler.queries.alternatives import free_times
from scheduler.services.meetings.meetings import cancel_meeting, move_meeting
from scheduler.services.meetings.move_requests import settle_wishes
from scheduler.services.meetings.refused_choices import ChoiceRefused
from scheduler.services.text import clean_text

REASON_LIMIT = 500


def cancel(
    session: Session, event: Event, me: Participant, meeting: Meeting, reason: str, actor: User | None
) -> MeetingChange:
    """Call a meeting off. Its time and table are free at once, and the others are told why."""
    text = _reason(reason)
    _check_mine(me, meeting)
    now = event.now()
    _check_ahead(meeting, now)
    cancel_meeting(session, meeting, actor=actor, reason=text, by=me.name)
    change = MeetingChange(
        meeting=meeting,
        participant=me,
        kind=ChangeKind.CANCEL,
        state=ChangeState.DONE,
        reason=text,
        created_at=now,
        answered_at=now,
    )
    session.add(change)
    session.flush()
    return change


def ask_to_move(
    session: Session, event: Event, me: Participant, meeting: Meeting, slot_id: str, reason: str
) -> MeetingChange:
    """Ask the others to meet at another time. The meeting stays where it is until they agree.

    Raises Invalid when the time does not suit everybody by now, Conflict when somebody has asked already.
    """
    text = _reason(reason)
    _check_mine(me, meeting)
    now = event.now()
    _check_ahead(meeting, now)
    slot = _option(session, event, meeting, slot_id, now)
    # Of two who ask at once the second has to see the first.
    session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    if open_change(session, meeting, now) is not None:
        raise Conflict(_("There is a wish to move this meeting already. Answer it or take it back first."))
    # One whose time has begun was never answered.
    settle_wishes(session, meeting, now)
    change = MeetingChange(
        meeting=meeting, participant=me, kind=ChangeKind.MOVE, reason=text, slot=slot, created_at=now
    )
    session.add(change)
    for attendance in meeting.attendances:
        if attendance.participant_id != me.id:
            _tell(session, event, attendance.participant, "ask-to-move", me, meeting, new=slot, reason=text)
    session.flush()
    return change


def answer_move(
    session: Session, event: Event, me: Participant, change: MeetingChange, agree: bool, actor: User | None
) -> None:
    """Say yes or no to a wish to move. The first answer counts; yes moves the meeting at once."""
    meeting = change.meeting
    _check_mine(me, meeting)
    if change.participant_id == me.id:
        raise NotAllowed(_("The others answer your wish."))
    now = event.now()
    _settle(session, change, ChangeState.DONE if agree else ChangeState.REFUSED, now)
    slot = change.slot
    if not agree or slot is None:
        _tell(session, event, change.participant, "keep-time", me, meeting)
        return
    _check_ahead(meeting, now)
    slot = _option(session, event, meeting, slot.public_id, now)
    try:
        move_meeting(session, meeting, slot, actor=actor)
    except (DoubleBooked, ChoiceRefused):
        # Why is nothing that one participant reads of another.
        raise _too_late() from None


def withdraw_move(session: Session, me: Participant, change: MeetingChange, now: datetime) -> None:
    """Take one's wish to move back."""
    if change.participant_id != me.id:
        raise NotAllowed(_("Only who made the wish can take it back."))
    _settle(session, change, ChangeState.WITHDRAWN, now)


def open_change(session: Session, meeting: Meeting, now: datetime) -> MeetingChange | None:
    """The wish to move that waits for an answer, as long as both its time and the meeting are ahead."""
    if meeting.slot.starts_at <= now:
        return None
    return session.scalar(
        select(MeetingChange)
        .join(Slot, Slot.id == MeetingChange.slot_id)
        .where(
            MeetingChange.meeting_id == meeting.id,
            MeetingChange.state == ChangeState.OPEN,
            Slot.starts_at > now,
        )
    )


def last_cancellation(session: Session, meeting: Meeting) -> MeetingChange | None:
    """Who called the meeting off, and why; None when the organiser did."""
    return session.scalar(
        select(MeetingChange)
        .where(MeetingChange.meeting_id == meeting.id, MeetingChange.kind == ChangeKind.CANCEL)
        .order_by(MeetingChange.id.desc())
        .limit(1)
    )


def _settle(session: Session, change: MeetingChange, state: ChangeState, now: datetime) -> None:
    result = session.execute(
        update(MeetingChange)
        .where(MeetingChange.id == change.id, MeetingChange.state == ChangeState.OPEN)
        .values(state=state, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(change)
    if cast("CursorResult[object]", result).rowcount != 1:
        raise Conflict(_("Somebody has answered this in the meantime. Reload to see it."))


def _option(session: Session, event: Event, meeting: Meeting, slot_id: str, now: datetime) -> Slot:
    for slot in free_times(session, event, meeting, now):
        if slot.public_id == slot_id:
            return slot
    raise _too_late()


def _too_late() -> Invalid:
    return Invalid(_("This time does not suit everybody any more. Choose another one."), "slot")


def _reason(reason: str) -> str:
    text = clean_text(reason, REASON_LIMIT, "reason", _("Reason"))
    if not text:
        raise Invalid(_("Give a short reason: the others will read it."), "reason")
    return text


def _check_mine(me: Participant, meeting: Meeting) -> None:
    if me.id not in [attendance.participant_id for attendance in meeting.attendances]:
        raise NotAllowed(_("This is not your meeting."))
    if meeting.plan.state is not PlanState.PUBLISHED:
        raise Conflict(_("The schedule is being made anew. Wait until it is published."))


def _check_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise Conflict(_("This meeting is cancelled already."))
    if meeting.slot.starts_at <= now:
        raise Conflict(_("This meeting has begun or is over: it can't be moved or cancelled."))


def _tell(
    session: Session,
    event: Event,
    reader: Participant,
    what: str,
    who: Participant,
    meeting: Meeting,
    *,
    new: Slot | None = None,
    reason: str = "",
) -> None:
    """A mail about a wish to move, unless its reader wants to hear of no changes by mail."""
    wish = session.get(MessagePreference, reader.id)
    if wish is not None and wish.changes is ChangeMail.NEVER:
        return
    payload = {
        "what": what,
        "who": one_line(who.name),
        "uid": meeting.uid,
        "old": _span(meeting.slot),
        "new": _span(new or meeting.slot),
        "reason": reason,
    }
    expires = wall_clock() + (meeting.slot.ends_at - event.now())
    queue_for(session, reader, MessageKind.NOTE, payload, expires_at=expires)


def _span(slot: Slot) -> list[str]:
    return [slot.starts_at.isoformat(), slot.ends_at.isoformat()]
