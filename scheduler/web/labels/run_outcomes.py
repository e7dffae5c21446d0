"""Why a run ended as it did, and what the solver found, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from scheduler.domain.run_outcome import RunEnd, RunFinding, RunOutcome
from scheduler.domain.wish_keys import CALL_KEY
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.filters import when

NAMED = 6
"""Names that a sentence lists before it only counts the rest."""

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
            return str(values.get("text", ""))
        case RunEnd.UNKNOWN_WALKS:
            return _unknown_walks(str(values["origin"]), str(values["target"]), int(values["more"]))
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


def findings_said(outcome: RunOutcome, names: RunNames) -> list[str]:
    """What the solver found, a sentence each."""
    return [str(_FACTS[each.fact](each, names)) for each in outcome.findings if each.fact in _FACTS]


def _unknown_walks(origin: str, target: str, more: int) -> str:
    if not more:
        said = _(
            "Nobody has said how long the walk from %(origin)s to %(target)s takes.",
            origin=origin,
            target=target,
        )
    else:
        said = ngettext(
            "Nobody has said how long the walk from %(origin)s to %(target)s takes, nor %(num)d more.",
            "Nobody has said how long the walk from %(origin)s to %(target)s takes, nor %(num)d more.",
            more,
            origin=origin,
            target=target,
        )
    way_out = _(
        "Enter the walking minutes, or say what to count for unknown walks, then start the run again."
    )
    return f"{said} {way_out}"


def _meeting(key: str, names: RunNames) -> str:
    if key.startswith(CALL_KEY):
        title = names.groups.get(key.removeprefix(CALL_KEY), _("a group"))
        return str(_("“%(title)s”", title=title))
    people = [names.people.get(part, _("somebody who left")) for part in key.split("+")]
    return _listed(people)


def _person(key: str, names: RunNames) -> str:
    return names.people.get(key, str(_("somebody who left")))


def _slot(key: str, names: RunNames) -> str:
    found = names.slots.get(key)
    return when(found.start, found.end) if found else str(_("a time that is gone"))


def _place(key: str, names: RunNames) -> str:
    public_id, _colon, table = key.partition(":")
    found = names.places.get(public_id, str(_("a place that is gone")))
    return f"{found} {table}" if table else found


def _meetings(each: RunFinding, names: RunNames, count: int | None = None) -> str:
    return _some([_meeting(key, names) for key in each.meetings], count)


def _slots(each: RunFinding, names: RunNames) -> str:
    return _some([_slot(key, names) for key in each.slots])


def _places(each: RunFinding, names: RunNames) -> str:
    return _some([_place(key, names) for key in each.places])


def _some(said: Sequence[str], count: int | None = None) -> str:
    """The first of some names, and how many more there are."""
    shown = list(said[:NAMED])
    more = (len(said) if count is None else count) - len(shown)
    if more > 0:
        shown.append(str(ngettext("%(num)d more", "%(num)d more", more)))
    return _listed(shown)


def _listed(said: Iterable[str]) -> str:
    return format_list(list(said), locale=get_locale() or "en")


def _of_meeting(text: object) -> Callable[[RunFinding, RunNames], str]:
    def say(each: RunFinding, names: RunNames) -> str:
        return str(text) % {"meeting": _meeting(each.meetings[0], names)}

    return say


def _locked_elsewhere(each: RunFinding, names: RunNames) -> str:
    return str(
        _(
            "The meeting of %(meeting)s is locked for %(time)s at %(place)s, which is not possible for it.",
            meeting=_meeting(each.meetings[0], names),
            time=_slot(each.slots[0], names),
            place=_place(each.places[0], names),
        )
    )


def _wrong_attendee(each: RunFinding, names: RunNames) -> str:
    return str(
        _(
            "%(person)s is to attend the locked meeting of %(meeting)s, and does not belong to it.",
            person=_person(each.people[0], names),
            meeting=_meeting(each.meetings[0], names),
        )
    )


def _attendee_away(each: RunFinding, names: RunNames) -> str:
    return str(
        _(
            "%(person)s can't attend the meeting of %(meeting)s that is locked for %(time)s.",
            person=_person(each.people[0], names),
            meeting=_meeting(each.meetings[0], names),
            time=_slot(each.slots[0], names),
        )
    )


def _after_impossible(each: RunFinding, names: RunNames) -> str:
    return str(
        _(
            "The meeting of %(meeting)s must be held after that of %(earlier)s, which can't be held.",
            meeting=_meeting(each.meetings[0], names),
            earlier=_meeting(each.meetings[1], names),
        )
    )


def _overbooked(each: RunFinding, names: RunNames) -> str:
    must, room = each.numbers
    return str(
        _(
            "%(person)s has %(must)d meetings that must be held, and room for %(room)d.",
            person=_person(each.people[0], names),
            must=must,
            room=room,
        )
    )


def _short_of_slots(each: RunFinding, names: RunNames) -> str:
    must, room = each.numbers
    return str(
        _(
            "%(person)s has %(must)d meetings that must be held and are possible only at %(times)s, with room for"
            " %(room)d.",
            person=_person(each.people[0], names),
            must=must,
            times=_slots(each, names),
            room=room,
        )
    )


def _crowded_person(each: RunFinding, names: RunNames) -> str:
    want, room = each.numbers
    return str(
        _(
            "%(person)s is wanted in %(want)d meetings and has room for %(room)d.",
            person=_person(each.people[0], names),
            want=want,
            room=room,
        )
    )


def _crowded_places(each: RunFinding, names: RunNames) -> str:
    must, room = each.numbers
    return str(
        _(
            "%(must)d meetings may go only to %(places)s, with room for %(room)d.",
            must=must,
            places=_places(each, names),
            room=room,
        )
    )


def _places_short(each: RunFinding, names: RunNames) -> str:
    must, room = each.numbers
    return str(
        _(
            "%(must)d meetings that must be held are possible only at %(times)s, when the places hold %(room)d.",
            must=must,
            times=_slots(each, names),
            room=room,
        )
    )


def _not_with_earlier(each: RunFinding, names: RunNames) -> str:
    return str(
        _(
            "The meeting of %(meeting)s can't be held together with those that must come before it.",
            meeting=_meeting(each.meetings[0], names),
        )
    )


def _conflict(each: RunFinding, names: RunNames) -> str:
    count = each.numbers[0]
    said = _(
        "%(count)d meetings that must be held can't all be: %(meetings)s.",
        count=count,
        meetings=_meetings(each, names, count),
    )
    return str(said)


def _conflict_of_breaks(each: RunFinding, names: RunNames) -> str:
    count, limit = each.numbers
    return str(
        _(
            "%(count)d meetings that must be held can't all be as long as the breaks of any two people may differ by"
            " %(limit)d at most: %(meetings)s.",
            count=count,
            limit=limit,
            meetings=_meetings(each, names, count),
        )
    )


def _rivals(each: RunFinding, names: RunNames) -> str:
    said = [
        str(_("%(person)s (%(count)d of them)", person=_person(key, names), count=count))
        for key, count in zip(each.people, each.numbers, strict=True)
    ]
    return str(_("They compete for the time of %(people)s.", people=_listed(said)))


_FACTS: dict[str, Callable[[RunFinding, RunNames], str]] = {
    "no-common-slot": _of_meeting(
        _l("The meeting of %(meeting)s must be held, but they are never free at the same time.")
    ),
    "nowhere-open": _of_meeting(
        _l(
            "The meeting of %(meeting)s must be held, but whenever they are all free no place that it may use is"
            " open and near enough."
        )
    ),
    "locked-elsewhere": _locked_elsewhere,
    "side-misfilled": _of_meeting(
        _l("The meeting of %(meeting)s is locked with people who are not the two sides of it.")
    ),
    "stranger": _wrong_attendee,
    "attendee-away": _attendee_away,
    "after-impossible": _after_impossible,
    "chain": _of_meeting(
        _l("The meeting of %(meeting)s must be held, but there is no time and place left for it.")
    ),
    "not-with-earlier": _not_with_earlier,
    "person-overbooked": _overbooked,
    "person-overbooked-with-earlier": _overbooked,
    "person-over-limit": _overbooked,
    "person-short-of-slots": _short_of_slots,
    "person-crowded": _crowded_person,
    "places-overbooked": _crowded_places,
    "places-short-of-slots": _places_short,
    "places-crowded": _crowded_places,
    "conflict": _conflict,
    "conflict-of-breaks": _conflict_of_breaks,
    "minimal": lambda _each, _names: str(_("If any one of them were left out, the others could be held.")),
    "rivals": _rivals,
    "not-found": lambda _each, _names: str(_("No schedule that keeps every rule was found in the time.")),
}
