"""`Now`: what is asked of me, until when, what happens next, what I will get."""

from __future__ import annotations

from flask import render_template

from scheduler.domain.availability import free_slots
from scheduler.extensions import db
from scheduler.queries.agenda import agenda_of
from scheduler.queries.availability import availability_of
from scheduler.queries.participation import figures, profile_progress
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.round import round_id, this_round
from scheduler.web.participant.steps import steps, what_next, what_you_get


@blueprint.get("/")
@access.participant
def now(event_slug: str) -> str:
    event, me = access.this_event(), access.this_participant()
    instant = event.now()
    facts = figures(db.session, me, round_id())
    progress = profile_progress(db.session, me)
    available = availability_of(db.session, me)
    current_entry, next_entry = agenda_of(db.session, me, event).now_and_next(instant)
    todo = steps(event, this_round(), facts, progress)
    return render_template(
        "participant/now.html",
        me=me,
        instant=instant,
        round=this_round(),
        steps=todo,
        first=next((step for step in todo if not step.done), None),
        next_sentences=what_next(this_round(), facts, instant),
        gets=what_you_get(this_round(), facts, len(free_slots(available.slots, available.held))),
        current_entry=current_entry,
        next_entry=next_entry,
    )
