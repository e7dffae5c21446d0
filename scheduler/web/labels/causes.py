"""Why a wish was not placed, in words.

Two readers, two wordings of the same facts (`domain/causes.py`):

- `for_organiser` says everything: who is where with whom, and what would help.
- `for_participant` says the reader's own facts in full. Of others it says only that they have no time then: not
  what they attend, whom they meet, what they answered, how many meetings they want; and never that somebody
  would rather not meet (no cause knows it: such a wish is no wish, and is not listed).

Both take the stored causes of a wish and `queries/causes.known_of`, and return short sentences, at most `SAID`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from scheduler.domain.causes import ROUND, Cause, CauseKind, WhyNot, read_causes
from scheduler.domain.enums import HeldAt
from scheduler.models import Unscheduled
from scheduler.queries.requests.causes import Known, MeetingInTheWay
from scheduler.web.filters import when

SAID = 5
FACTS_OF_A_PERSON = frozenset(
    {
        CauseKind.OTHER_ROUND,
        CauseKind.SESSION,
        CauseKind.VISIT,
        CauseKind.BUSY,
        CauseKind.MEETING,
        CauseKind.LIMIT,
        CauseKind.DAY_LIMIT,
        CauseKind.HALF_DAY_LIMIT,
        CauseKind.PAUSE,
        CauseKind.WALK,
    }
)

HEADINGS = {
    WhyNot.NO_COMMON_SLOT: _l("Never free at the same time"),
    WhyNot.BOOKED_ELSEWHERE: _l("Booked by another round"),
    WhyNot.PLACE_FULL: _l("No table left"),
    WhyNot.PLACE_TAKEN: _l("Another round has the tables"),
    WhyNot.PLACE_CLOSED: _l("No place is open then"),
    WhyNot.LIMIT_REACHED: _l("Somebody has reached their limit"),
    WhyNot.WALKING: _l("Too far to walk in time"),
    WhyNot.OUTRANKED: _l("Other meetings were worth more"),
    WhyNot.RULE: _l("A rule forbids it"),
    WhyNot.TIME_LIMIT: _l("The search ended before"),
}
MEANINGS = {
    WhyNot.NO_COMMON_SLOT: _l("They have no slot in which both can meet. More availability would help."),
    WhyNot.BOOKED_ELSEWHERE: _l(
        "They would have a slot in common, but a published meeting of another round lies in it."
    ),
    WhyNot.PLACE_FULL: _l(
        "When both could meet, every table they may use was taken. More tables would help."
    ),
    WhyNot.PLACE_TAKEN: _l("When both could meet, published meetings of another round have the tables."),
    WhyNot.PLACE_CLOSED: _l(
        "When both could meet, no place that they may use is open. Look at opening hours."
    ),
    WhyNot.LIMIT_REACHED: _l("Somebody has as many meetings as they, or the event, allow."),
    WhyNot.WALKING: _l("The way from or to what they do before or after would take too long."),
    WhyNot.OUTRANKED: _l(
        "Their common slots are taken by meetings that more people wanted, or wanted more; or there was room,"
        " but it would have cost more than it brings."
    ),
    WhyNot.RULE: _l("A rule of the round, such as a locked meeting, leaves no room for it."),
    WhyNot.TIME_LIMIT: _l("There would be room for it. A longer run may place it."),
}
HELD_AT = {
    HeldAt.ANYWHERE: _l("Such meetings are held at a stand of one of those who meet, or at a common table."),
    HeldAt.STAND: _l("Such meetings are held at a stand of one of those who meet."),
    HeldAt.TABLE: _l(
        "Such meetings are held at a common table of a pavilion where one of those who meet has a stand."
    ),
}


# Which reasons a participant is told. Of the others (outranked, a rule, a limit of somebody else) they hear the same
# as of a wish that was dropped because somebody would rather not meet: nobody can tell the one from the other.
OPEN_REASONS = {
    WhyNot.NO_COMMON_SLOT: _l("You have no time in common."),
    WhyNot.BOOKED_ELSEWHERE: _l("Other meetings lie in the times that you have in common."),
    WhyNot.PLACE_FULL: _l("Every table was taken at the times that suit you all."),
    WhyNot.PLACE_TAKEN: _l("Every table was taken at the times that suit you all."),
    WhyNot.PLACE_CLOSED: _l("No place is open at the times that suit you all."),
    WhyNot.WALKING: _l("There is not enough time to walk between two places."),
}


def unplaced_said(row: Unscheduled | None, reader: str, known: Known) -> list[str]:
    """Why a wish of a participant (their public id) found no place, for themselves."""
    reason = WhyNot(row.reason) if row is not None and row.reason in set(WhyNot) else None
    if row is None or reason not in OPEN_REASONS:
        own = [] if row is None else _own_limits(row, reader, known)
        return own or [str(_("It found no place in the schedule."))]
    return _first([str(OPEN_REASONS[reason]), *for_participant(row, reader, known)])


def _own_limits(row: Unscheduled, reader: str, known: Known) -> list[str]:
    if row.reason != WhyNot.LIMIT_REACHED:
        return []
    limits = (CauseKind.LIMIT, CauseKind.DAY_LIMIT, CauseKind.HALF_DAY_LIMIT)
    causes = [one for one in read_causes(row.causes) if one.person == reader and one.kind in limits]
    return _first(_to_reader(cause, known) for cause in causes)


def reason_short(reason: str) -> str:
    """A reason as a heading; one that this version does not know as it is stored."""
    return str(HEADINGS[WhyNot(reason)]) if reason in set(WhyNot) else reason


def reason_said(reason: str) -> str:
    """What a reason means, and what would help."""
    return str(MEANINGS[WhyNot(reason)]) if reason in set(WhyNot) else ""


def for_organiser(row: Unscheduled, known: Known) -> list[str]:
    """The facts behind an unplaced wish, with all names."""
    return _first(_to_organiser(cause, known) for cause in read_causes(row.causes))


def for_participant(row: Unscheduled, reader: str, known: Known) -> list[str]:
    """The facts for one participant (their public id): their own in full, of the others only that they can't."""
    causes = read_causes(row.causes)
    said = [_to_reader(cause, known) for cause in causes if cause.person == reader]
    others = list(
        dict.fromkeys(
            known.people[cause.person]
            for cause in causes
            if cause.kind in FACTS_OF_A_PERSON and cause.person != reader and cause.person in known.people
        )
    )
    if others:
        said.append(
            ngettext(
                "%(names)s can't make the times that are left.",
                "%(names)s can't make the times that are left.",
                len(others),
                names=_listed(others),
            )
        )
    said += [_of_places(cause) for cause in causes if cause.kind not in FACTS_OF_A_PERSON]
    return _first(said)


def _first(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(str(sentence) for sentence in sentences if sentence))[:SAID]


def _listed(names: Iterable[str]) -> str:
    return format_list(list(names), locale=get_locale() or "en")


def _time(cause: Cause) -> str:
    return when(*(datetime.fromtimestamp(each * 60, UTC) for each in (cause.start, cause.end)))


def _to_organiser(cause: Cause, known: Known) -> str:
    name = known.people.get(cause.person, "")
    if cause.kind not in FACTS_OF_A_PERSON:
        return _of_places_named(cause, known)
    if not name:
        return ""
    match cause.kind:
        case CauseKind.OTHER_ROUND | CauseKind.MEETING:
            return _meets(cause, known, name)
        case CauseKind.SESSION:
            title = known.sessions.get(cause.key, "")
            return _("%(name)s attends “%(title)s”, %(time)s.", name=name, title=title, time=_time(cause))
        case CauseKind.VISIT:
            title = known.sessions.get(cause.key, "")
            return _(
                "%(name)s is at “%(title)s” with the delegation, %(time)s.",
                name=name,
                title=title,
                time=_time(cause),
            )
        case CauseKind.BUSY:
            if cause.slots >= cause.number:
                return _("%(name)s has said no to every slot of the round.", name=name)
            return ngettext(
                "%(name)s has said no to %(num)d of the round's %(all)d slots.",
                "%(name)s has said no to %(num)d of the round's %(all)d slots.",
                cause.slots,
                name=name,
                all=cause.number,
            )
        case CauseKind.LIMIT | CauseKind.DAY_LIMIT if cause.key == ROUND:
            return _of_the_round(cause, name)
        case CauseKind.HALF_DAY_LIMIT | CauseKind.PAUSE:
            return _of_the_round(cause, name)
        case CauseKind.LIMIT:
            return ngettext(
                "%(name)s wants %(num)d meeting at most, and has it.",
                "%(name)s wants %(num)d meetings at most, and has them.",
                cause.number,
                name=name,
            )
        case CauseKind.DAY_LIMIT:
            return ngettext(
                "%(name)s wants %(num)d meeting a day at most, and has it.",
                "%(name)s wants %(num)d meetings a day at most, and has them.",
                cause.number,
                name=name,
            )
    return _walks(cause, known, name)


def _of_the_round(cause: Cause, name: str) -> str:
    """What a rule of the round closes to somebody."""
    what = {"name": name, "num": cause.number}
    match cause.kind:
        case CauseKind.LIMIT:
            return _("%(name)s has as many meetings as the round allows one person: %(num)d.", **what)
        case CauseKind.DAY_LIMIT:
            return _("The round allows %(name)s no more than %(num)d meetings a day.", **what)
        case CauseKind.HALF_DAY_LIMIT:
            return _("The round allows %(name)s no more than %(num)d meetings in half a day.", **what)
    return _("%(name)s pauses then, %(time)s: after %(num)d meetings in a row.", time=_time(cause), **what)


def _of_the_round_to_reader(cause: Cause) -> str:
    match cause.kind:
        case CauseKind.LIMIT:
            return _("You have as many meetings as the round allows one person: %(num)d.", num=cause.number)
        case CauseKind.DAY_LIMIT:
            return _("The round allows you no more than %(num)d meetings a day.", num=cause.number)
        case CauseKind.HALF_DAY_LIMIT:
            return _("The round allows you no more than %(num)d meetings in half a day.", num=cause.number)
    return _(
        "You pause then, %(time)s: after %(num)d meetings in a row.", time=_time(cause), num=cause.number
    )


def _meets(cause: Cause, known: Known, name: str) -> str:
    meeting = known.meetings.get(cause.key, MeetingInTheWay({}))
    others = _listed(meeting.without(cause.person))
    if cause.kind is CauseKind.MEETING:
        if not others:
            return _("%(name)s is in another meeting, %(time)s.", name=name, time=_time(cause))
        return _("%(name)s meets %(others)s, %(time)s.", name=name, others=others, time=_time(cause))
    if not others:
        return _("%(name)s is in another round's meeting, %(time)s.", name=name, time=_time(cause))
    return _(
        "%(name)s meets %(others)s, %(time)s (%(round)s).",
        name=name,
        others=others,
        time=_time(cause),
        round=meeting.round,
    )


def _walks(cause: Cause, known: Known, name: str) -> str:
    title = known.sessions.get(cause.key)
    if title is not None:
        return _(
            "%(name)s does not have enough time to walk from or to “%(title)s”, %(time)s.",
            name=name,
            title=title,
            time=_time(cause),
        )
    others = _listed(known.meetings.get(cause.key, MeetingInTheWay({})).without(cause.person))
    if not others:
        return _(
            "%(name)s does not have enough time to walk from or to another meeting, %(time)s.",
            name=name,
            time=_time(cause),
        )
    return _(
        "%(name)s does not have enough time to walk from or to the meeting with %(others)s, %(time)s.",
        name=name,
        others=others,
        time=_time(cause),
    )


def _of_places_named(cause: Cause, known: Known) -> str:
    place = known.places.get(cause.place, "")
    if cause.kind is CauseKind.PLACE_TAKEN and place:
        meeting = known.meetings.get(cause.key, MeetingInTheWay({}))
        if meeting.people:
            return _(
                "A table of %(place)s is taken, %(time)s: %(people)s (%(round)s).",
                place=place,
                time=_time(cause),
                people=_listed(meeting.people.values()),
                round=meeting.round,
            )
        return _("A table of %(place)s is taken by another round, %(time)s.", place=place, time=_time(cause))
    if cause.kind is CauseKind.PLACE_CLOSED and place:
        return ngettext(
            "%(place)s is closed in %(num)d slot in which they could meet.",
            "%(place)s is closed in %(num)d slots in which they could meet.",
            cause.slots,
            place=place,
        )
    return _of_places(cause)


def _of_places(cause: Cause) -> str:
    """A fact about times and places without names: who has the table is nobody's business but the organiser's."""
    if cause.kind is CauseKind.BEGUN:
        return str(
            ngettext(
                "%(num)d slot of the round has begun already.",
                "%(num)d slots of the round have begun already.",
                cause.slots,
            )
        )
    if cause.kind is CauseKind.LENGTH:
        return _length(cause)
    if cause.kind is CauseKind.HELD_AT:
        return str(HELD_AT[HeldAt(cause.key)]) if cause.key in set(HeldAt) else ""
    if cause.kind is CauseKind.PLACE_CLOSED:
        return str(_("No place is open at the times that suit you all."))
    if cause.kind is CauseKind.PLACE_TAKEN:
        return str(_("The tables are taken at the times that suit you all."))
    return str(
        ngettext(
            "Every table is taken in the %(num)d slot that suits both sides.",
            "Every table is taken in the %(num)d slots that suit both sides.",
            cause.slots,
        )
    )


def _length(cause: Cause) -> str:
    if not cause.slots:
        return _(
            "Such meetings last %(minutes)d minutes, and no time of the round is as long.",
            minutes=cause.number,
        )
    return ngettext(
        "Such meetings last %(minutes)d minutes: %(num)d time of the round is as long.",
        "Such meetings last %(minutes)d minutes: %(num)d times of the round are as long.",
        cause.slots,
        minutes=cause.number,
    )


def _to_reader(cause: Cause, known: Known) -> str:
    """One's own fact, said to oneself."""
    others = _listed(known.meetings.get(cause.key, MeetingInTheWay({})).without(cause.person))
    title = known.sessions.get(cause.key, "")
    match cause.kind:
        case CauseKind.OTHER_ROUND | CauseKind.MEETING if others:
            return _("You meet %(others)s, %(time)s.", others=others, time=_time(cause))
        case CauseKind.OTHER_ROUND | CauseKind.MEETING:
            return _("You are in another meeting, %(time)s.", time=_time(cause))
        case CauseKind.SESSION | CauseKind.VISIT:
            return _("You are at “%(title)s”, %(time)s.", title=title, time=_time(cause))
        case CauseKind.BUSY if cause.slots >= cause.number:
            return _("You have said no to every slot of the round.")
        case CauseKind.BUSY:
            return ngettext(
                "You have said no to %(num)d of the round's %(all)d slots.",
                "You have said no to %(num)d of the round's %(all)d slots.",
                cause.slots,
                all=cause.number,
            )
        case CauseKind.LIMIT | CauseKind.DAY_LIMIT if cause.key == ROUND:
            return _of_the_round_to_reader(cause)
        case CauseKind.HALF_DAY_LIMIT | CauseKind.PAUSE:
            return _of_the_round_to_reader(cause)
        case CauseKind.LIMIT:
            return ngettext(
                "You wanted %(num)d meeting at most, and have it.",
                "You wanted %(num)d meetings at most, and have them.",
                cause.number,
            )
        case CauseKind.DAY_LIMIT:
            return ngettext(
                "You wanted %(num)d meeting a day at most, and have it.",
                "You wanted %(num)d meetings a day at most, and have them.",
                cause.number,
            )
    what = f"“{title}”" if title else others
    if not what:
        return _(
            "The walk from or to another meeting of yours, %(time)s, would take too long.", time=_time(cause)
        )
    return _("The walk from or to %(what)s, %(time)s, would take too long.", what=what, time=_time(cause))
