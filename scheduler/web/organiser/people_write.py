"""Writing to people whom a filter chooses, or who are ticked: what they will read and how many, then the act."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.fields import SelectChoice

from scheduler.domain.enums import WritingKind
from scheduler.domain.messages import SUBJECT_LIMIT, MessageKind
from scheduler.errors import Invalid
from scheduler.extensions import db
from scheduler.mail.render import Texts
from scheduler.models import new_public_id
from scheduler.queries.people.announcements import announcements_page
from scheduler.services.people import announcements as service
from scheduler.services.people.bulk_change import Choice
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.form_fields import line, said, text
from scheduler.web.mail_preview import preview
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.people_change import choice_of_request
from scheduler.web.organiser.people_filter import filter_values
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, organise, page_address, page_number
from scheduler.web.seen import digest_of, was_seen


class WritingForm(FlaskForm):
    kind = RadioField(
        _l("What"),
        choices=[
            SelectChoice(WritingKind.ANNOUNCEMENT.value, _l("An announcement, in your own words")),
            SelectChoice(WritingKind.ANSWER.value, _l("A reminder to answer the requests that wait")),
            SelectChoice(WritingKind.TIMES.value, _l("A reminder to say when they can meet")),
        ],
        default=WritingKind.ANNOUNCEMENT.value,
        validate_choice=False,
    )
    subject = line(_l("Subject"), SUBJECT_LIMIT, _l("For an announcement: what people see first."))
    text = text(
        _l("Text"),
        service.LONGEST,
        _l("Plain text. Web addresses become links; name and signature are added."),
        rows=10,
    )
    press = HiddenField()
    """Of this page: pressed twice, it is sent once."""

    def writing(self) -> service.Writing:
        try:
            kind = WritingKind(said(self, "kind"))
        except ValueError:
            raise Invalid(_("Choose what to write."), "kind") from None
        return service.clean_writing(service.Writing(kind, said(self, "subject"), said(self, "text")))


@blueprint.route("/people/write", methods=["GET", "POST"])
@access.organiser
def people_write(event_slug: str) -> str | Response | tuple[str, int]:
    """First what they would read and how many they are, then the act."""
    actor, event, choice = require_full(), this_event(), choice_of_request()
    if choice.people is not None and not choice.people:
        flash(_("Tick the people first."), "attention")
        return redirect(organise("people", **filter_values()))
    form = WritingForm()
    form.press.data = said(form, "press", 40) or new_public_id()
    if not form.validate_on_submit():
        return _page(form, choice)
    try:
        writing = form.writing()
        groups = service.recipients(db.session, event, choice, writing.kind)
        digest = digest_of(writing, groups)
        if was_seen(digest):
            found = service.write_to_people(db.session, event, choice, writing, said(form, "press"), actor)
            flash(
                ngettext("One mail is on its way.", "%(num)d mails are on their way.", found.mailed), "good"
            )
            return redirect(organise("people_announcements"))
    except Invalid as error:
        db.session.rollback()
        blame(form, error)
        return _page(form, choice), 422
    return _page(form, choice, groups, digest, writing)


@blueprint.get("/people/announcements")
@access.organiser
def people_announcements(event_slug: str) -> str:
    """What was written to many, with numbers."""
    return render_template(
        "organiser/people_announcements.html",
        page=announcements_page(db.session, this_event().id, page_number()),
        address_of=page_address(),
        may_write=is_full(),
    )


def _page(
    form: WritingForm,
    choice: Choice,
    groups: service.Recipients | None = None,
    digest: str = "",
    writing: service.Writing | None = None,
) -> str:
    counts = {kind.value: service.recipients(db.session, this_event(), choice, kind) for kind in WritingKind}
    return render_template(
        "organiser/people_write.html",
        form=form,
        counts=counts,
        groups=groups,
        seen=digest,
        mail=_mail(writing) if writing is not None else None,
        ticked=choice.people is not None,
        filtered=not choice.wanted.empty,
        again=request.form.get("seen", "") != "" and groups is not None,
        chosen=filter_values(),
    )


def _mail(writing: service.Writing) -> Texts:
    name = _("(their name)")
    if writing.kind is WritingKind.ANSWER:
        sample = {"open": 2, "people": [_("(who asked them)"), _("(who asked them)")]}
        return preview(this_event(), MessageKind.REQUESTS_WAITING, sample, name)
    content = {"what": writing.kind.value, "subject": writing.subject, "text": writing.text}
    return preview(this_event(), MessageKind.ANNOUNCEMENT, content, name)
