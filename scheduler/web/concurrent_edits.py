"""Two people edit one thing: the second is told what changed, and nothing that they typed is lost.

A form with `version()` carries hashes of what it showed. When it is sent, the page is made once more, inside the
transaction that will change things and behind a lock. Where it holds something else by now, the form is shown again:
filled with what was typed, with what holds now beside it, and carrying the version of now. To send it once more is to
know, and saves. No view and no service has to remember any of this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from markupsafe import escape

from scheduler.extensions import db
from scheduler.models import AuditEntry, Event
from scheduler.queries.event.last_act import act_since, newest_entry
from scheduler.services.event.edit_lock import hold_edits
from scheduler.web.access import current
from scheduler.web.filters import moment
from scheduler.web.form_filling import Refusal, beside_id, fill
from scheduler.web.form_reading import PageForm, forms_of
from scheduler.web.origin import is_vouched
from scheduler.web.refusals import NOTICE, entered, page_at, page_of_form
from scheduler.web.versions import NAME, Difference, Version, differences, read, written

PLACE = re.compile(rf'<input type="hidden" name="{NAME}" value="">')
ACTS = {
    "organiser.event_settings": ("event.change",),
    "organiser.event_look": ("event.look",),
    "organiser.rounds_matrix": ("matrix.change",),
    "organiser.rounds_matrix_cell": ("matrix.change",),
    "organiser.venue_walking": ("venue.walking", "venue.scale", "venue.assume-walk"),
}
"""What the log calls the changes of forms whose address names no row of its own."""
LONGEST = 400
"""Characters of what holds now that are shown beside a field."""


def register(blueprint: Blueprint) -> None:
    """Watch over the forms of an area."""
    blueprint.before_request(_compare)
    blueprint.after_request(_write_versions)


def _compare() -> Response | None:
    """Answer with the form again when what it showed is not what holds; else let its view go on."""
    if request.method != "POST" or request.headers.get("HX-Request") or not is_vouched():
        return None
    version, event, address = read(request.form.get(NAME, "")), current.event, page_of_form()
    if version is None or event is None or address is None:
        return None
    hold_edits(db.session, event)
    shown = page_at(address)
    if shown is None:
        return None
    form = _form_sent(forms_of(shown[0], address, NAME))
    found = differences(version, form, entered()) if form is not None else []
    return _told(shown, address, found, _who(event, version)) if found else None


def _form_sent(forms: Sequence[PageForm]) -> PageForm | None:
    """The form of the page that was sent: forms that share an address differ in hidden fields, or in names."""
    sent = entered()
    pairs = {(name, value) for name, values in sent.items() for value in values}
    fitting = [form for form in forms if form.versioned and form.action == request.path]
    return max(
        fitting,
        key=lambda form: (len(form.hidden & pairs), len(form.entries.keys() & sent.keys())),
        default=None,
    )


def _who(event: Event, version: Version) -> AuditEntry | None:
    subjects = [str(value) for name, value in (request.view_args or {}).items() if name != "event_slug"]
    return act_since(db.session, event.id, version.entry, subjects, ACTS.get(request.endpoint or "", ()))


def _told(
    shown: tuple[str, list[str]], address: str, found: Sequence[Difference], act: AuditEntry | None
) -> Response | None:
    page, cookies = shown
    notice = render_template(
        "partials/meanwhile.html", ident=NOTICE, who=_sentence(act), found=found, longest=LONGEST
    )
    beside = {one.now.name: _now(one) for one in found if one.now.fieldset is None}
    refusal = Refusal(
        request.path,
        {name: values for name, values in entered().items() if name != NAME},
        notice,
        NOTICE,
        kept=frozenset(one.now.name for one in found if not one.touched),
        beside=beside,
        at_groups={one.now.fieldset: _now(one) for one in found if one.now.fieldset is not None},
    )
    filled = fill(page, address, refusal)
    db.release()
    if filled is None:
        return None
    answer = make_response(filled, 409)
    for cookie in cookies:
        answer.headers.add("Set-Cookie", cookie)
    return answer


def _sentence(act: AuditEntry | None) -> str:
    if act is None or act.user is None:
        return _("This was changed while you had it open.")
    when = moment(act.at)
    if current.user is not None and act.user.id == current.user.id:
        return _("You have changed this yourself in another window: %(when)s.", when=when)
    return _(
        "%(name)s changed this while you had it open: %(when)s.",
        name=act.user.name or act.user.email,
        when=when,
    )


def _now(one: Difference) -> str:
    """What stands beside a field: what it holds now, or that it shows just that."""
    text = ", ".join(one.now.words)[:LONGEST] or _("nothing")
    said = (
        _("Now: %(value)s", value=text)
        if one.touched
        else _("Changed by somebody else; you had left it as it was.")
    )
    # A plain string: the page around it is one, and whatever is added to Markup is escaped.
    return f'<p class="meanwhile" id="{escape(beside_id(one.now.name))}">{escape(said)}</p>'


def _write_versions(response: Response) -> Response:
    """Fill in the versions of a page's forms. A form that comes back with what was typed keeps the one it had."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    page = response.get_data(as_text=True)
    if PLACE.search(page) is None:
        return response
    forms = iter([form for form in forms_of(page, request.path, NAME) if form.versioned])
    entry, sent = newest_entry(db.session), request.form.get(NAME, "") if request.method == "POST" else ""

    def filled(_place: re.Match[str]) -> str:
        form = next(forms)
        own = request.method == "POST" and form.action == request.path
        value = escape(sent) if own else written(form, entry)
        return f'<input type="hidden" name="{NAME}" value="{value}">'

    response.set_data(PLACE.sub(filled, page))
    return response
