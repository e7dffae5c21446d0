"""Questions of the event's own: made, changed, put in order, retired, deleted; their choices."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.errors import Conflict, Invalid
from scheduler.extensions import db
from scheduler.models import ProfileQuestion
from scheduler.queries.people.people_admin import people_choices
from scheduler.queries.people.questions import WITH_CHOICES, QuestionLine, question_lines
from scheduler.services.event import questions as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.labels.questions import KINDS, READERS, choice_label
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.question_forms import ChoiceRemovalForm, QuestionForm
from scheduler.web.organiser.replies import blame, confirmed, organise


@blueprint.get("/people/questions")
@access.organiser
def people_questions(event_slug: str) -> str:
    lines = question_lines(db.session, this_event().id)
    return render_template(
        "organiser/questions.html",
        lines=lines,
        may_change=is_full(),
        kinds=KINDS,
        readers=READERS,
        choice_label=choice_label,
    )


@blueprint.route("/people/questions/new", methods=["GET", "POST"])
@access.organiser
def people_questions_new(event_slug: str) -> str | Response | tuple[str, int]:
    actor, form = require_full(), _form(None)
    if form.validate_on_submit():
        try:
            question = service.add_question(db.session, this_event(), _entry(form), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("“%(question)s” is asked from now on.", question=question.label), "good")
            return redirect(organise("people_questions"))
    page = render_template("organiser/question_form.html", form=form, line=None, may_change=True)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/people/questions/<question_id>/edit", methods=["GET", "POST"])
@access.organiser
def people_questions_edit(event_slug: str, question_id: str) -> str | Response | tuple[str, int]:
    question = _question(question_id)
    if request.method == "POST":
        require_full()
    form = _form(question)
    if form.validate_on_submit():
        actor = require_full()
        labels = {choice.id: request.form.get(f"choice_{choice.id}", "") for choice in question.choices}
        try:
            service.change_question(db.session, this_event(), question, _entry(form, labels), actor)
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved."), "good")
            return redirect(organise("people_questions"))
    page = _edit_page(question, form)
    return (page, 422) if form.is_submitted() else page


def _edit_page(question: ProfileQuestion, form: QuestionForm, error: str = "") -> str:
    line = _line(question)
    removal = ChoiceRemovalForm()
    removal.offer((str(choice.id), choice.label) for choice in question.choices)
    entered = {
        choice.id: request.form.get(f"choice_{choice.id}", choice.label)
        if form.is_submitted()
        else choice.label
        for choice in question.choices
    }
    return render_template(
        "organiser/question_form.html",
        form=form,
        line=line,
        names=entered,
        removal=removal,
        error=error,
        may_change=is_full(),
        listed=question.kind in WITH_CHOICES and question.kind is not QuestionKind.YES_NO,
    )


@blueprint.post("/people/questions/<question_id>/move")
@access.organiser
def people_questions_move(event_slug: str, question_id: str) -> Response:
    actor, question = require_full(), _question(question_id)
    service.move_question(db.session, this_event(), question, actor, up=request.form.get("to") == "up")
    return redirect(organise("people_questions", _anchor=f"q-{question_id}"))


@blueprint.post("/people/questions/<question_id>/retire")
@access.organiser
def people_questions_retire(event_slug: str, question_id: str) -> Response:
    """Ask nobody any more, or (`back`) again."""
    actor, question, back = require_full(), _question(question_id), request.form.get("back") == "1"
    service.retire_question(db.session, this_event(), question, actor, back=back)
    told = (
        _("“%(question)s” is asked again.", question=question.label)
        if back
        else _("“%(question)s” is asked no more; its answers are kept.", question=question.label)
    )
    flash(told, "good")
    return redirect(organise("people_questions"))


@blueprint.route("/people/questions/<question_id>/remove", methods=["GET", "POST"])
@access.organiser
def people_questions_remove(event_slug: str, question_id: str) -> str | Response:
    """Delete a question: first the page that says how many answers go with it, then the act."""
    actor, question = require_full(), _question(question_id)
    if request.method == "POST" and confirmed():
        label = question.label
        count = service.remove_question(db.session, this_event(), question, actor)
        told = _("“%(question)s” is deleted.", question=label)
        if count:
            told += " " + ngettext("One answer went with it.", "%(num)d answers went with it.", count)
        flash(told, "good")
        return redirect(organise("people_questions"))
    return render_template("organiser/question_remove.html", line=_line(question))


@blueprint.post("/people/questions/<question_id>/choices/<int(max=2147483647):choice_id>/remove")
@access.organiser
def people_questions_choice_remove(
    event_slug: str, question_id: str, choice_id: int
) -> Response | tuple[str, int]:
    actor, question = require_full(), _question(question_id)
    instead = request.form.get("instead", "")
    to = int(instead) if instead.isdecimal() and len(instead) < 10 else None
    try:
        count = service.remove_choice(db.session, this_event(), question, choice_id, to, actor)
    except Conflict as error:
        return _edit_page(question, _form(question, fresh=True), error.message), error.status
    told = _("The choice is removed.")
    if count:
        told += " " + ngettext(
            "One person has the other one now.", "%(num)d people have the other one now.", count
        )
    flash(told, "good")
    return redirect(organise("people_questions_edit", question_id=question_id))


def _question(public_id: str) -> ProfileQuestion:
    return service.question_by_public_id(db.session, this_event(), public_id)


def _line(question: ProfileQuestion) -> QuestionLine:
    lines = question_lines(db.session, this_event().id)
    return next(line for line in lines if line.question.id == question.id)


def _form(question: ProfileQuestion | None, *, fresh: bool = False) -> QuestionForm:
    """The form with its choices; `fresh` holds what is stored, whatever was sent."""
    form = QuestionForm(None) if fresh else QuestionForm()
    form.offer(people_choices(db.session, this_event().id).types)
    if question is not None and (fresh or not form.is_submitted()):
        form.show(question)
    return form


def _entry(form: QuestionForm, labels: dict[int, str] | None = None) -> service.QuestionEntry:
    return service.QuestionEntry(
        label=form.label.data or "",
        kind=QuestionKind(form.kind.data),
        reader=AnswerReader(form.reader.data),
        help=form.help.data or "",
        required=bool(form.required.data),
        types=form.types.data or [],
        choices=(form.choices.data or "").splitlines(),
        labels=labels,
    )
