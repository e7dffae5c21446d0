"""The profile: who I am, what I offer, what I seek; saved field by field as one goes, or all at once."""

from __future__ import annotations

from functools import partial

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from scheduler.domain.enums import Direction
from scheduler.domain.profile import Part
from scheduler.errors import Invalid
from scheduler.extensions import db, limiter
from scheduler.models import ProfileQuestion, Topic
from scheduler.queries.people.choices import topic_list
from scheduler.queries.people.participation import own_pictures, profile_progress
from scheduler.queries.people.questions import OWN, answers_of, asked_of, questions_of
from scheduler.sandbox.run import Busy
from scheduler.services.people import answers
from scheduler.services.people import profile as service
from scheduler.web import access, country_names
from scheduler.web.acting import also_on_behalf
from scheduler.web.answer_files import FileAnswerForm, file_questions
from scheduler.web.answer_forms import answers_entered, answers_form
from scheduler.web.form_fields import blame
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.forms import PictureForm, ProfileForm
from scheduler.web.participant.limits import by_person

_PERSON = ("name", "job_title", "country", "languages", "offers_text", "seeks_text", "goals", "links")
_SHOWN = 12_000
"""Characters of a field that is too long which the page gives back; the longest field has 3,000."""
_ORGANISATION = ("description", "city", "country", "website", "employees", "inhabitants")


@blueprint.get("/profile")
@access.participant
def me_profile(event_slug: str) -> str:
    return _page({}, None)


def page_with(error: Invalid | Busy) -> tuple[str, int]:
    """The page with an error, as it is stored."""
    db.session.rollback()
    return _page({}, error), error.status


def _page(entered: dict[str, str], error: Invalid | Busy | None) -> str:
    me = access.this_participant()
    chosen = {
        direction.value: {row.topic_id for row in me.topics if row.direction is direction}
        for direction in Direction
    }
    for direction in Direction:
        if direction.value in entered:
            chosen[direction.value] = {
                int(key) for key in entered[direction.value].split() if key.isdecimal() and len(key) < 12
            }
    values: dict[str, object] = {name: getattr(me, name) for name in _PERSON}
    values.update({f"org_{name}": getattr(me.organisation, name) or "" for name in _ORGANISATION})
    values.update(entered)
    values["takes_any"] = entered["takes_any"] == "1" if "takes_any" in entered else me.takes_any
    form = ProfileForm(data=values)
    form.offer(country_names.countries())
    asked = _asked()
    told = answers_of(db.session, me.id)
    own = answers_form(asked, told, entered)
    if isinstance(error, Invalid):
        (
            blame(form, error, _SHOWN)
            or blame(own, error, _SHOWN)
            or blame(form, Invalid(error.message, f"org_{error.field}"), _SHOWN)
        )
    return render_template(
        "participant/profile.html",
        me=me,
        form=form,
        own=own,
        files=file_questions(asked, told),
        upload=FileAnswerForm(),
        file_sent_to=partial(_address, "me_profile_file", "question_id"),
        file_at=partial(_address, "me_file", "file_id"),
        picture=PictureForm(),
        spoken=str(values["languages"]).split(),
        chosen=chosen,
        error=error,
        cut=any(len(value) >= _SHOWN for value in entered.values()),
        topics=topic_groups(topic_list(db.session, me.event_id)),
        progress=profile_progress(db.session, me),
        parts=part_labels(),
        languages=country_names.languages(),
        pictures=own_pictures(db.session, me),
    )


def _address(endpoint: str, name: str, value: str) -> str:
    values = {name: value, "event_slug": access.this_event().slug}
    return url_for(f"participant.{endpoint}", **values)  # type: ignore[arg-type]


def _asked() -> list[ProfileQuestion]:
    me = access.this_participant()
    return asked_of(questions_of(db.session, me.event_id), me.type_id, OWN)


def topic_groups(topics: tuple[Topic, ...]) -> list[list[Topic]]:
    """The topics by the root they hang from, each root first."""
    groups: list[list[Topic]] = []
    for topic in topics:
        if topic.parent_id is None:
            groups.append([])
        groups[-1].append(topic)
    return groups


def part_labels() -> dict[Part, str]:
    """What the parts of a profile are called."""
    return {
        Part.SEEKS_TOPICS: _("topics you seek"),
        Part.OFFERS_TOPICS: _("topics you offer"),
        Part.SEEKS_TEXT: _("what you seek, in your words"),
        Part.OFFERS_TEXT: _("what you offer, in your words"),
        Part.LANGUAGES: _("languages"),
        Part.COUNTRY: _("country"),
        Part.JOB_TITLE: _("your role"),
        Part.GOALS: _("goals"),
        Part.ORGANISATION: _("about your organisation"),
        Part.PICTURE: _("a photo or logo"),
    }


@blueprint.post("/profile")
@access.participant
@also_on_behalf("profile.change")
@limiter.limit("60 per minute", key_func=by_person)
def me_profile_save(event_slug: str) -> str | tuple[str, int] | Response:
    """Store everything that the form holds."""
    form = request.form
    entered = {name: form.get(name, "") for name in _PERSON if name in form and name != "languages"}
    if "languages_shown" in form:
        entered["languages"] = " ".join(form.getlist("languages"))
    entered.update({f"org_{name}": form[f"org_{name}"] for name in _ORGANISATION if f"org_{name}" in form})
    for direction in Direction:
        if f"{direction.value}_shown" in form:
            entered[direction.value] = " ".join(form.getlist(direction.value))
    if "takes_any_shown" in form:
        entered["takes_any"] = "1" if form.get("takes_any") else "0"
    entered.update(answers_entered(_asked()))
    try:
        for name, value in entered.items():
            store(name, value)
    except Invalid as error:
        db.session.rollback()
        return _page({name: value[:_SHOWN] for name, value in entered.items()}, error), error.status
    flash(_("Your profile is saved."), "good")
    return redirect(url_for("participant.me", event_slug=event_slug))


@blueprint.post("/profile/field")
@access.participant
@also_on_behalf("profile.change")
@limiter.limit("240 per minute", key_func=by_person)
def me_profile_field(event_slug: str) -> Response | tuple[Response, int]:
    """Store one field as soon as it is left: answers with JSON for the page's script."""
    name, value = request.form.get("name", ""), request.form.get("value", "")
    try:
        store(name, value)
    except Invalid as error:
        return jsonify(saved=False, message=error.message), error.status
    progress = profile_progress(db.session, access.this_participant())
    return jsonify(saved=True, message=_("Saved"), percent=progress.percent)


def store(name: str, value: str) -> None:
    """Store one field of the form. Raises Invalid when its name or value can't be used."""
    me, instant = access.this_participant(), access.this_event().now()
    if name in (direction.value for direction in Direction):
        keys = [int(key) for key in value.split()[:500] if key.isdecimal() and len(key) < 12]
        service.set_topics(db.session, me, Direction(name), keys, instant)
    elif name.startswith("org_") and name[4:] in service.ORGANISATION_FIELDS:
        service.update_organisation(db.session, me, {name[4:]: value}, instant)
    elif name in service.FIELDS:
        service.update_profile(db.session, me, {name: value}, instant)
    elif name.startswith(answers.PREFIX):
        answers.set_answer(db.session, me, answers.question_of_field(db.session, me, name), value, instant)
    else:
        raise Invalid(_("There is no such field."))
