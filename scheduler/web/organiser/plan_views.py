"""The long views of a plan: timetable, people, what was not placed, what changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask import render_template, request

from scheduler.domain.enums import PlanState
from scheduler.domain.plan_difference import compare
from scheduler.extensions import db
from scheduler.models import Plan, Unscheduled
from scheduler.queries.meetings.plan_meetings import (
    days_with_meetings,
    meetings_by_wish,
    meetings_of,
    pavilions_with_meetings,
    timetable,
)
from scheduler.queries.meetings.plan_pages import people_page, person_of, unscheduled_of, unscheduled_page
from scheduler.queries.meetings.plan_positions import published_plan, standings
from scheduler.queries.meetings.plans import reasons_of
from scheduler.queries.requests.causes import known_of
from scheduler.web import access
from scheduler.web.filters import day as day_text
from scheduler.web.filters import number
from scheduler.web.form_fields import said
from scheduler.web.labels.causes import reason_short
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.filters import SearchForm, TimetableFilter, UnplacedFilter
from scheduler.web.organiser.permissions import is_full, may_change
from scheduler.web.organiser.plans import WORDS, this_plan
from scheduler.web.organiser.replies import here, page_address, page_number

CHANGES_SHOWN = 50


def _text(form: SearchForm | UnplacedFilter) -> str:
    return said(form, "q", 100).strip()


@blueprint.get("/plans/<plan_id>/timetable")
@access.organiser
def plans_timetable(event_slug: str, plan_id: str) -> str:
    plan, form = this_plan(plan_id), TimetableFilter(request.args)
    pavilions, days = pavilions_with_meetings(db.session, plan), days_with_meetings(db.session, plan)
    pavilion = next((p for p in pavilions if p.public_id == said(form, "pavilion")), None)
    pavilion = pavilion or (pavilions[0] if pavilions else None)
    day = _day(said(form, "day"), list(days))
    form.offer(
        ((each.public_id, each.name) for each in pavilions),
        ((each.isoformat(), day_text(each)) for each in days),
    )
    form.pavilion.data, form.day.data = pavilion and pavilion.public_id, day and day.isoformat()
    shown = timetable(db.session, plan, pavilion, day, page_number()) if pavilion and day else None
    return render_template(
        "organiser/plan_timetable.html",
        plan=plan,
        filter=form,
        pavilion=pavilion,
        day=day,
        shown=shown,
        wide=said(form, "cells") == "wide",
        here=here,
        address_of=page_address(),
        may_change=may_change(plan),
        **WORDS,
    )


def may_ask(plan: Plan) -> bool:
    """Whether the reader may ask what it takes to change a plan."""
    return is_full() and plan.state in (PlanState.DRAFT, PlanState.PUBLISHED)


def _day(text: str, days: list[date]) -> date | None:
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        chosen = None
    return chosen if chosen in days else (days[0] if days else None)


@blueprint.get("/plans/<plan_id>/people")
@access.organiser
def plans_people(event_slug: str, plan_id: str) -> str:
    plan, form = this_plan(plan_id), SearchForm(request.args)
    return render_template(
        "organiser/plan_people.html",
        plan=plan,
        filter=form,
        text=_text(form),
        page=people_page(db.session, plan, _text(form), page_number()),
        address_of=page_address(),
        **WORDS,
    )


@blueprint.get("/plans/<plan_id>/people/<person_id>")
@access.organiser
def plans_person(event_slug: str, plan_id: str, person_id: str) -> str:
    plan = this_plan(plan_id)
    person = person_of(db.session, plan, person_id)
    missing = unscheduled_of(db.session, plan, person)
    return render_template(
        "organiser/plan_person.html",
        plan=plan,
        person=person,
        meetings=meetings_of(db.session, plan, person),
        missing=missing,
        known=known_of(db.session, plan, missing),
        may_change=may_change(plan),
        may_ask=may_ask(plan),
        **WORDS,
    )


@blueprint.get("/plans/<plan_id>/not-placed")
@access.organiser
def plans_unplaced(event_slug: str, plan_id: str) -> str:
    plan, form = this_plan(plan_id), UnplacedFilter(request.args)
    reasons = reasons_of(db.session, plan)
    form.offer((value, f"{reason_short(value)} ({number(count)})") for value, count in reasons)
    reason = said(form, "reason") if said(form, "reason") in dict(reasons) else ""
    page = unscheduled_page(db.session, plan, reason, _text(form), page_number())
    return render_template(
        "organiser/plan_unplaced.html",
        plan=plan,
        filter=form,
        reason=reason,
        text=_text(form),
        page=page,
        known=known_of(db.session, plan, cast(Sequence[Unscheduled], page.rows)),
        may_ask=may_ask(plan),
        here=here,
        address_of=page_address(),
        **WORDS,
    )


@blueprint.get("/plans/<plan_id>/changes")
@access.organiser
def plans_changes(event_slug: str, plan_id: str) -> str:
    """A plan beside the one that people have."""
    plan = this_plan(plan_id)
    previous = published_plan(db.session, plan.round_id)
    if previous is not None and previous.id == plan.id:
        previous = None
    if previous is None:
        return render_template("organiser/plan_changes.html", plan=plan, previous=None, shown=[], **WORDS)
    difference = compare(standings(db.session, previous), standings(db.session, plan))
    touched = [*difference.moved, *difference.dropped, *difference.added]
    page = page_number()
    shown = touched[(page - 1) * CHANGES_SHOWN : page * CHANGES_SHOWN]
    return render_template(
        "organiser/plan_changes.html",
        plan=plan,
        previous=previous,
        difference=difference,
        shown=shown,
        before=meetings_by_wish(db.session, previous, shown),
        after=meetings_by_wish(db.session, plan, shown),
        count=len(touched),
        page=page,
        pages_count=max(1, -(-len(touched) // CHANGES_SHOWN)),
        address_of=page_address(),
        **WORDS,
    )
