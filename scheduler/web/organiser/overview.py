"""The organiser's first page: where we stand, what needs me, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from scheduler.domain.enums import RequestState, RoundState
from scheduler.extensions import db
from scheduler.models import Event
from scheduler.queries.event.overview import (
    EventStanding,
    RoundStanding,
    event_standing,
    silent_people,
    waiting_people,
)
from scheduler.queries.event.team import responsible_for
from scheduler.queries.meetings.misfits import misfits_of_event
from scheduler.queries.people.approval import count_waiting
from scheduler.queries.people.invitations import audience, reached
from scheduler.queries.people.people_admin import Need, PeopleFilter
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.permissions import is_full, signed_in_user
from scheduler.web.organiser.replies import organise


@dataclass(frozen=True)
class RoundStep:
    """One step of a round's way: `state` is done, now or later."""

    label: str
    state: str


@dataclass(frozen=True)
class Task:
    """Something that needs the organiser; `kind` is attention or empty."""

    text: str
    address: str
    action: str
    kind: str = "attention"


@blueprint.get("/")
@access.organiser
def overview(event_slug: str) -> str:
    event = this_event()
    standing = event_standing(db.session, event)
    current = standing.current
    return render_template(
        "organiser/overview.html",
        standing=standing,
        current_round=current,
        steps=steps(current) if current else [],
        tasks=tasks(event, standing, current),
        main=main_action(event, standing, current),
        responsible=_responsible(),
        reached=reached(db.session, event, current.round.id if current else None),
    )


SCOPE_PAGES = {
    "organisation": ("organisations_show", "organisation_id"),
    "delegation": ("delegations_show", "delegation_id"),
    "pavilion": ("venue_pavilion", "pavilion_id"),
    "round": ("rounds_show", "round_id"),
}


def _responsible() -> list[tuple[str, str]]:
    """Name and address of what a co-organiser is responsible for; nothing for organisers, who are for all."""
    if is_full():
        return []
    found = []
    for kind, key, name in responsible_for(db.session, this_event().id, signed_in_user().id):
        page, argument = SCOPE_PAGES[kind]
        found.append((name, organise(page, **{argument: key})))
    return found


def steps(standing: RoundStanding) -> list[RoundStep]:
    """The way of a round, from its rules to the published agendas."""
    state = standing.round.state
    if standing.published is not None:
        reached = 4
    elif standing.drafts:
        reached = 3
    elif state is RoundState.CLOSED:
        reached = 2
    else:
        reached = 1 if state is RoundState.OPEN else 0
    labels = [_("Prepare"), _("Collect"), _("Plan"), _("Review"), _("Published")]
    return [
        RoundStep(label, "done" if i < reached or reached == 4 else "now" if i == reached else "later")
        for i, label in enumerate(labels)
    ]


def main_action(event: Event, standing: EventStanding, current: RoundStanding | None) -> Task | None:
    """The one thing to do next."""
    slug = event.slug
    if current is None:
        return Task("", url_for("organiser.rounds_new", event_slug=slug), _("Create a round"))
    if current.round.state is RoundState.DRAFT:
        return Task(
            "",
            url_for("organiser.rounds_show", event_slug=slug, round_id=current.round.public_id),
            _("Open the round"),
        )
    plans, runs = _address("organiser.plans", slug), _address("organiser.runs", slug)
    if current.round.state is RoundState.CLOSED and current.published is None:
        if current.drafts and plans:
            return Task("", plans, _("Review the draft"))
        if current.running and runs:
            return Task("", runs, _("Watch the run"))
        return Task(
            "",
            url_for("organiser.runs_new", event_slug=slug, round=current.round.public_id),
            _("Start a run"),
        )
    if current.round.state is RoundState.OPEN:
        return Task(
            "",
            url_for("organiser.rounds_show", event_slug=slug, round_id=current.round.public_id),
            _("See what is collected"),
        )
    return Task("", plans, _("See the plan")) if plans else None


def _address(endpoint: str, slug: str) -> str:
    return url_for(endpoint, event_slug=slug) if endpoint in current_app.view_functions else ""


def tasks(event: Event, standing: EventStanding, current: RoundStanding | None) -> list[Task]:
    """What needs the organiser now, most urgent first."""
    found: list[Task] = _approvals(event)
    slug = event.slug

    def people(need: str, round_id: str | None = None) -> str:
        return url_for("organiser.people", event_slug=slug, need=need, round=round_id)

    for plan, count in misfits_of_event(db.session, event):
        found.append(
            Task(
                ngettext(
                    "%(num)d published meeting of “%(round)s” no longer fits: its time, place or table was taken"
                    " out.",
                    "%(num)d published meetings of “%(round)s” no longer fit: their time, place or table was taken"
                    " out.",
                    count,
                    round=plan.round.name,
                ),
                url_for("organiser.plans_misfits", event_slug=slug, plan_id=plan.public_id),
                _("Move them"),
            )
        )
    if current is not None and current.round.state is RoundState.OPEN:
        waiting = current.of(RequestState.OPEN)
        if current.round.closes_at <= event.now():
            found.append(
                Task(
                    _("“%(name)s” is past its closing time and still open.", name=current.round.name),
                    url_for("organiser.rounds_show", event_slug=slug, round_id=current.round.public_id),
                    _("Close it"),
                )
            )
        if waiting:
            holders = waiting_people(db.session, current.round.id)
            found.append(
                Task(
                    ngettext(
                        "%(num)d request waits for an answer,",
                        "%(num)d requests wait for an answer,",
                        waiting,
                    )
                    + " "
                    + ngettext("from %(num)d person.", "from %(num)d people.", holders),
                    people("unanswered", current.round.public_id),
                    _("See who"),
                )
            )
        silent = silent_people(db.session, event.id, current.round.id)
        if silent:
            found.append(
                Task(
                    ngettext(
                        "%(num)d person has neither asked nor been asked in this round.",
                        "%(num)d people have neither asked nor been asked in this round.",
                        silent,
                    ),
                    people("no-requests", current.round.public_id),
                    _("See who"),
                    "",
                )
            )
    if standing.unconfirmed:
        found.append(
            Task(
                ngettext(
                    "%(num)d person has not confirmed when they can meet; they count as free all the time.",
                    "%(num)d people have not confirmed when they can meet; they count as free all the time.",
                    standing.unconfirmed,
                ),
                people("unconfirmed"),
                _("See who"),
            )
        )
    if not standing.slots:
        found.append(
            Task(
                _("There are no meeting slots yet: nobody can meet."),
                url_for("organiser.programme_blocks", event_slug=slug),
                _("Add a meeting block"),
            )
        )
    if not standing.tables and not standing.stands:
        found.append(
            Task(
                _("There is no table yet: meetings need a place."),
                url_for("organiser.venue", event_slug=slug),
                _("Add places"),
            )
        )
    found.extend(_invitations(event))
    return found


def _approvals(event: Event) -> list[Task]:
    """Who waits for approval."""
    count = count_waiting(db.session, event.id) if event.approval else 0
    if not count:
        return []
    return [
        Task(
            ngettext(
                "%(num)d person waits for your approval; others don't see them yet.",
                "%(num)d people wait for your approval; others don't see them yet.",
                count,
            ),
            url_for("organiser.people", event_slug=event.slug, need=Need.TO_APPROVE.value),
            _("Look at them"),
        )
    ]


def _invitations(event: Event) -> list[Task]:
    """Who was never told of the event, and who was told and has not come in."""
    found: list[Task] = []
    groups = audience(db.session, event, PeopleFilter())
    if groups.first:
        found.append(
            Task(
                ngettext(
                    "%(num)d person is registered and was never written to.",
                    "%(num)d people are registered and were never written to.",
                    groups.first,
                ),
                url_for("organiser.people_invite", event_slug=event.slug),
                _("Invite them"),
            )
        )
    outside = groups.again + groups.resting
    if outside:
        found.append(
            Task(
                ngettext(
                    "%(num)d invited person has not come in yet.",
                    "%(num)d invited people have not come in yet.",
                    outside,
                ),
                url_for("organiser.people", event_slug=event.slug, need=Need.NOT_IN.value),
                _("See who"),
                "",
            )
        )
    return found
