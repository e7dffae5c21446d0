"""Meeting blocks: when meetings can be held, and how long they last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import MeetingBlock
from scheduler.queries.event.programme import (
    block_by_public_id,
    block_lines,
    block_rounds,
    blocks_taken_out,
    event_days,
    rounds_of_event,
)
from scheduler.services.venue import block_patterns as patterns
from scheduler.services.venue import slots as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import day as day_text
from scheduler.web.organiser.block_week import week_of
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import BlockForm, PatternForm
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, confirmed, organise


@blueprint.get("/programme/blocks/")
@access.organiser
def programme_blocks(event_slug: str) -> str:
    return _page(_pattern_form())


@blueprint.post("/programme/blocks/")
@access.organiser
def programme_blocks_add(event_slug: str) -> str | Response | tuple[str, int]:
    """Add a block to each of the days chosen, or drawn on: all of them or none."""
    actor = require_full()
    form = _pattern_form()
    if form.validate_on_submit():
        try:
            made = patterns.add_pattern(db.session, this_event(), _pattern(form), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_added(made, used=bool(form.rounds.data)), "good")
            return redirect(organise("programme_blocks"))
    return _page(form), 422


def _added(made: Sequence[MeetingBlock], *, used: bool) -> str:
    slots = sum(len(block.slots) for block in made)
    if len(made) == 1:
        text = _("“%(name)s” is added with %(n)d slots.", name=made[0].name, n=slots)
    else:
        text = _("%(count)d blocks are added with %(n)d slots together.", count=len(made), n=slots)
    if not used:
        text += " " + _("No round uses it yet.")
    if answers := service.answers_given(db.session, this_event()):
        text += " " + ngettext(
            "%(num)d person said before when they can meet."
            " In the new times they count as free until they say otherwise.",
            "%(num)d people said before when they can meet."
            " In the new times they count as free until they say otherwise.",
            answers,
        )
    return text


@blueprint.route("/programme/blocks/<block_id>/", methods=["GET", "POST"])
@access.organiser
def programme_blocks_edit(event_slug: str, block_id: str) -> str | Response | tuple[str, int]:
    """Change a block. What that touches is said first, with the form as it was entered."""
    actor = require_full()
    event, block = this_event(), _block(block_id)
    form = _form(block)
    if request.method == "GET":
        _show(form, block)
        return _edit_page(form, block)
    change = None
    if form.validate_on_submit():
        try:
            if not form.overlap.data:
                patterns.refuse_overlap(db.session, event, _entry(form), block)
            change = service.preview_change(db.session, event, block, _entry(form))
            if change.harmless or confirmed():
                service.change_block(db.session, event, block, _entry(form), actor)
                flash(_("“%(name)s” is changed.", name=block.name), "good")
                return redirect(organise("programme_blocks"))
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
            change = None
    return _edit_page(form, block, change), 200 if change is not None else 422


@blueprint.route("/programme/blocks/<block_id>/remove", methods=["GET", "POST"])
@access.organiser
def programme_blocks_remove(event_slug: str, block_id: str) -> str | Response | tuple[str, int]:
    """Remove a block: at once when no plan holds meetings in it, else what that touches is said first."""
    actor = require_full()
    event, block = this_event(), _block(block_id)
    found = service.uses_of_block(db.session, event, block)
    if request.method == "GET" or not (found.nothing or confirmed()):
        return render_template("organiser/block_remove.html", block=block, uses=found)
    name = block.name
    service.remove_block(db.session, event, block, actor)
    flash(_("“%(name)s” is removed.", name=name), "good")
    return redirect(organise("programme_blocks"))


@blueprint.post("/programme/blocks/<block_id>/restore")
@access.organiser
def programme_blocks_restore(event_slug: str, block_id: str) -> Response:
    actor = require_full()
    block = _block(block_id, taken_out=True)
    service.restore_block(db.session, this_event(), block, actor)
    flash(_("“%(name)s” is back. Choose the rounds that use it.", name=block.name), "good")
    return redirect(organise("programme_blocks_edit", block_id=block.public_id))


def _block(public_id: str, *, taken_out: bool = False) -> MeetingBlock:
    found = block_by_public_id(db.session, this_event().id, public_id)
    if found is None or (found.retired_at is not None) is not taken_out:
        raise NotFound(_("There is no such meeting block."))
    return found


def _page(form: PatternForm) -> str:
    event = this_event()
    lines = block_lines(db.session, event.id)
    return render_template(
        "organiser/blocks.html",
        lines=lines,
        week=week_of(event_days(db.session, event.id), lines, event.zone),
        taken_out=blocks_taken_out(db.session, event.id),
        form=form,
        may_change=is_full(),
    )


def _edit_page(form: BlockForm, block: MeetingBlock, change: service.BlockChange | None = None) -> str:
    event = this_event()
    week = week_of(event_days(db.session, event.id), block_lines(db.session, event.id), event.zone)
    return render_template("organiser/block_form.html", form=form, block=block, change=change, week=week)


def _pattern(form: PatternForm) -> patterns.BlockPattern:
    try:
        days = [date.fromisoformat(text) for text in form.day.data or ()]
    except ValueError as error:
        raise Invalid(_("One of the days is no day of this event."), "day") from error
    return patterns.BlockPattern(
        name=form.name.data or "",
        days=days,
        start=form.starts.data,
        end=form.ends.data,
        slot_minutes=form.slot_minutes.data or 0,
        pause_minutes=form.pause_minutes.data or 0,
        rounds=form.rounds.data or (),
        break_start=form.break_starts.data,
        break_end=form.break_ends.data,
        overlap=bool(form.overlap.data),
    )


def _entry(form: BlockForm) -> service.BlockEntry:
    return service.BlockEntry(
        form.name.data or "",
        date.fromisoformat(form.day.data),
        form.starts.data,
        form.ends.data,
        form.slot_minutes.data or 0,
        form.pause_minutes.data or 0,
        form.rounds.data or (),
    )


def _pattern_form() -> PatternForm:
    form = PatternForm()
    _offer(form, {row.date: row.label for row in event_days(db.session, this_event().id)})
    return form


def _form(block: MeetingBlock) -> BlockForm:
    form = BlockForm()
    _offer(form, {block.day: "", **{row.date: row.label for row in event_days(db.session, this_event().id)}})
    return form


def _offer(form: BlockForm, days: Mapping[date, str]) -> None:
    """Fill the choices: the days, with their labels, and the event's rounds."""
    form.day.choices = [
        SelectChoice(each.isoformat(), " · ".join(filter(None, (day_text(each), label))))
        for each, label in sorted(days.items())
    ]
    form.rounds.choices = [
        SelectChoice(row.public_id, row.name) for row in rounds_of_event(db.session, this_event().id)
    ]


def _show(form: BlockForm, block: MeetingBlock) -> None:
    zone = this_event().zone
    form.name.data, form.day.data = block.name, block.day.isoformat()
    form.starts.data = block.starts_at.astimezone(zone).time()
    form.ends.data = block.ends_at.astimezone(zone).time()
    form.slot_minutes.data, form.pause_minutes.data = block.slot_minutes, block.pause_minutes
    form.rounds.data = block_rounds(db.session, block)
    beside = patterns.overlapping(db.session, this_event(), block.starts_at, block.ends_at, block)
    form.overlap.data = beside is not None
