"""Which rules a schedule breaks, in words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from scheduler.domain.run_outcome import RunFinding, RunOutcome
from scheduler.phrases import written
from scheduler.queries.rounds.run_outcome import RunNames
from scheduler.web.labels.problem_names import (
    all_said,
    meeting_said,
    person_said,
    place_said,
    slot_said,
    some_said,
)

RULES = {
    "meeting-unknown": _l("The round has no meeting of %(meeting)s."),
    "held-twice": _l("The meeting of %(meeting)s is held twice."),
    "slot-or-place-unknown": _l(
        "The meeting of %(meeting)s is held at a time or a place that the round does not have."
    ),
    "slot-allowed": _l("The meeting of %(meeting)s may not be held then: %(times)s."),
    "place-allowed": _l("The meeting of %(meeting)s may not be held there: %(places)s."),
    "place-open": _l("The place of the meeting of %(meeting)s is closed then: %(places)s; %(times)s."),
    "person-unknown": _l(
        "%(people)s is to attend the meeting of %(meeting)s, and takes no part in the round."
    ),
    "person-available": _l("%(people)s can't attend the meeting of %(meeting)s then: %(times)s."),
    "earlier-held": _l(
        "The meeting of %(meeting)s is held, and that of %(earlier)s, which must come before it, is not."
    ),
    "order": _l(
        "The meeting of %(meeting)s begins before that of %(earlier)s has ended, which must come before it."
    ),
    "attends-once": _l("Somebody is to attend the meeting of %(meeting)s twice."),
    "one-of-each-side": _l("The meeting of %(meeting)s does not have exactly one person from each side."),
    "belongs": _l("%(people)s is to attend the meeting of %(meeting)s, and does not belong to it."),
    "required": _l("The meeting of %(meeting)s must be held, and is not."),
    "locked": _l("The meeting of %(meeting)s is locked, and is not held as it was published."),
    "capacity": _l("More meetings are held at once than there is room for (%(first)d): %(places)s."),
    "overlap": _l("%(people)s is to be at two things at the same time: %(engagements)s."),
    "time-to-walk": _l(
        "%(people)s has too little time to walk (%(first)d min instead of %(second)d) between %(engagements)s."
    ),
    "most-meetings": _l("%(people)s has %(first)d meetings, and the limit is %(second)d."),
    "most-a-day": _l("%(people)s has %(first)d meetings on one day, and the limit is %(second)d."),
    "break-spread": _l("The breaks of two people differ by %(first)d, and the limit is %(second)d."),
}
"""Sentences by the solver's name of a rule. `first` and `second` are the two numbers that it lists."""


def rule_said(broken: RunFinding, names: RunNames) -> str:
    """A broken rule in a sentence, with names."""
    meetings = [meeting_said(key, names) for key in broken.meetings]
    first, second = (*broken.numbers, 0, 0)[:2]
    values = {
        "meeting": meetings[0] if meetings else "",
        "earlier": meetings[-1] if meetings else "",
        "engagements": all_said(_engagement_said(key, names) for key in broken.meetings),
        "people": all_said(person_said(key, names) for key in broken.people),
        "times": some_said([slot_said(key, names) for key in broken.slots]),
        "places": some_said([place_said(key, names) for key in broken.places]),
        "first": first,
        "second": second,
    }
    return written(str(RULES[broken.fact]), values)


def _engagement_said(key: str, names: RunNames) -> str:
    if not key:
        return str(_("a fixed appointment"))
    return str(_("the meeting of %(meeting)s", meeting=meeting_said(key, names)))


def file_refused_said(file: str, outcome: RunOutcome, names: RunNames) -> str:
    """Why a schedule from a file was not stored, with the first rule that it breaks."""
    count = int(outcome.values["count"])
    head = ngettext(
        "%(file)s breaks %(num)d rule of the round as it is now:",
        "%(file)s breaks %(num)d rules of the round as it is now, for example:",
        count,
        file=file,
    )
    example = rule_said(outcome.findings[0], names)
    return f"{head} {example} {_('Nothing was stored.')}"
