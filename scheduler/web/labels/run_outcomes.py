"""Why a run ended as it did, and what the solver found, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome
from scheduler.phrases import written
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.labels.broken_rules import RULES, rule_said
from scheduler.web.labels.problem_names import (
    all_said,
    meeting_said,
    person_said,
    place_said,
    slot_said,
    some_said,
)

ENDS = {
    RunEnd.STOPPED_EARLY: _l("Stopped early; the best schedule so far was kept."),
    RunEnd.STOPPED_WAITING: _l("Stopped before it began."),
    RunEnd.STOPPED_EMPTY: _l("Stopped before a schedule was found."),
    RunEnd.STOPPED_DEAF: _l("Stopped. The solver did not answer in time, so nothing was kept."),
    RunEnd.INFEASIBLE: _l("It is proven that no schedule can keep every rule."),
    RunEnd.NOT_FOUND: _l("No schedule was found in the time given. Give the run more time."),
    RunEnd.NO_BLOCK: _l(
        "This round has no meeting times yet. Give it a meeting block, then start the run again."
    ),
    RunEnd.NO_TIME_LEFT: _l(
        "Every meeting time of this round has begun: nothing is left to plan. Give it another meeting block, then"
        " start the run again."
    ),
    RunEnd.NO_PEOPLE: _l("Nobody takes part in this event yet. Add participants first."),
    RunEnd.NO_WISHES: _l(
        "Nobody wants to meet anybody yet: no request counts so far, and no two participants are interested in each"
        " other. In an opt-in round a request counts once it is accepted."
    ),
    RunEnd.BASE_GONE: _l("The plan that this run was to begin from has been deleted. Start a new run."),
    RunEnd.ROUND_GONE: _l("There is no such matchmaking round."),
    RunEnd.CHANGED: _l(
        "The event was changed during the run in a way that its schedule can't be kept: a time, a place or a person"
        " in it is gone. Start the run again."
    ),
    RunEnd.OUR_FAULT: _l("Something went wrong on our side. It has been noted; start it again."),
    RunEnd.OUT_OF_MEMORY: _l(
        "The solver was ended by the system, most likely for want of memory. Nothing was published."
    ),
    RunEnd.ENDED: _l("The solver ended unexpectedly. It has been noted; start it again."),
    RunEnd.OVERRAN: _l("The solver did not end in its time and was stopped by force. Start it again."),
    RunEnd.WORKER_GONE: _l("The worker stopped under this run. Nothing of it was published; start it again."),
}


def outcome_said(outcome: RunOutcome | None) -> str:
    """Why a run ended as it did, in a sentence or two; empty when there is nothing to say."""
    if outcome is None:
        return ""
    values = outcome.values
    match outcome.end:
        case RunEnd.TEXT:
            return str(values["text"])
        case RunEnd.UNKNOWN_WALKS:
            return _unknown_walks(values)
        case RunEnd.UNKNOWN_WEIGHT:
            return str(_("There is no weight called %(name)s.", name=values["name"]))
        case RunEnd.BROKEN:
            return str(
                ngettext(
                    "The solver's schedule breaks %(num)d rule, so it was not kept. It has been noted.",
                    "The solver's schedule breaks %(num)d rules, so it was not kept. It has been noted.",
                    int(values["count"]),
                )
            )
    return str(ENDS[outcome.end])


def _unknown_walks(values: Mapping[str, str | int]) -> str:
    walk = {"origin": values["origin"], "target": values["target"]}
    more = int(values["more"])
    said = (
        ngettext(
            "Nobody has said how long the walk from %(origin)s to %(target)s takes, nor %(num)d more.",
            "Nobody has said how long the walk from %(origin)s to %(target)s takes, nor %(num)d more.",
            more,
            **walk,
        )
        if more
        else _("Nobody has said how long the walk from %(origin)s to %(target)s takes.", **walk)
    )
    way_out = _(
        "Enter the walking minutes, or say what to count for unknown walks, then start the run again."
    )
    return f"{said} {way_out}"


FACTS = {
    "no-common-slot": _l(
        "The meeting of %(meeting)s must be held, but they are never free at the same time."
    ),
    "nowhere-open": _l(
        "The meeting of %(meeting)s must be held, but whenever they are all free no place that it may use is open and"
        " near enough."
    ),
    "locked-elsewhere": _l(
        "The meeting of %(meeting)s is locked for %(times)s at %(places)s, which is not possible for it."
    ),
    "side-misfilled": _l("The meeting of %(meeting)s is locked with people who are not the two sides of it."),
    "stranger": _l("%(people)s is to attend the locked meeting of %(meeting)s, and does not belong to it."),
    "attendee-away": _l("%(people)s can't attend the meeting of %(meeting)s that is locked for %(times)s."),
    "after-impossible": _l(
        "The meeting of %(meeting)s must be held after that of %(earlier)s, which can't be held."
    ),
    "circle": _l("The meeting of %(meeting)s must be held, but it would have to come after itself."),
    "chain": _l("The meeting of %(meeting)s must be held, but there is no time and place left for it."),
    "not-with-earlier": _l(
        "The meeting of %(meeting)s can't be held together with those that must come before it."
    ),
    "person-overbooked": _l("%(people)s has %(wanted)d meetings that must be held, and room for %(room)d."),
    "person-overbooked-with-earlier": _l(
        "%(people)s has %(wanted)d meetings that must be held or come before such, and room for %(room)d."
    ),
    "person-over-limit": _l(
        "%(people)s has %(wanted)d meetings that must be held, and their times and limits leave room for %(room)d."
    ),
    "person-short-of-slots": _l(
        "%(people)s has %(wanted)d meetings that must be held and are possible only at %(times)s, with room for"
        " %(room)d."
    ),
    "person-crowded": _l("%(people)s is wanted in %(wanted)d meetings and has room for %(room)d."),
    "places-overbooked": _l(
        "%(wanted)d meetings that must be held may go only to %(places)s, with room for %(room)d."
    ),
    "places-short-of-slots": _l(
        "%(wanted)d meetings that must be held are possible only at %(times)s, when the places hold %(room)d."
    ),
    "places-crowded": _l("%(wanted)d meetings may go only to %(places)s, with room for %(room)d."),
    "conflict": _l("%(wanted)d meetings that must be held can't all be: %(meetings)s."),
    "conflict-of-breaks": _l(
        "%(wanted)d meetings that must be held can't all be as long as the breaks of any two people may differ by"
        " %(room)d at most: %(meetings)s."
    ),
    "minimal": _l("If any one of them were left out, the others could be held."),
    "rivals": _l("They compete for the time of %(people)s."),
    "not-found": _l("No schedule that keeps every rule was found in the time."),
}
"""Sentences by the solver's name of a fact. `wanted` and `room` are its first two numbers."""


def findings_said(outcome: RunOutcome, names: RunNames) -> list[str]:
    """What the solver found, a sentence each."""
    return [_finding_said(each, names) for each in outcome.findings]


def _finding_said(each: RunFinding, names: RunNames) -> str:
    if each.fact in RULES:
        return rule_said(each, names)
    return written(str(FACTS[each.fact]), _values(each, names))


def _values(each: RunFinding, names: RunNames) -> dict[str, str | int]:
    """Everything that a sentence may say of a finding."""
    meetings = [meeting_said(key, names) for key in each.meetings]
    people = [person_said(key, names) for key in each.people]
    if each.fact == "rivals":
        people = [
            str(_("%(person)s (%(count)d of them)", person=person, count=count))
            for person, count in zip(people, each.numbers, strict=True)
        ]
    wanted, room = (*each.numbers, 0, 0)[:2]
    return {
        "meeting": meetings[0] if meetings else "",
        "earlier": meetings[-1] if meetings else "",
        "meetings": some_said(meetings, wanted),
        "people": all_said(people),
        "times": some_said([slot_said(key, names) for key in each.slots]),
        "places": some_said([place_said(key, names) for key in each.places]),
        "wanted": wanted,
        "room": room,
    }
