"""How the event's pages and mails look: logo, colour, and what stands in their foot."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FileField

from scheduler.errors import Invalid
from scheduler.extensions import db, limiter
from scheduler.imports.pictures import BYTES_LIMIT, draw
from scheduler.models import Event
from scheduler.sandbox.run import Busy
from scheduler.services.event import event_look as service
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.country_names import languages
from scheduler.web.form_fields import line, said, several, text
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import is_full, require_full
from scheduler.web.organiser.replies import blame, organise
from scheduler.web.uploads import apart, uploaded


class LookForm(FlaskForm):
    colour = line(
        _l("Colour"),
        20,
        _l("For the line at the head of each page, for main buttons, and for mails. Empty: our own."),
        placeholder="#0a5a6a",
    )
    contact = line(_l("Contact"), 254, _l("A mail address for questions."), type="email", autocomplete="off")
    website = line(_l("Website"), 300, inputmode="url", autocomplete="off")
    imprint = text(
        _l("Imprint"),
        service.MOST_IMPRINT,
        _l("Who answers for the event, as the law of your country wants it."),
        rows=5,
    )
    languages = several(_l("Languages of the event"))

    def offer(self) -> None:
        self.languages.choices = languages()

    def show(self, event: Event) -> None:
        """Fill the fields from an event as it is."""
        look = event.look
        if look is not None:
            self.colour.data, self.imprint.data = look.colour, look.imprint
            self.contact.data, self.website.data, self.languages.data = (
                look.contact,
                look.website,
                list(look.languages),
            )


class LogoForm(FlaskForm):
    picture = FileField(
        _l("Logo"),
        description=_l("JPEG, PNG, WebP or GIF, up to 8 MB. It is drawn anew, at most 512 pixels wide."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/gif"},
    )


@blueprint.route("/event/look", methods=["GET", "POST"])
@access.organiser
def event_look(event_slug: str) -> str | Response | tuple[str, int]:
    form = LookForm()
    form.offer()
    if not form.is_submitted():
        form.show(this_event())
    if form.validate_on_submit():
        try:
            changed = service.change_look(db.session, this_event(), _change(form), require_full())
        except Invalid as error:
            db.session.rollback()
            blame(form, error)
        else:
            flash(_("Saved.") if changed else _("Nothing was changed."), "good" if changed else "")
            return redirect(organise("event_look"))
    page = _page(form, LogoForm(formdata=None))
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/event/look/logo")
@access.organiser
@limiter.limit("20 per minute")
def event_look_logo(event_slug: str) -> Response | tuple[str, int]:
    """Store the logo of the form, or take it away (`remove`)."""
    require_full()
    drawn = None
    if not request.form.get("remove"):
        data = uploaded("picture", BYTES_LIMIT)
        try:
            if data is None:
                raise Invalid(_("Choose a picture first."), "picture")
            drawn = apart(lambda: draw(data))
        except (Invalid, Busy) as error:
            form, logo = LookForm(formdata=None), LogoForm(formdata=None)
            form.offer()
            form.show(this_event())
            logo.picture.errors = [error.message]
            return _page(form, logo), 422
    service.set_logo(db.session, this_event(), drawn, require_full())
    flash(_("The logo is taken away.") if drawn is None else _("The logo is saved."), "good")
    return redirect(organise("event_look"))


def _change(form: LookForm) -> service.LookChange:
    return service.LookChange(
        colour=said(form, "colour"),
        imprint=said(form, "imprint"),
        contact=said(form, "contact"),
        website=said(form, "website"),
        languages=form.languages.data or [],
    )


def _page(form: LookForm, logo: LogoForm) -> str:
    return render_template(
        "organiser/event_look.html",
        form=form,
        logo=logo,
        look=this_event().look,
        may_change=is_full(),
    )
