"""The routes of the pocket agenda; all lie below the participant's area, which is the service worker's scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from scheduler.domain.agenda import Agenda, Entry, local_day
from scheduler.errors import Invalid, NotAllowed, NotFound
from scheduler.extensions import db
from scheduler.queries.calendars.offline import pocket, pocket_version
from scheduler.services.meetings.meeting_notes import keep_memory
from scheduler.web import access, filters
from scheduler.web.access import current
from scheduler.web.acting import private
from scheduler.web.bodies import json_body
from scheduler.web.navigation import asset_version

blueprint = Blueprint("pocket", __name__)

MOST_ACTIONS = 200


@blueprint.get("/e/<event_slug>/me/pocket")
@access.participant
@private
def show(event_slug: str) -> str:
    """The page; its content comes from `data`, or from what the phone kept of it."""
    current.extra["area"] = "participant"
    return render_template("pocket/pocket.html")


@blueprint.get("/e/<event_slug>/me/pocket/data.json")
@access.participant
@private
def data(event_slug: str) -> Response:
    """The agenda with everything that belongs to it; 304 as long as nothing changed."""
    event, me = access.this_event(), access.this_participant()
    tag = pocket_version(db.session, event, me, str(get_locale()))
    answer = Response(status=304)
    if tag not in request.if_none_match:
        agenda, rest = pocket(db.session, event, me)
        for hall in rest["halls"].values():
            hall["drawing"] = hall["drawing"] and url_for(
                "halls.drawing", event_slug=event.slug, drawing_id=hall["drawing"]
            )
        answer = jsonify(
            {
                "event": event.name,
                "zone": event.timezone,
                "me": {"key": me.public_id, "name": me.name},
                "days": _days(agenda),
                "entries": [_entry(entry, agenda) for entry in agenda.entries],
                **rest,
            }
        )
    answer.set_etag(tag)
    # With every answer, also with 304: who has signed in again has another token.
    answer.headers["X-CSRFToken"] = generate_csrf()
    # The phone's clock may be wrong, and a demonstration has a clock of its own.
    answer.headers["X-Event-Now"] = event.now().isoformat()
    return answer


@blueprint.post("/e/<event_slug>/me/pocket/actions")
@access.participant
def actions(event_slug: str) -> Response:
    """Actions made on the phone, perhaps hours ago. The same ones sent twice change nothing.

    `late` names notes that were not taken because a newer one was there, with the newer one.
    """
    event, me = access.this_event(), access.this_participant()
    body = json_body()
    if isinstance(body, dict) and body.get("me", me.public_id) != me.public_id:
        raise NotAllowed(_("These actions are somebody else's."))
    sent = body.get("actions") if isinstance(body, dict) else None
    if not isinstance(sent, list) or len(sent) > MOST_ACTIONS:
        raise Invalid(_("These actions can't be read."))
    done: list[str] = []
    refused: list[dict[str, str]] = []
    late: list[dict[str, str]] = []
    for item in sent:
        values = item if isinstance(item, dict) else {}
        name = str(values.get("id", ""))[:40]
        try:
            at = min(_instant(values.get("at")), event.now() + timedelta(minutes=1))
            kept = keep_memory(
                db.session,
                me,
                str(values.get("uid", ""))[:40],
                at=at,
                held=_flag(values.get("held")),
                rating=_whole(values.get("rating")),
                note=_text(values.get("note")),
            )
            done.append(name)
            if "note" in kept.late:
                late.append({"id": name, "uid": kept.memory.uid, "note": kept.memory.note})
        except (Invalid, NotFound) as error:
            refused.append({"id": name, "message": error.message})
    return jsonify({"done": done, "refused": refused, "late": late})


@blueprint.get("/e/<event_slug>/me/pocket/worker.js")
@access.public
def worker(event_slug: str) -> Response:
    """The service worker. It must come from this site and may control the participant's pages only."""
    scope = url_for("pocket.show", event_slug=event_slug).removesuffix("pocket")
    answer = Response(
        render_template(
            "pocket/worker.js",
            scope=scope,
            version=asset_version(str(current_app.static_folder)),
            slug=event_slug,
        ),
        content_type="text/javascript; charset=utf-8",
    )
    answer.headers["Service-Worker-Allowed"] = scope
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/e/<event_slug>/me/pocket/app.webmanifest")
@access.public
def manifest(event_slug: str) -> Response:
    """What makes the page installable."""
    event = access.this_event()
    start = url_for("pocket.show", event_slug=event_slug)
    icons: list[dict[str, Any]] = [
        {
            "src": url_for("static", filename=f"pocket-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    answer = jsonify(
        {
            "name": event.name,
            "short_name": event.name[:12].strip(),
            "description": _("My agenda, also without network"),
            "id": start,
            "start_url": start,
            "scope": start.removesuffix("pocket"),
            "display": "standalone",
            "background_color": "#f5f4f0",
            "theme_color": "#0a5a6a",
            "icons": icons,
        }
    )
    answer.content_type = "application/manifest+json"
    return answer


def _days(agenda: Agenda) -> list[dict[str, str]]:
    return [{"day": day.isoformat(), "label": filters.day(day)} for day in agenda.days()]


def _entry(entry: Entry, agenda: Agenda) -> dict[str, Any]:
    return {
        "uid": entry.uid,
        "kind": entry.kind.value,
        "title": entry.title or ", ".join(one.label for one in entry.partners) or _("Meeting"),
        "start": entry.start.astimezone(UTC).isoformat(),
        "end": entry.end.astimezone(UTC).isoformat(),
        "day": local_day(entry.start, agenda.zone).isoformat(),
        "when": filters.when(entry.start, entry.end),
        "from": filters.clock(entry.start),
        "until": filters.clock(entry.end),
        "place": entry.place,
        "pavilion": entry.pavilion,
        "walk": entry.walk_minutes,
        "partners": [
            {"name": one.name, "organisation": one.organisation, "key": one.key} for one in entry.partners
        ],
        "description": entry.description,
        "cancelled": entry.cancelled,
        "sequence": entry.sequence,
        "changed": filters.moment(entry.last_modified),
    }


def _instant(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(_("The time of this action can't be read.")) from None
    if found.tzinfo is None:
        raise Invalid(_("The time of this action can't be read."))
    return found.astimezone(UTC)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
