"""Meeting blocks: when meetings can be held, and how long they last."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.queries.programme import block_by_public_id, block_lines, event_days
from scheduler.services.audit import record
from scheduler.services.slots import add_block, remove_block
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import day as day_text
from scheduler.web.organiser.authority import is_full, require_full
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import BlockForm
from scheduler.web.organiser.replies import blame, organise


@blueprint.get("/programme/blocks/")
@access.organiser
def programme_blocks(event_slug: str) -> str:
    return _page(_form())


@blueprint.post("/programme/blocks/")
@access.organiser
def programme_blocks_add(event_slug: str) -> str | Response | tuple[str, int]:
    actor = require_full()
    event, form = this_event(), _form()
    if form.validate_on_submit():
        try:
            block = add_block(
                db.session,
                event,
                name=form.name.data or "",
                day=date.fromisoformat(form.day.data),
                start=form.starts.data,
                end=form.ends.data,
                slot_minutes=form.slot_minutes.data or 0,
                pause_minutes=form.pause_minutes.data or 0,
            )
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            record(
                db.session,
                event,
                actor,
                "block.add",
                block.public_id,
                name=block.name,
                slots=len(block.slots),
            )
            flash(
                _(
                    "“%(name)s” is added with %(n)d slots. Choose it in a round.",
                    name=block.name,
                    n=len(block.slots),
                ),
                "good",
            )
            return redirect(organise("programme_blocks"))
    return _page(form), 422


@blueprint.post("/programme/blocks/<block_id>/remove")
@access.organiser
def programme_blocks_remove(event_slug: str, block_id: str) -> Response:
    actor = require_full()
    event = this_event()
    block = block_by_public_id(db.session, event.id, block_id)
    if block is None:
        raise NotFound(_("There is no such meeting block."))
    name = block.name
    remove_block(db.session, block)
    record(db.session, event, actor, "block.remove", block_id, name=name)
    flash(_("“%(name)s” is removed.", name=name), "good")
    return redirect(organise("programme_blocks"))


def _page(form: BlockForm) -> str:
    return render_template(
        "organiser/blocks.html",
        lines=block_lines(db.session, this_event().id),
        form=form,
        may_change=is_full(),
    )


def _form() -> BlockForm:
    form = BlockForm()
    form.day.choices = [
        SelectChoice(row.date.isoformat(), f"{day_text(row.date)} · {row.label}")
        for row in event_days(db.session, this_event().id)
    ]
    return form
