"""An event from an archive: brought, looked at, and only then made."""

from __future__ import annotations

from pathlib import Path

from babel.dates import format_date
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField

from scheduler.errors import Conflict, Invalid, NotAllowed
from scheduler.extensions import db, limiter
from scheduler.models import Event, User
from scheduler.sandbox.run import Busy
from scheduler.services.archive.reading import MEGABYTE, PAGE, Preview, open_archive, preview_of
from scheduler.services.archive.restoring import bring_in, free_slug
from scheduler.services.archive.uploads import Upload, keep_upload, kept_upload, throw_away
from scheduler.web import access
from scheduler.web.access import current
from scheduler.web.account.rights import may_create
from scheduler.web.account.routes import blueprint
from scheduler.web.filters import number
from scheduler.web.form_fields import blame, line, said
from scheduler.web.uploads import apart, uploaded


class ArchiveFileForm(FlaskForm):
    file = FileField(_l("Archive"), render_kw={"accept": ".zip,application/zip"})


class BringInForm(FlaskForm):
    slug = line(_l("Short name in addresses"), 60, _l("Small letters, digits and hyphens."))
    archived = BooleanField(
        _l("Put it into the archive at once"),
        description=_l("Nothing in it changes and nobody is written to, until you open it again."),
    )


@blueprint.route("/events/new/archive", methods=["GET", "POST"])
@access.signed_in
@limiter.limit("20 per hour", methods=("POST",))
def new_event_archive() -> str | Response | tuple[str, int]:
    user = _maker()
    if request.method == "GET":
        return _file_page(ArchiveFileForm(formdata=None))
    data = uploaded("file", PAGE.packed)
    name = request.files["file"].filename or "" if data is not None else ""
    person, form = user.public_id, ArchiveFileForm()
    try:
        if data is None:
            raise Invalid(_("Choose a file."), "file")
        preview = apart(lambda: preview_of(open_archive(data, PAGE)))
    except (Invalid, Busy) as error:
        if not isinstance(error, Invalid) or not blame(form, error):
            form.form_errors.append(error.message)
        return _file_page(form), error.status
    keep_upload(_folder(), person, name, data, preview)
    return redirect(url_for("account.new_event_archive_look"))


@blueprint.route("/events/new/archive/look", methods=["GET", "POST"])
@access.signed_in
@limiter.limit("20 per hour", methods=("POST",))
def new_event_archive_look() -> str | Response | tuple[str, int]:
    user = _maker()
    kept = kept_upload(_folder(), user.public_id)
    if kept is None:
        flash(_("The archive is not here any more. Bring it again."))
        return redirect(url_for("account.new_event_archive"))
    if request.method == "GET":
        slug = free_slug(db.session, kept.preview.slug)
        return _look_page(BringInForm(formdata=None, data={"slug": slug}), kept)
    form, person = BringInForm(), user.public_id
    if "throw" in request.form:
        throw_away(_folder(), person)
        flash(_("The archive is thrown away. Nothing of it was stored."), "good")
        return redirect(url_for("account.new_event_archive"))
    try:
        event = _brought_in(form, kept, user.id)
    except (Invalid, Conflict, Busy) as error:
        db.session.rollback()
        if not isinstance(error, Invalid) or not blame(form, error):
            form.form_errors.append(error.message)
        return _look_page(form, kept), error.status
    throw_away(_folder(), person)
    flash(_("“%(name)s” is here, and you are its organiser.", name=event.name), "good")
    return redirect(url_for("organiser.overview", event_slug=event.slug))


def _brought_in(form: BringInForm, kept: Upload, user_id: int) -> Event:
    archive = apart(lambda: open_archive(kept.content(), PAGE))
    actor = db.session.get_one(User, user_id)
    slug = said(form, "slug", 80).strip() or free_slug(db.session, archive.slug)
    return bring_in(db.session, archive, slug, actor, archived=bool(form.archived.data))


def _maker() -> User:
    """Who may make an event here. Raises NotAllowed."""
    user = current.user
    if user is None or not may_create(user):
        raise NotAllowed(
            _("Who organises an event here may make another one. Ask who runs this installation.")
        )
    return user


def _folder() -> Path:
    return Path(current_app.instance_path) / "archives"


def _file_page(form: ArchiveFileForm) -> str:
    return render_template("account/new_event_archive.html", form=form, most=-(-PAGE.packed // MEGABYTE))


def _look_page(form: BringInForm, kept: Upload) -> str:
    preview = kept.preview
    return render_template(
        "account/new_event_archive_look.html",
        form=form,
        kept=kept,
        preview=preview,
        days=_days(preview),
        as_of=format_date(preview.as_of.date(), "long", locale=get_locale()),
        figures=_figures(preview),
        taken=free_slug(db.session, preview.slug) != preview.slug,
    )


def _days(preview: Preview) -> str:
    """From the first day to the last, with their year: an archive may be an old one."""
    ends = dict.fromkeys((preview.first_day, preview.last_day))
    return " – ".join(format_date(day, "long", locale=get_locale()) for day in ends)


def _figures(preview: Preview) -> list[tuple[str, str, str]]:
    """What is told of an archive's contents: what organisers speak of, not each table, and nothing that it lacks."""
    told = (
        (_("People"), "participant"),
        (_("Organisations"), "organisation"),
        (_("Requests"), "request"),
        (_("Rounds"), "matchmaking_round"),
        (_("Plans"), "plan"),
        (_("Meetings in all plans"), "meeting"),
        (_("Sessions"), "programme_session"),
        (_("Delegations"), "delegation"),
        (_("Pavilions"), "pavilion"),
        (_("Places"), "place"),
        (_("Mails that were sent"), "outbox_message"),
    )
    counts = [(label, preview.counts.get(table, 0)) for label, table in told]
    return [(label, number(count), "") for label, count in counts if count]
