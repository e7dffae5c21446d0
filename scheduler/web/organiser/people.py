"""People: the list, a person's page, registering, changing, withdrawing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from scheduler.domain.enums import ParticipantState
from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db
from scheduler.models import Participant
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.queries.people.approval import waits
from scheduler.queries.people.invitations import resting
from scheduler.queries.people.people_admin import people_choices, people_page
from scheduler.queries.people.person_admin import person_by_public_id, person_detail
from scheduler.queries.people.questions import EVERY, SHOWN, answered, questions_of
from scheduler.queries.rounds.rounds import round_by_public_id
from scheduler.services.people import people_admin as service
from scheduler.services.people import withdrawal
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import moment
from scheduler.web.labels.questions import chosen_labels
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import PeopleFilterForm
from scheduler.web.organiser.forms import PersonForm
from scheduler.web.organiser.people_filter import answer_filter_form, filter_values, people_filter
from scheduler.web.organiser.permissions import (
    bringing_for,
    is_full,
    may_change,
    may_show,
    own_organisation,
    require_change,
    signed_in_user,
)
from scheduler.web.organiser.replies import blame, here, organise, page_address, page_number
from scheduler.web.withdrawal import LeavingForm


@blueprint.get("/people/")
@access.organiser
def people(event_slug: str) -> str:
    event = this_event()
    wanted = people_filter()
    form = PeopleFilterForm(request.args)
    form.offer(people_choices(db.session, event.id))
    questions = questions_of(db.session, event.id)
    return render_template(
        "organiser/people.html",
        wanted=wanted,
        filter=form,
        by_answers=answer_filter_form(
            questions if is_full() else [one for one in questions if one.reader in SHOWN]
        ),
        page=people_page(db.session, event.id, wanted, page_number()),
        round=round_by_public_id(db.session, event.id, request.args.get("round", "")),
        here=here,
        address_of=page_address(),
        invites=is_full() or own_organisation() is not None,
        changes=is_full(),
        chosen=filter_values(),
    )


@blueprint.get("/people/<person_id>/")
@access.organiser
def people_show(event_slug: str, person_id: str) -> str:
    event, person = this_event(), this_person(person_id)
    return render_template(
        "organiser/person.html",
        detail=person_detail(db.session, person),
        person=person,
        agenda=agenda_of(db.session, person, event),
        leaving=withdrawal.leaving(db.session, event, person),
        leaving_form=LeavingForm().offer(event),
        may_change=may_change(person),
        merges=is_full(),
        rests=resting(event, person),
        waits=waits(person),
        approves=is_full(),
        answers=answered(db.session, person, EVERY if may_change(person) else SHOWN),
        chosen_labels=chosen_labels,
        file_at=lambda file: organise("people_file", person_id=person_id, file_id=file),
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@access.co_organiser
def people_new(event_slug: str) -> str | Response | tuple[str, int]:
    brought_by_id = bringing_for()
    form = _form(None)
    if form.validate_on_submit():
        try:
            person = service.add_person(
                db.session, this_event(), _entry(form), signed_in_user(), brought_by_id=brought_by_id
            )
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("%(name)s is registered. Nobody was written to yet.", name=person.name), "good")
            return redirect(organise("people_show", person_id=person.public_id))
    page = render_template("organiser/person_form.html", form=form, person=None)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/people/<person_id>/edit", methods=["GET", "POST"])
@access.co_organiser
def people_edit(event_slug: str, person_id: str) -> str | Response | tuple[str, int]:
    person = this_person(person_id)
    actor = require_change(person)
    form = _form(person)
    if form.validate_on_submit():
        try:
            service.change_person(
                db.session, this_event(), person, _entry(form), actor, acting_for=own_organisation()
            )
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved."), "good")
            return redirect(organise("people_show", person_id=person.public_id))
    page = render_template("organiser/person_form.html", form=form, person=person)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/people/<person_id>/withdraw")
@access.co_organiser
def people_withdraw(event_slug: str, person_id: str) -> Response:
    person = this_person(person_id)
    event, actor = this_event(), require_change(person)
    start = LeavingForm().start(event)
    touched = withdrawal.withdraw_person(db.session, event, person, actor, start)
    parts = [
        _("%(name)s leaves on %(when)s.", name=person.name, when=moment(person.leaves_at))
        if person.state is not ParticipantState.WITHDRAWN and person.leaves_at is not None
        else _("%(name)s has left.", name=person.name)
    ]
    parts.append(
        ngettext(
            "%(num)s meeting ahead is cancelled.", "%(num)s meetings ahead are cancelled.", touched.meetings
        )
    )
    if touched.groups:
        parts.append(
            ngettext("%(num)s group meets without them.", "%(num)s groups meet without them.", touched.groups)
        )
    if touched.held:
        parts.append(ngettext("%(num)s that has begun stays.", "%(num)s that have begun stay.", touched.held))
    flash(" ".join(parts), "good")
    return redirect(organise("people_show", person_id=person.public_id))


@blueprint.post("/people/<person_id>/take-back")
@access.co_organiser
def people_take_back(event_slug: str, person_id: str) -> Response:
    person = this_person(person_id)
    withdrawal.take_back_person(db.session, this_event(), person, require_change(person))
    flash(_("%(name)s takes part again.", name=person.name), "good")
    return redirect(organise("people_show", person_id=person.public_id))


def this_person(public_id: str) -> Participant:
    """The person in the address. Raises NotFound."""
    person = person_by_public_id(db.session, this_event().id, public_id)
    if person is None:
        raise NotFound(_("There is no such person at this event."))
    return person


def _form(person: Participant | None) -> PersonForm:
    form = PersonForm(obj=person)
    types = people_choices(db.session, this_event().id).types
    form.type.choices = [SelectChoice(code, name) for code, name in types]
    if person is not None and not form.is_submitted():
        form.organisation.data = person.organisation.name
        form.type.data = person.type.code
    return form


def _entry(form: PersonForm) -> service.PersonEntry:
    return service.PersonEntry(
        name=form.name.data or "",
        email=form.email.data or "",
        organisation=form.organisation.data or "",
        type=form.type.data or "",
        job_title=form.job_title.data or "",
        country=form.country.data or "",
        guarantee=form.guarantee.data or 0,
        max_meetings_per_day=form.max_meetings_per_day.data,
        shown=bool(form.shown.data) and may_show(),
    )
