"""What speaks against a time and place for a meeting, in words for the organiser."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from scheduler.domain.alternatives import Fact, Rule
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.services.meetings.refused_choices import ChoiceRefused, NeedsConsent


def fact_said(fact: Fact, place: str, zone: ZoneInfo) -> str:
    """One fact as a sentence; `place` is the one chosen, with its pavilion."""
    return str(_said(fact, place, zone))


def choice_refusal_said(error: ChoiceRefused) -> str:
    """Why a choice was refused: the facts that speak against it."""
    sentences = [fact_said(fact, error.place, error.zone) for fact in error.facts]
    if not isinstance(error, NeedsConsent):
        sentences.append(_("Nothing was changed."))
    return " ".join(sentences)


def _said(fact: Fact, place: str, zone: ZoneInfo) -> object:
    name = fact.person
    match fact.rule:
        case Rule.HELD:
            return _("The meeting has begun: it stays as it is.")
        case Rule.BEGUN:
            return _("This time has begun. Choose a later one.")
        case Rule.TAKEN_OUT:
            return _("This time or place has been taken out. Choose another one.")
        case Rule.OTHER_ROUND:
            return _("This time does not belong to the round.")
        case Rule.LEFT:
            return _("%(name)s has left the event by then.", name=name)
        case Rule.TAKEN | Rule.BUSY if fact.by is not None:
            return _taken(fact, fact.by, zone)
        case Rule.TABLE_TAKEN:
            return _table_taken(fact, place, zone)
        case Rule.OTHERS_STAND:
            return _(
                "%(place)s is the stand of %(name)s, who is not at this meeting.", place=place, name=name
            )
        case Rule.WALK | Rule.WALK_UNKNOWN if fact.by is not None:
            return _walk(fact, fact.by, place, zone)
        case Rule.CLOSED:
            return _("%(place)s is not open then.", place=place)
        case Rule.OWN_STAND:
            return _("%(name)s has a stand: runs hold its meetings there.", name=name)
        case Rule.LENGTH:
            return _("Such meetings last %(minutes)d minutes; this time is not as long.", minutes=fact.limit)
        case Rule.STAND_ONLY:
            return _("Such meetings are held at a stand of one of those who meet.")
        case Rule.TABLE_ONLY:
            return _(
                "Such meetings are held at a common table, in a pavilion where one of those who meet has a stand."
            )
        case Rule.PER_DAY:
            return _(
                "%(name)s would have %(n)d meetings that day, above their limit of %(limit)d.",
                name=name,
                n=fact.there,
                limit=fact.limit,
            )
        case Rule.PER_HALF_DAY:
            return _(
                "%(name)s would have %(n)d meetings in that half of the day; the round allows %(limit)d.",
                name=name,
                n=fact.there,
                limit=fact.limit,
            )
        case Rule.IN_A_ROW:
            return _(
                "%(name)s would have %(n)d meetings in a row; the round asks for a pause of %(minutes)d minutes after"
                " %(limit)d.",
                name=name,
                n=fact.there,
                minutes=fact.needed,
                limit=fact.limit,
            )
        case Rule.IN_ALL:
            return _(
                "%(name)s would have %(n)d meetings at the event, above their limit of %(limit)d.",
                name=name,
                n=fact.there,
                limit=fact.limit,
            )
    raise ValueError(f"no words for {fact}")


def _taken(fact: Fact, by: Engagement, zone: ZoneInfo) -> object:
    name = fact.person
    match by.kind:
        case EngagementKind.MEETING:
            return _(
                "%(name)s already has a meeting at that time: with %(others)s, %(time)s.",
                name=name,
                others=_names(by.partners),
                time=_time(by, zone),
            )
        case EngagementKind.SESSION | EngagementKind.VISIT:
            return _(
                "%(name)s is at “%(title)s” at that time: %(time)s.",
                name=name,
                title=by.title,
                time=_time(by, zone),
            )
        case EngagementKind.CALENDAR:
            return _("%(name)s is busy then, by their own calendar.", name=name)
        case EngagementKind.LIMIT:
            return _("%(name)s does not meet at this time of day.", name=name)
    return _("%(name)s has said that they can't meet then.", name=name)


def _table_taken(fact: Fact, place: str, zone: ZoneInfo) -> object:
    if fact.needed:
        place = f"{place} {fact.needed}"
    if fact.by is None:
        if fact.limit > 1:
            return _("Every table of %(place)s is taken at that time.", place=place)
        return _("%(place)s is taken at that time.", place=place)
    what = {"place": place, "names": _names(fact.by.partners), "time": _time(fact.by, zone)}
    if fact.limit > 1:
        return _(
            "Every table of %(place)s is taken at that time; at one of them %(names)s meet, %(time)s.", **what
        )
    return _("%(place)s is taken at that time: %(names)s meet there, %(time)s.", **what)


def _walk(fact: Fact, by: Engagement, place: str, zone: ZoneInfo) -> object:
    what = {
        "name": fact.person,
        "what": _("“%(title)s”", title=by.title) if by.title else _names(by.partners),
        "there": by.pavilion,
        "place": place,
        "time": _time(by, zone),
        "have": ngettext("%(num)d minute", "%(num)d minutes", fact.there),
    }
    if fact.rule is Rule.WALK_UNKNOWN:
        return _(
            "Nobody has said how long the walk between %(there)s (%(what)s, %(time)s) and %(place)s takes;"
            " %(name)s has %(have)s for it.",
            **what,
        )
    return _(
        "%(name)s has %(have)s for the walk between %(there)s (%(what)s, %(time)s) and %(place)s, and needs"
        " %(needed)d.",
        needed=fact.needed,
        **what,
    )


def _names(names: Iterable[str]) -> str:
    return str(format_list(list(names), locale=get_locale() or "en"))


def _time(by: Engagement, zone: ZoneInfo) -> str:
    start, end = by.time.start.astimezone(zone), by.time.end.astimezone(zone)
    return f"{start:%H:%M}–{end:%H:%M}"
