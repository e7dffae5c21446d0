"""A list of pavilions, tables and stands: brought, looked at, taken over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.imports.sheets import MOST_BYTES, read_sheet, read_text, write_text
from scheduler.imports.venue import WORDS, VenueTable, venue_of
from scheduler.sandbox.run import Busy
from scheduler.services.venue.venue_list import CheckedVenue, check_venue, take_venue
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.forms import TableForm
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.replies import organise
from scheduler.web.uploads import apart, uploaded

SHOWN = 60


@blueprint.route("/venue/list", methods=["GET", "POST"])
@access.organiser
def venue_list(event_slug: str) -> str | Response | tuple[str, int]:
    require_full()
    if request.method == "GET":
        return _page()
    form = TableForm(request.form)
    data, text, act = uploaded("file", MOST_BYTES), said(form, "text"), request.form.get("act", "")
    try:
        sheet = apart(lambda: read_sheet(data, WORDS) if data is not None else read_text(text, WORDS))
        table = venue_of(sheet)
    except (Invalid, Busy) as error:
        return _page(text=text, error=error.message), error.status
    # What is shown is what is taken over: the table as it was read stands in the form.
    text = write_text(sheet.rows)
    if act != "store":
        return _page(text=text, table=table, checked=check_venue(db.session, this_event(), table))
    done = take_venue(db.session, this_event(), table, require_full())
    flash(
        " ".join(
            (
                ngettext("One pavilion,", "%(num)d pavilions,", len(done.pavilions)),
                ngettext("one place and", "%(num)d places and", len(done.places)),
                ngettext(
                    "one organisation are added;", "%(num)d organisations are added;", len(done.organisations)
                ),
                ngettext("one place is changed.", "%(num)d places are changed.", len(done.changes)),
            )
        ),
        "good",
    )
    if done.pavilions:
        flash(_("Say under Walking minutes how far the pavilions lie apart."))
    return redirect(organise("venue"))


def _page(
    *, text: str = "", error: str = "", table: VenueTable | None = None, checked: CheckedVenue | None = None
) -> str:
    return render_template(
        "organiser/venue_list.html",
        form=TableForm(data={"text": text}),
        error=error,
        table=table,
        checked=checked,
        shown=SHOWN,
    )
