"""What an organiser answers about a person, to the event's own questions."""

from __future__ import annotations

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.errors import Invalid, NotFound
from scheduler.extensions import db, limiter
from scheduler.models import Participant
from scheduler.queries.people.person_admin import person_by_public_id
from scheduler.queries.people.questions import EVERY, SHOWN, answers_of, asked_of, file_of, questions_of
from scheduler.services.people import answers as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.answer_files import FileAnswerForm, document_sent, file_questions, served
from scheduler.web.answer_forms import answers_entered, answers_form
from scheduler.web.form_fields import SHOWN as TYPED
from scheduler.web.form_fields import blame
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import may_change, require_change
from scheduler.web.organiser.replies import organise


@blueprint.route("/people/<person_id>/answers", methods=["GET", "POST"])
@access.co_organiser
def people_answers(event_slug: str, person_id: str) -> str | Response | tuple[str, int]:
    """The answers of a person, internal ones too."""
    event, person = this_event(), _person(person_id)
    actor = require_change(person)
    asked = asked_of(questions_of(db.session, event.id), person.type_id, EVERY)
    entered = answers_entered(asked) if request.method == "POST" else {}
    error: Invalid | None = None
    if request.method == "POST":
        try:
            service.answer_for(db.session, event, person, entered, actor)
        except Invalid as refused:
            db.session.rollback()
            error = refused
        else:
            flash(_("Saved."), "good")
            return redirect(organise("people_show", person_id=person.public_id, _anchor="answers"))
    return _page(person, entered, error)


@blueprint.post("/people/<person_id>/answers/<question_id>")
@access.co_organiser
@limiter.limit("60 per minute")
def people_answers_file(
    event_slug: str, person_id: str, question_id: str
) -> str | Response | tuple[str, int]:
    """Store the file that answers a question about a person, or take it away (`remove`)."""
    person = _person(person_id)
    actor = require_change(person)
    question = service.question_of_field(db.session, person, service.PREFIX + question_id, EVERY)
    try:
        document = document_sent(question)
        service.file_for(db.session, this_event(), person, question, document, actor)
    except Invalid as error:
        db.session.rollback()
        return _page(_person(person_id), {}, error)
    flash(_("The file is taken away.") if document is None else _("The file is saved."), "good")
    return redirect(organise("people_answers", person_id=person_id))


@blueprint.get("/people/<person_id>/files/<file_id>")
@access.organiser
def people_file(event_slug: str, person_id: str, file_id: str) -> FileResponse:
    """A file of a person; a co-organiser gets those of others only where participants do."""
    person = _person(person_id)
    found = file_of(db.session, person, file_id, EVERY if may_change(person) else SHOWN)
    if found is None:
        raise NotFound(_("There is no such file."))
    return served(found)


def _person(public_id: str) -> Participant:
    person = person_by_public_id(db.session, this_event().id, public_id)
    if person is None:
        raise NotFound(_("There is no such person at this event."))
    return person


def _page(person: Participant, entered: dict[str, str], error: Invalid | None) -> str | tuple[str, int]:
    asked = asked_of(questions_of(db.session, person.event_id), person.type_id, EVERY)
    answers = answers_of(db.session, person.id)
    form = answers_form(asked, answers, {name: value[:TYPED] for name, value in entered.items()})
    if error is not None:
        blame(form, error)
    page = render_template(
        "organiser/person_answers.html",
        person=person,
        form=form,
        files=file_questions(asked, answers),
        upload=FileAnswerForm(),
        file_sent_to=lambda one: organise("people_answers_file", person_id=person.public_id, question_id=one),
        file_at=lambda file: organise("people_file", person_id=person.public_id, file_id=file),
        error=error,
    )
    return (page, 422) if error is not None else page
