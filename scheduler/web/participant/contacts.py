"""Contacts: who was met, to take home as vCards or as a spreadsheet."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _

from scheduler.exports.contacts import contacts_sheet
from scheduler.exports.vcards import vcards
from scheduler.extensions import db, limiter
from scheduler.queries.people.contacts import contacts_of
from scheduler.web import access
from scheduler.web.acting import private
from scheduler.web.downloads import XLSX, download
from scheduler.web.participant.blueprint import blueprint
from scheduler.web.participant.limits import by_person


@blueprint.get("/contacts")
@access.participant
@private
def me_contacts(event_slug: str) -> str:
    contacts = contacts_of(db.session, access.this_participant())
    return render_template("participant/contacts.html", contacts=contacts)


@blueprint.get("/contacts.vcf")
@access.participant
@private
@limiter.limit("30 per minute", key_func=by_person)
def me_contacts_vcf(event_slug: str) -> Response:
    event = access.this_event()
    cards = vcards(contacts_of(db.session, access.this_participant()), event.name, event.zone)
    return download(cards, "text/vcard; charset=utf-8", f"contacts-{event_slug}.vcf")


@blueprint.get("/contacts.xlsx")
@access.participant
@private
@limiter.limit("30 per minute", key_func=by_person)
def me_contacts_xlsx(event_slug: str) -> Response:
    event = access.this_event()
    heads = [
        _("Name"),
        _("Role"),
        _("Organisation"),
        _("Country"),
        _("City"),
        _("E-mail"),
        _("Website"),
        _("Links"),
        _("Languages"),
        _("Kind"),
        _("Met"),
        _("Place"),
        _("Held"),
        _("Rating"),
        _("My note"),
        _("Agreed next"),
    ]
    sheet = contacts_sheet(contacts_of(db.session, access.this_participant()), heads, event.zone)
    return download(sheet, XLSX, f"contacts-{event_slug}.xlsx")
