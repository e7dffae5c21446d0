"""What the desk looks up, and the figures that sponsors see."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from scheduler.domain.enums import ParticipantState
from scheduler.errors import NotFound
from scheduler.extensions import db
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.event.contents import active_by_type, contents_of
from scheduler.queries.people.people_admin import PeopleFilter, people_page
from scheduler.queries.people.person_admin import person_by_public_id
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import said, search

blueprint = Blueprint("helpers", __name__, url_prefix="/e/<event_slug>")


class DeskForm(Form):
    q = search(_l("Search"), _l("Name, organisation, mail"))


@blueprint.get("/desk/")
@access.desk
def desk(event_slug: str) -> str:
    """People who take part, found by name: the desk is asked where somebody is expected."""
    form = DeskForm(request.args)
    wanted = PeopleFilter(text=said(form, "q", 100).strip(), state=ParticipantState.ACTIVE)
    page = people_page(db.session, this_event().id, wanted, 1) if wanted.text else None
    return render_template("helpers/desk.html", form=form, page=page)


@blueprint.get("/desk/<person_id>/")
@access.desk
def desk_person(event_slug: str, person_id: str) -> str:
    """One person's agenda."""
    event = this_event()
    person = person_by_public_id(db.session, event.id, person_id)
    if person is None or person.state is not ParticipantState.ACTIVE:
        raise NotFound(_("There is no such person at this event."))
    agenda = agenda_of(db.session, person, event)
    return render_template("helpers/desk_person.html", person=person, agenda=agenda)


@blueprint.get("/figures/")
@access.sponsor
def figures(event_slug: str) -> str:
    """The event in figures, without the name of anybody."""
    event = this_event()
    return render_template(
        "helpers/figures.html",
        numbers=contents_of(db.session, event.id),
        types=active_by_type(db.session, event.id),
    )
