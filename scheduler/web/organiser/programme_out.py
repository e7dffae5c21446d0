"""The programme for companion apps and calendars: schedule.xml, schedule.json, .ics."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import current_app, jsonify
from flask_babel import gettext as _

from scheduler.calendars.programme import ProgrammeEntry, write_programme
from scheduler.errors import NotFound
from scheduler.exports.schedule import ScheduleHead, ScheduleItem, guid_of, schedule_json, schedule_xml
from scheduler.extensions import db
from scheduler.models import ProgrammeSession
from scheduler.queries.event.programme import event_days, session_lines
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.downloads import download
from scheduler.web.organiser.blueprint import blueprint


@blueprint.get("/programme/schedule.<form>")
@access.organiser
def programme_export(event_slug: str, form: str) -> FlaskResponse:
    event = this_event()
    lines = session_lines(db.session, event, None, whole=True)
    sessions = [line.session for line in lines if not line.delegation]
    if form == "ics":
        content = write_programme(event.name, map(_entry, sessions))
        return download(content, "text/calendar; charset=utf-8", f"{event.slug}-programme.ics")
    head = ScheduleHead(
        event.name,
        event.slug,
        event.timezone,
        tuple(sorted(day.date for day in event_days(db.session, event.id))),
        str(current_app.config["BASE_URL"]),
    )
    items = [_item(found) for found in sessions]
    if form == "xml":
        return FlaskResponse(schedule_xml(head, items), mimetype="application/xml")
    if form == "json":
        return jsonify(schedule_json(head, items))
    raise NotFound(_("There is a schedule.xml, a schedule.json and a schedule.ics."))


def _item(found: ProgrammeSession) -> ScheduleItem:
    zone = this_event().zone
    return ScheduleItem(
        number=found.id,
        key=found.name_in_files,
        title=found.title,
        starts_at=found.starts_at.astimezone(zone),
        ends_at=found.ends_at.astimezone(zone),
        room=found.where,
        track=found.track,
        kind=found.kind.value,
        language=found.language,
        description=found.description,
        speakers=found.speaker_names,
        link=found.link,
    )


def _entry(found: ProgrammeSession) -> ProgrammeEntry:
    return ProgrammeEntry(
        uid=guid_of(found.name_in_files),
        title=found.title,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        changed_at=found.changed_at,
        sequence=found.sequence,
        place=found.where,
        track=found.track,
        link=found.link,
        description=found.description,
    )
