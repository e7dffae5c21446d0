"""Storing a list of people and taking it back: at once, or by a worker while a page says how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from scheduler.domain.enums import ImportState, ImportTask
from scheduler.extensions import db
from scheduler.jobs.progress import import_progress
from scheduler.jobs.queue import enqueue
from scheduler.models import PeopleImport
from scheduler.queries.machine import a_worker_lives
from scheduler.services.people_import import lists, undo
from scheduler.services.people_import.check import CheckedList
from scheduler.services.people_import.errands import ask_for, is_large
from scheduler.services.people_import.reading import ListReading
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.labels.imports import refusal_said, step_said
from scheduler.web.labels.runs import duration
from scheduler.web.machine import waiting_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import bringing_for, is_full, signed_in_user
from scheduler.web.organiser.replies import organise
from scheduler.web.transaction import after_commit


@blueprint.get("/people/import/<list_id>/progress")
@access.co_organiser
def people_import_progress(event_slug: str, list_id: str) -> str | Response:
    """What a worker does with a list; asks for itself again until it is done, then for the whole page."""
    found = own_list(list_id)
    if found.task is None:
        return Response(headers={"HX-Refresh": "true"})
    return render_template("organiser/_people_import_progress.html", **_progress(found))


@blueprint.route("/people/import/<list_id>/undo", methods=["GET", "POST"])
@access.co_organiser
def people_import_undo(event_slug: str, list_id: str) -> str | Response:
    found = own_list(list_id)
    if found.task is not None:
        return redirect(address_of(found))
    if request.method == "GET":
        undoing = undo.what_undoing_does(db.session, found)
        return render_template(
            "organiser/people_import_undo.html", list=found, undoing=undoing, refused=refused(found)
        )
    found = own_list(list_id, lock=True)
    if is_large(found):
        return leave_to_worker(found, ImportTask.UNDO)
    undo.undo_list(db.session, this_event(), found, signed_in_user())
    flash(_undone_said(found.counts), "good")
    return redirect(organise("people_import"))


def own_list(list_id: str, *, lock: bool = False) -> PeopleImport:
    """The list of the address; a co-organiser's own. Raises NotFound."""
    own = None if is_full() else signed_in_user().id
    return lists.list_by_public_id(db.session, this_event(), list_id, of_user=own, lock=lock)


def address_of(found: PeopleImport) -> str:
    return organise("people_import_list", list_id=found.public_id)


def refused(found: PeopleImport) -> str:
    """Why a worker did not do what was asked last; empty when it did, or nothing was asked."""
    errand = found.errand
    return refusal_said(errand.refusal) if errand is not None and errand.refusal is not None else ""


def store(found: PeopleImport, reading: ListReading, checked: CheckedList) -> Response:
    """Store a list now and say what came of it."""
    outcome = lists.store_list(
        db.session, this_event(), found, reading, checked, signed_in_user(), brought_by_id=bringing_for()
    )
    flash(_stored_said(found.counts), "good")
    if outcome.repeats:
        flash(_repeats_said(outcome.repeats))
    if outcome.rest is None:
        return redirect(organise("people", sort="latest"))
    flash(
        ngettext(
            "One row was left out. It stands below: correct it.",
            "%(num)d rows were left out. They stand below: correct them.",
            outcome.left,
        )
    )
    return redirect(address_of(outcome.rest))


def leave_to_worker(found: PeopleImport, task: ImportTask) -> Response:
    """Ask a worker, in whose one transaction everything happens; the list's page tells how far it is."""
    ask_for(db.session, found, task, signed_in_user(), datetime.now(UTC), brought_by_id=bringing_for())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    list_id = found.id
    after_commit(lambda: enqueue(app, "import-errand", list_id=list_id))
    return redirect(address_of(found))


def instead_of_list(found: PeopleImport) -> str:
    """The page of a list that a worker is at, or that is stored."""
    if found.task is None:
        return render_template("organiser/people_import_done.html", **_done(found))
    return render_template("organiser/people_import_working.html", **_progress(found))


def instead_of_press(found: PeopleImport) -> Response:
    """What a press on a button does while a worker is at the list. Raises Conflict unless it asks for the same."""
    if request.form.get("act") != "store" or found.task is not ImportTask.STORE:
        lists.require_idle(found)
    # Pressed twice: it is stored once.
    return redirect(address_of(found))


def _progress(found: PeopleImport) -> dict[str, object]:
    errand = found.errand
    now = datetime.now(UTC)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    begun = errand is not None and bool(errand.worker)
    progress = import_progress(app, found.id) if begun else None
    return {
        "list": found,
        "undoing": found.task is ImportTask.UNDO,
        "begun": begun,
        "step": step_said(progress) if progress is not None else "",
        "share": progress.share if progress is not None else 0.0,
        "waited": duration((now - errand.since).total_seconds() if errand is not None else 0.0),
        "waiting_words": "" if begun else waiting_said(a_worker_lives(db.session, now)),
    }


def _done(found: PeopleImport) -> dict[str, object]:
    undone = found.state is ImportState.UNDONE
    counts = found.counts
    repeats = counts.get("repeats", 0)
    return {
        "list": found,
        "undone": undone,
        "said": _undone_said(counts) if undone else _stored_said(counts),
        "repeats": _repeats_said(repeats) if repeats and not undone else "",
        "rest": None if undone else _rest_of(found),
        "refused": refused(found),
    }


def _rest_of(found: PeopleImport) -> PeopleImport | None:
    """The list of the rows that were left out, as long as they wait to be corrected."""
    return db.session.scalar(
        select(PeopleImport).where(
            PeopleImport.id == found.counts.get("rest", 0),
            PeopleImport.event_id == found.event_id,
            PeopleImport.state == ImportState.OPEN,
        )
    )


def _stored_said(counts: Mapping[str, int]) -> str:
    parts = [ngettext("One person is registered.", "%(num)d people are registered.", counts.get("people", 0))]
    if counts.get("changed"):
        parts.append(ngettext("One was changed.", "%(num)d were changed.", counts["changed"]))
    return " ".join(parts)


def _repeats_said(repeats: int) -> str:
    return ngettext(
        "One row was left out: it repeats somebody.",
        "%(num)d rows were left out: they repeat somebody.",
        repeats,
    )


def _undone_said(counts: Mapping[str, int]) -> str:
    parts = [
        ngettext(
            "The list is taken back: one person went.",
            "The list is taken back: %(num)d people went.",
            counts.get("gone", 0),
        )
    ]
    if counts.get("restored"):
        parts.append(
            ngettext("One is as before.", "%(num)d people are as they were before it.", counts["restored"])
        )
    if counts.get("staying"):
        parts.append(
            ngettext(
                "One stays: something came of them since.",
                "%(num)d stay: something came of them since.",
                counts["staying"],
            )
        )
    return " ".join(parts)
