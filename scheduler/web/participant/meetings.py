"""One meeting: when, where, with whom; moving and cancelling it; what one keeps of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.enums import MeetingState
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import Meeting, MeetingChange, MeetingMemory
from scheduler.queries.alternatives import free_times
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.meetings.my_meetings import my_meeting
from scheduler.queries.venue.hall import hall_of
from scheduler.services.meetings import changes
from scheduler.services.meetings.meeting_notes import keep_memory
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.acting import also_on_behalf
from scheduler.web.filters import when
from scheduler.web.form_fields import blame, said
from scheduler.web.halls.picture import picture_of
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import CancelForm, MemoryForm, MoveForm
from scheduler.web.participant.limits import by_person

OPTIONS_SHOWN = 12


def _mine(uid: str) -> Meeting:
    found = my_meeting(db.session, access.this_participant(), uid)
    if found is None:
        raise NotFound(_("This meeting is not in your agenda any more."))
    return found


@blueprint.get("/agenda/meeting/<uid>")
@access.participant
def agenda_meeting(event_slug: str, uid: str) -> str:
    return _page(uid)


def _page(
    uid: str,
    error: Invalid | None = None,
    *,
    memory: MemoryForm | None = None,
    move: MoveForm | None = None,
    cancel: CancelForm | None = None,
) -> str:
    event, me = access.this_event(), access.this_participant()
    meeting = _mine(uid)
    instant = event.now()
    agenda = agenda_of(db.session, me, event)
    entry = next((one for one in agenda.entries if one.uid == uid), None)
    if entry is None:
        raise NotFound(_("This meeting is not in your agenda any more."))
    ahead = meeting.state is MeetingState.PLANNED and meeting.slot.starts_at > instant
    before = [
        one for one in agenda.on(entry.start.astimezone(event.zone).date()).entries if not one.cancelled
    ]
    previous = next((one for one in reversed(before) if one.end <= entry.start and one.pavilion), None)
    came_from = previous.pavilion if previous else ""
    plan = picture_of(entry.pavilion, meeting.place_id, before=came_from, label=entry.place)
    move = move or MoveForm()
    times = free_times(db.session, event, meeting, instant)[:OPTIONS_SHOWN] if ahead else ()
    move.offer((slot.public_id, when(slot.starts_at, slot.ends_at)) for slot in times)
    if entry.cancelled or entry.start > instant or current.on_behalf:
        memory = None
    elif memory is None:
        memory = _kept(db.session.get(MeetingMemory, (me.user_id, uid)))
    return render_template(
        "participant/meeting.html",
        me=me,
        instant=instant,
        entry=entry,
        meeting=meeting,
        ahead=ahead,
        change=changes.open_change(db.session, meeting, instant),
        cancelled_by=changes.last_cancellation(db.session, meeting) if entry.cancelled else None,
        memory=memory,
        move=move,
        cancel=cancel or CancelForm(),
        plan=plan,
        hall=() if plan is not None else hall_of(db.session, event.id),
        previous=came_from,
        error=error,
    )


def _kept(memory: MeetingMemory | None) -> MemoryForm:
    """What was kept of the meeting before."""
    if memory is None:
        return MemoryForm()
    held = {True: "yes", False: "no"}.get(memory.held) if memory.held is not None else None
    rating = str(memory.rating) if memory.rating is not None else None
    return MemoryForm(
        data={"held": held, "rating": rating, "note": memory.note, "follow_up": memory.follow_up}
    )


@blueprint.post("/agenda/meeting/<uid>/cancel")
@access.participant
@also_on_behalf("meeting.cancel")
@limiter.limit("30 per hour", key_func=by_person)
def agenda_meeting_cancel(event_slug: str, uid: str) -> str | tuple[str, int] | Response:
    form = CancelForm(request.form)
    reason = said(form, "reason")
    try:
        changes.cancel(
            db.session, access.this_event(), access.this_participant(), _mine(uid), reason, current.user
        )
    except Invalid as error:
        db.session.rollback()
        blame(form, error, 2000)
        return _page(uid, error, cancel=form), error.status
    flash(_("The meeting is cancelled. The others are told, with your reason."), "good")
    return redirect(url_for("participant.agenda", event_slug=event_slug))


@blueprint.post("/agenda/meeting/<uid>/move")
@access.participant
@also_on_behalf("meeting.ask-to-move")
@limiter.limit("30 per hour", key_func=by_person)
def agenda_meeting_move(event_slug: str, uid: str) -> str | tuple[str, int] | Response:
    """Ask the others for another time."""
    form = MoveForm(request.form)
    try:
        changes.ask_to_move(
            db.session,
            access.this_event(),
            access.this_participant(),
            _mine(uid),
            said(form, "slot"),
            said(form, "reason"),
        )
    except Invalid as error:
        db.session.rollback()
        blame(form, error, 2000)
        return _page(uid, error, move=form), error.status
    flash(_("The others are asked. Until they agree, the meeting stays where it is."), "good")
    return redirect(url_for("participant.agenda_meeting", event_slug=event_slug, uid=uid))


@blueprint.post("/agenda/meeting/<uid>/change/<change_id>")
@access.participant
@also_on_behalf("meeting.answer-move", "agree")
def agenda_meeting_answer(event_slug: str, uid: str, change_id: str) -> Response:
    """Answer a wish to move (`agree` 1 or 0), or take one's own back (`agree` empty)."""
    event, me = access.this_event(), access.this_participant()
    change = db.session.scalar(
        select(MeetingChange).where(
            MeetingChange.public_id == change_id, MeetingChange.meeting_id == _mine(uid).id
        )
    )
    if change is None:
        raise NotFound(_("There is no such wish."))
    agree = request.form.get("agree", "")
    if not agree:
        changes.withdraw_move(db.session, me, change, event.now())
        flash(_("Your wish is taken back."), "good")
    else:
        changes.answer_move(db.session, event, me, change, agree == "1", current.user)
        flash(_("The meeting is moved.") if agree == "1" else _("The meeting stays where it is."), "good")
    return redirect(url_for("participant.agenda_meeting", event_slug=event_slug, uid=uid))


@blueprint.post("/agenda/meeting/<uid>/memory")
@access.participant
def agenda_meeting_memory(event_slug: str, uid: str) -> str | tuple[str, int] | Response:
    """Keep whether it was held, a rating, a note for oneself, what was agreed."""
    _mine(uid)
    form = MemoryForm(request.form)
    held = {"yes": True, "no": False}.get(said(form, "held"))
    rating = said(form, "rating")
    try:
        keep_memory(
            db.session,
            access.this_participant(),
            uid,
            at=access.this_event().now(),
            held=held,
            rating=int(rating) if rating in ("1", "2", "3", "4", "5") else None,
            note=said(form, "note"),
            follow_up=said(form, "follow_up"),
        )
    except Invalid as error:
        db.session.rollback()
        blame(form, error)
        return _page(uid, error, memory=form), error.status
    flash(_("Kept. Only you can read your note and rating."), "good")
    return redirect(url_for("participant.agenda_meeting", event_slug=event_slug, uid=uid))
