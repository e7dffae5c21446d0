"""Every list of the organiser as a spreadsheet or as CSV, as it is filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _

from scheduler.errors import NotFound
from scheduler.exports.schedule import guid_of
from scheduler.exports.tables import Cell, as_csv, as_xlsx
from scheduler.extensions import db
from scheduler.models import ProfileQuestion
from scheduler.queries import whole_lists as lists
from scheduler.queries.event.programme import SessionLine
from scheduler.queries.meetings.plans import plan_by_public_id
from scheduler.queries.people.organisations import all_organisations
from scheduler.queries.people.questions import AnswerOf, questions_of
from scheduler.web import access, country_names
from scheduler.web.access import this_event
from scheduler.web.downloads import XLSX, download
from scheduler.web.labels.acts import act
from scheduler.web.labels.questions import chosen_labels
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.named import round_named
from scheduler.web.organiser.organisation_filter import organisation_filter
from scheduler.web.organiser.people_filter import those_one_may_change
from scheduler.web.organiser.permissions import require_full
from scheduler.web.organiser.programme_filter import sessions_asked_for


@dataclass(frozen=True, slots=True)
class ListOut:
    """A list ready to be written: heads, and rows of as many cells."""

    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@blueprint.get("/lists/<what>.<form>")
@access.organiser
def lists_out(event_slug: str, what: str, form: str) -> Response:
    make = _LISTS.get(what)
    if make is None or form not in ("xlsx", "csv"):
        raise NotFound(_("There is no such list."))
    table = make()
    name = f"{this_event().slug}-{what}.{form}"
    if form == "xlsx":
        return download(as_xlsx(table.heads, table.rows), XLSX, name)
    return download(as_csv(table.heads, table.rows), "text/csv; charset=utf-8", name)


def _people() -> ListOut:
    rows = lists.all_people(db.session, this_event().id, those_one_may_change())
    questions = questions_of(db.session, this_event().id, retired=True)
    states = {"invited": _("Invited"), "active": _("Active"), "withdrawn": _("Withdrawn")}
    # Headings that an import reads back.
    heads = (
        *(_("Name"), _("Mail"), _("Organisation"), _("Type"), _("Position"), _("Country"), _("Languages")),
        *(_("State"), _("Delegation"), _("What they offer"), _("What they seek"), _("Topics they offer")),
        *(_("Topics they seek"), _("Guaranteed meetings"), _("Most meetings"), _("Most meetings a day")),
        *(_("Website"), _("City"), _("Invited on"), _("Came in on"), _("Times confirmed on")),
        *(question.label for question in questions),
    )
    return ListOut(
        heads,
        (
            (
                *(row.name, row.email, row.organisation, row.type, row.job_title),
                country_names.country(row.country) if row.country else "",
                ", ".join(map(country_names.language, row.languages.split())),
                states[row.state.value],
                *(row.delegation, row.offers, row.seeks, "; ".join(row.offers_topics)),
                "; ".join(row.seeks_topics),
                row.guarantee or None,
                *(row.max_meetings, row.max_meetings_per_day, row.website, row.city),
                *map(_here, (row.invited_at, row.came_in_at, row.confirmed_at)),
                *(_answer(question, row.answers.get(question.id)) for question in questions),
            )
            for row in rows
        ),
    )


def _organisations() -> ListOut:
    heads = (_("Name"), _("Kind"), _("Country"), _("City"), _("Website"), _("Representatives"), _("Stands"))
    return ListOut(
        heads,
        (
            (
                *(row.name, row.kind, country_names.country(row.country) if row.country else "", row.city),
                *(row.website, row.people, row.stands),
            )
            for row in all_organisations(db.session, this_event().id, organisation_filter())
        ),
    )


def _answer(question: ProfileQuestion, answer: AnswerOf | None) -> str:
    if answer is None:
        return ""
    if answer.file is not None:
        return answer.file.name
    return answer.text or "; ".join(chosen_labels(question, answer))


def _requests() -> ListOut:
    require_full()
    found = round_named(request.args.get("round", ""))
    heads = (
        *(_("From"), _("Organisation"), _("To"), _("Organisation"), _("State"), _("Sent on")),
        *(_("Answered on"), _("Message"), _("Answer")),
    )
    return ListOut(
        heads,
        (
            (
                *(row.sender, row.sender_home, row.receiver, row.receiver_home, row.state.value),
                *(_here(row.sent_at), _here(row.answered_at), row.message, row.answer),
            )
            for row in lists.all_requests(db.session, found.id)
        ),
    )


def _meetings() -> ListOut:
    require_full()
    plan = plan_by_public_id(db.session, this_event(), request.args.get("plan", ""))
    rows = lists.all_meetings(db.session, plan)
    most = max((len(row.people) for row in rows), default=2)
    heads = [
        _("Start"),
        _("End"),
        _("Pavilion"),
        _("Place"),
        _("Table"),
        _("Meeting"),
        _("State"),
        _("Locked"),
    ]
    for number in range(1, most + 1):
        heads += [_("Person %(n)d", n=number), _("Organisation %(n)d", n=number)]
    return ListOut(
        heads,
        (
            (
                *(_here(row.starts_at), _here(row.ends_at), row.pavilion, row.place),
                row.table if row.place_kind.value == "tables" else None,
                *(row.kind, row.state.value, _("yes") if row.locked else ""),
                *(cell for person in row.people for cell in person),
            )
            for row in rows
        ),
    )


def _sessions() -> ListOut:
    heads = (
        *(_("Day"), _("Start"), _("End"), _("Title"), _("Type"), _("Pavilion"), _("Room"), _("Track")),
        *(_("Language"), _("Host"), _("Speakers"), _("Link"), _("Description"), _("Delegation"), _("Attend")),
        *(_("Seats"), "ID"),
    )
    return ListOut(heads, map(_session_row, sessions_asked_for(whole=True).lines))


def _session_row(line: SessionLine) -> Sequence[Cell]:
    found, zone = line.session, this_event().zone
    starts, ends = found.starts_at.astimezone(zone), found.ends_at.astimezone(zone)
    return (
        *(starts.strftime("%Y-%m-%d"), starts.strftime("%H:%M"), ends.strftime("%H:%M")),
        *(found.title, found.kind.value, found.pavilion.name if found.pavilion else "", found.room),
        *(found.track, found.language, found.host),
        "; ".join(found.speaker_names),
        *(found.link, found.description, line.delegation, line.attendees, found.capacity),
        guid_of(found.name_in_files),
    )


def _places() -> ListOut:
    kinds = {"tables": _("Tables"), "stand": _("Stand"), "room": _("Room")}
    heads = (_("Pavilion"), _("Place"), _("Kind"), _("Capacity"), _("Organisation"), "X", "Y")
    return ListOut(
        heads,
        (
            (row.pavilion, row.place, kinds[row.kind.value], row.capacity, row.organisation, row.x, row.y)
            for row in lists.all_places(db.session, this_event().id)
        ),
    )


def _log() -> ListOut:
    require_full()
    rows = lists.whole_log(db.session, this_event().id, request.args.get("about", "")[:40])
    return ListOut(
        (_("Time"), _("Who"), _("For"), _("What"), _("Details")),
        ((_here(row.at), row.who, row.on_behalf_of, str(act(row.action)), row.detail) for row in rows),
    )


def _here(moment: datetime | None) -> datetime | None:
    """A time as the event's clock shows it."""
    return moment.astimezone(this_event().zone) if moment is not None else None


_LISTS: dict[str, Callable[[], ListOut]] = {
    "people": _people,
    "organisations": _organisations,
    "requests": _requests,
    "meetings": _meetings,
    "sessions": _sessions,
    "places": _places,
    "log": _log,
}
