"""The end of an event: all of it taken out, put into the archive and back, or deleted after days to think."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db, limiter
from scheduler.models import Event, User
from scheduler.queries.event.contents import contents_of
from scheduler.services.archive.contents import TAKEN_OUT
from scheduler.services.archive.writing import archive_of
from scheduler.services.audit import record
from scheduler.services.event import ending as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import line, said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, organise


class DeletionForm(FlaskForm):
    name = line(_l("The event's name"), 200, autocomplete="off")


@blueprint.get("/event/end")
@access.organiser
def event_end(event_slug: str) -> str:
    return _page(DeletionForm(formdata=None))


@blueprint.post("/event/end/archive")
@access.organiser
def event_end_archive(event_slug: str) -> Response:
    return _done(service.archive_event, _("The event is in the archive."))


@blueprint.post("/event/end/reopen")
@access.organiser
@access.also_when_closed
def event_end_reopen(event_slug: str) -> Response:
    return _done(service.open_event_again, _("The event is open again."))


@blueprint.post("/event/end/delete")
@access.organiser
@access.also_when_closed
def event_end_delete(event_slug: str) -> Response | tuple[str, int]:
    actor, form = require_full(), DeletionForm()
    try:
        service.ask_deletion(db.session, this_event(), said(form, "name", 400), actor)
    except Invalid as error:
        db.session.rollback()
        blame(form, error)
        return _page(form), 422
    flash(_("The event will be deleted. Its organisers are told by mail, and each can take it back."), "good")
    return redirect(organise("event_end"))


@blueprint.post("/event/end/keep")
@access.organiser
@access.also_when_closed
def event_end_keep(event_slug: str) -> Response:
    return _done(service.keep_event, _("The event stays. Its organisers are told by mail."))


def _done(act: Callable[[Session, Event, User], None], words: str) -> Response:
    """Do something with the event, and say so on its page."""
    act(db.session, this_event(), require_full())
    flash(words, "good")
    return redirect(organise("event_end"))


@blueprint.post("/event/end/take-out")
@access.organiser
@access.also_when_closed
@limiter.limit("30 per hour")
def event_end_take_out(event_slug: str) -> FlaskResponse:
    event, actor = this_event(), require_full()
    record(db.session, event, actor, TAKEN_OUT, event.public_id, name=event.name)
    content = _archive(current_app.config["DATABASE_URL"], event.id)
    headers = {
        "Content-Disposition": f'attachment; filename="{event.slug}.zip"',
        "Cache-Control": "private, no-store",
    }
    return FlaskResponse(content, mimetype="application/zip", headers=headers)


def _archive(url: str, event_id: int) -> Iterator[bytes]:
    """The archive, read while it is sent: the request and its transaction are over by then."""
    with db.new_session(url, read_only=True) as session:
        yield from archive_of(session, event_id)


def _page(form: DeletionForm) -> str:
    event = this_event()
    return render_template(
        "organiser/event_end.html",
        form=form,
        event=event,
        numbers=contents_of(db.session, event.id),
        days=service.DAYS_TO_THINK,
        may_change=is_full(),
    )
