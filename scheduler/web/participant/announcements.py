"""Announcements of the organisers: read here, whether a mail came or not."""

from __future__ import annotations

from flask import render_template

from scheduler.extensions import db
from scheduler.queries.people.announcements import announcements_for
from scheduler.web import access
from scheduler.web.participant.blueprint import blueprint


@blueprint.get("/announcements")
@access.participant
def me_announcements(event_slug: str) -> str:
    return render_template(
        "participant/announcements.html", rows=announcements_for(db.session, access.this_participant())
    )
