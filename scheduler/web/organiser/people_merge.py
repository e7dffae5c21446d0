"""People who are registered twice: likely doubles, and merging two with a look at what it does."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Field, Form, RadioField
from wtforms.fields import SelectChoice

from scheduler.extensions import db
from scheduler.queries.people.doubles import doubles_page, others_like
from scheduler.services.people.person_merge import PersonMerge, merge_people, preview_person_merge
from scheduler.services.people.profile import label_of
from scheduler.web import access, country_names
from scheduler.web.access import this_event
from scheduler.web.form_fields import said
from scheduler.web.labels.references import references_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import NameSearch
from scheduler.web.organiser.people import this_person
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import organise, page_address, page_number
from scheduler.web.seen import digest_of, was_seen

KEPT, GONE = "kept", "gone"


@blueprint.get("/people/doubles")
@access.organiser
def people_doubles(event_slug: str) -> str:
    """People of one name at organisations that look like one, and accounts with two registrations."""
    return render_template(
        "organiser/people_doubles.html",
        page=doubles_page(db.session, this_event().id, page_number()),
        address_of=page_address(),
        may_change=is_full(),
    )


@blueprint.route("/people/<person_id>/merge", methods=["GET", "POST"])
@access.organiser
def people_merge(event_slug: str, person_id: str) -> str | Response | tuple[str, int]:
    """The person in the address stays; `with` in the address is the registration that goes."""
    actor, event, kept = require_full(), this_event(), this_person(person_id)
    if not request.args.get("with"):
        form = NameSearch(request.args)
        text = said(form, "q", 100) if "q" in request.args else kept.name
        return render_template(
            "organiser/person_merge_choose.html",
            kept=kept,
            form=NameSearch(data={"q": text}),
            results=others_like(db.session, kept, text),
        )
    gone = this_person(request.args["with"])
    found = preview_person_merge(db.session, event, kept, gone)
    digest, sent = _digest(found), request.method == "POST"
    choice = _form(found)(request.form if sent else None)
    if sent and was_seen(digest) and not found.refused:
        name = kept.name
        merge_people(db.session, event, kept, gone, [one.name for one in choice if one.data == GONE], actor)
        flash(_("The two registrations of %(name)s are one now.", name=name), "good")
        return redirect(organise("people_show", person_id=person_id))
    page = render_template(
        "organiser/person_merge.html",
        found=found,
        form=choice,
        seen=digest,
        changed=sent,
        moves=references_said(found.moves),
    )
    return (page, 409) if sent else page


def _form(found: PersonMerge) -> type[Form]:
    """For each field that differs: whose value stays."""
    labels = {
        "organisation": _("Organisation"),
        "type": _("Type"),
        "job_title": _("Position"),
        "offers_text": _("What they offer"),
        "seeks_text": _("What they seek"),
    }
    fields: dict[str, Field] = {
        one.field: RadioField(
            labels.get(one.field) or label_of(one.field),
            choices=[
                SelectChoice(KEPT, _shown(one.field, one.kept)),
                SelectChoice(GONE, _shown(one.field, one.gone)),
            ],
            default=KEPT,
            validate_choice=False,
        )
        for one in found.differing
    }
    return type("PersonMergeForm", (Form,), fields)


def _shown(field: str, value: str) -> str:
    if field == "country":
        return country_names.country(value)
    if field == "languages":
        return ", ".join(map(country_names.language, value.split()))
    return value if len(value) <= 200 else f"{value[:200]}…"


def _digest(found: PersonMerge) -> str:
    meetings = found.meetings
    return digest_of(
        *(person.public_id + person.email for person in (found.kept, found.gone)),
        found.moves,
        found.differing,
        [one.meeting.public_id for one in meetings.against],
        meetings.dropped,
        meetings.shared,
        found.leads,
        found.delegation,
    )
