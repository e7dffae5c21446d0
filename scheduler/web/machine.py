"""What pages say of the machine room: no worker, a part that is away, mails that are late; and `/health`."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from scheduler.extensions import db
from scheduler.queries.machine import Machine, machine
from scheduler.web import access

blueprint = Blueprint("machine", __name__)

PATIENCE = 60.0
"""Seconds after the start of the web server for which a worker may still be on its way."""
STARTED = "expo-started"
_PARTS = {
    "mail server": _l("The mail server takes nothing; mails wait and leave when it does."),
    "queue": _l("The queue does not answer; what was asked of the worker begins when it does."),
}


@blueprint.record_once
def _remember_start(setup: BlueprintSetupState) -> None:
    setup.app.extensions[STARTED] = time.monotonic()


def problems_of(found: Machine, *, patient: bool = False) -> list[str]:
    """What is wrong in single words, for programs: `worker`, `mail overdue`, or the name of a part."""
    problems = [] if found.workers or patient else ["worker"]
    return [*problems, *(["mail overdue"] if found.late else []), *sorted(found.trouble)]


@blueprint.get("/health")
@access.public
def health() -> tuple[dict[str, object], int]:
    """For whoever watches over the installation: 503 as soon as something needs somebody."""
    try:
        found = machine(db.session, datetime.now(UTC))
    except SQLAlchemyError:
        return {"state": "unwell", "problems": ["database"]}, 503
    problems = problems_of(found, patient=time.monotonic() - current_app.extensions[STARTED] < PATIENCE)
    if problems:
        return {"state": "unwell", "problems": problems}, 503
    return {"state": "ok"}, 200


@blueprint.get("/health/web")
@access.public
def health_of_the_web() -> tuple[dict[str, object], int]:
    """For load balancers: this process answers, and its database does."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"state": "unwell", "problems": ["database"]}, 503
    return {"state": "ok"}, 200


def notices(found: Machine) -> list[str]:
    """What an organiser has to know of the machine room, in sentences; nothing when all is well."""
    said = []
    if not found.workers:
        said.append(no_worker())
    said += [
        str(_PARTS[part])
        if part in _PARTS
        else _("A part of the worker fails again and again: %(part)s.", part=part)
        for part in sorted(found.trouble)
    ]
    if found.late:
        said.append(
            ngettext(
                "%(num)s mail is more than ten minutes late.",
                "%(num)s mails are more than ten minutes late.",
                found.late,
            )
        )
    return said


def no_worker() -> str:
    """That nothing happens by itself, and what to do."""
    return _(
        "No worker is running: no mail leaves and no run begins. Whoever looks after this installation has to start"
        " one (“expo serve”, or “expo worker”)."
    )


def waiting_said(alive: bool, busy: bool = False) -> str:
    """What somebody reads whose run or publication has not begun."""
    if not alive:
        return no_worker()
    if busy:
        return _("Waiting for the worker, which is busy with another run. This one begins after it.")
    return _("Waiting for the worker. It begins within seconds when the worker is free.")
