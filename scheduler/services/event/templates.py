"""Templates of events: participant types, who may ask whom, meeting blocks of a day, and a round with its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from babel.dates import format_date
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from scheduler.domain.agenda import instant
from scheduler.domain.enums import CellPriority, RequestMode
from scheduler.domain.matrix import Cell
from scheduler.domain.round_rules import TypeRules
from scheduler.models import Event, User
from scheduler.services.rounds.matrix import set_cells
from scheduler.services.rounds.rounds import RoundEntry, save_round
from scheduler.services.venue.slots import BlockEntry, add_block

CLOSES_DAYS_BEFORE = 2
"""A template's round closes so many days before the event, in the evening: time to plan and to publish."""
_LAST_HOUR = 18 * 60
_LEAST_OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DayPart:
    """A block of each day: wall-clock times, minutes of a meeting and of the pause after it."""

    name: LazyString
    starts: time
    ends: time
    slot_minutes: int
    pause_minutes: int = 0


@dataclass(frozen=True, slots=True)
class EventTemplate:
    """What an event starts with. `types` by code; `matrix` by asking and asked code, the name of the meeting.

    `cells` are rules of cells of the matrix; `limits` and `by_type` those of the round (`domain/round_rules.py`).
    """

    name: LazyString
    sentence: LazyString
    types: Mapping[str, LazyString]
    matrix: Mapping[tuple[str, str], str]
    parts: Sequence[DayPart] = ()
    mode: RequestMode = RequestMode.OPT_IN
    request_cap: int = 30
    guarantee: int = 0
    answer_days: int = 0
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    by_type: Mapping[str, TypeRules] = field(default_factory=dict)


def _parts(minutes: int, pause: int = 0) -> tuple[DayPart, ...]:
    return (
        DayPart(_l("morning"), time(9, 30), time(12, 30), minutes, pause),
        DayPart(_l("afternoon"), time(14, 0), time(17, 0), minutes, pause),
    )


def _both_ways(one: str, other: str, kind: str) -> dict[tuple[str, str], str]:
    return {(one, other): kind, (other, one): kind}


TEMPLATES: Mapping[str, EventTemplate] = {
    "brokerage": EventTemplate(
        _l("Brokerage event"),
        _l(
            "Companies, research and clusters ask one another, meetings of 20 minutes, a request wants a yes within"
            " five days."
        ),
        {
            "company": _l("Company"),
            "research": _l("Research"),
            "cluster": _l("Cluster"),
            "agency": _l("Public agency"),
        },
        {
            ("company", "company"): "B2B",
            **_both_ways("company", "research", "Research and business"),
            **_both_ways("company", "cluster", "C2B"),
            ("cluster", "cluster"): "C2C",
            ("research", "research"): "Research",
            ("agency", "company"): "Agency and business",
            ("agency", "cluster"): "Cluster and agency",
        },
        _parts(20),
        request_cap=20,
        answer_days=5,
    ),
    "hosted-buyers": EventTemplate(
        _l("Hosted-buyer programme"),
        _l(
            "Buyers and suppliers ask each other, meetings of 15 minutes. Each buyer is owed six of them, and pauses"
            " after five in a row; what buyers ask for comes first, and a supplier asks ten at most."
        ),
        {"buyer": _l("Buyer"), "supplier": _l("Supplier")},
        _both_ways("buyer", "supplier", "Buyer and supplier"),
        _parts(15, 5),
        request_cap=30,
        cells={
            ("buyer", "supplier"): Cell("Buyer and supplier", priority=CellPriority.PREFERRED),
            ("supplier", "buyer"): Cell("Buyer and supplier", request_cap=10),
        },
        by_type={"buyer": TypeRules(guarantee=6, pause_after=5)},
    ),
    "speed-networking": EventTemplate(
        _l("Speed networking"),
        _l("Everybody may meet everybody for ten minutes; a request counts unless somebody declines."),
        {"participant": _l("Participant")},
        {("participant", "participant"): "Speed networking"},
        (DayPart(_l("speed networking"), time(10, 0), time(12, 30), 10, 5),),
        mode=RequestMode.OPT_OUT,
        request_cap=40,
        guarantee=4,
    ),
    "trade-mission": EventTemplate(
        _l("Trade mission"),
        _l("Visiting companies meet local ones for half an hour, with ways between; agencies meet both."),
        {
            "visitor": _l("Visiting company"),
            "local": _l("Local company"),
            "agency": _l("Public agency"),
        },
        {
            **_both_ways("visitor", "local", "B2B"),
            **_both_ways("agency", "visitor", "Agency and business"),
            **_both_ways("agency", "local", "Agency and business"),
        },
        _parts(30, 15),
        request_cap=15,
        guarantee=4,
    ),
    "cluster-mission": EventTemplate(
        _l("Cluster mission"),
        _l("Clusters meet clusters (C2C) and companies (C2B) for half an hour; companies meet each other."),
        {"cluster": _l("Cluster"), "company": _l("Company"), "agency": _l("Public agency")},
        {
            ("cluster", "cluster"): "C2C",
            **_both_ways("cluster", "company", "C2B"),
            ("company", "company"): "B2B",
            ("agency", "cluster"): "Cluster and agency",
        },
        _parts(30),
        request_cap=20,
        guarantee=3,
    ),
    "pitch-day": EventTemplate(
        _l("Investor pitch day"),
        _l(
            "Investors and start-ups ask each other, fifteen minutes after the pitches; start-ups are owed three."
        ),
        {"startup": _l("Start-up"), "investor": _l("Investor"), "corporate": _l("Corporate")},
        {
            **_both_ways("startup", "investor", "Investor and start-up"),
            **_both_ways("startup", "corporate", "Corporate and start-up"),
            ("investor", "investor"): "Investors",
        },
        (DayPart(_l("afternoon"), time(14, 0), time(17, 30), 15, 0),),
        request_cap=15,
        cells={("investor", "startup"): Cell("Investor and start-up", priority=CellPriority.PREFERRED)},
        by_type={"startup": TypeRules(guarantee=3)},
    ),
    "city-supplier": EventTemplate(
        _l("City and supplier"),
        _l(
            "Cities ask suppliers and other cities, meetings of 20 minutes; suppliers answer, and ask each other."
        ),
        {"city": _l("City"), "supplier": _l("Supplier"), "research": _l("Research")},
        {
            ("city", "supplier"): "City-supplier",
            ("city", "city"): "City to city",
            ("city", "research"): "City and research",
            ("supplier", "supplier"): "B2B",
            **_both_ways("supplier", "research", "Research and business"),
        },
        _parts(20),
        request_cap=20,
        guarantee=2,
    ),
}


def fill_from_template(session: Session, event: Event, code: str, actor: User) -> None:
    """Give a new event the blocks, the rules and the round of a template; its types and matrix it has already.

    The round opens at once and closes two evenings before the event; there is none when that is past.
    """
    template = TEMPLATES[code]
    for pair, cell in template.cells.items():
        set_cells(session, event, [pair], cell, actor)
    locale = get_locale()
    blocks = [
        add_block(
            session,
            event,
            BlockEntry(
                f"{format_date(day.date, 'EEEE', locale=locale)}, {part.name}"
                if len({other.date.weekday() for other in event.days}) == len(event.days)
                else f"{format_date(day.date, 'd MMM', locale=locale)}, {part.name}",
                day.date,
                part.starts,
                part.ends,
                part.slot_minutes,
                part.pause_minutes,
            ),
            actor,
        )
        for day in event.days
        for part in template.parts
    ]
    closes = _closing_time(event)
    if not blocks or closes is None:
        return
    entry = RoundEntry(
        name=_("Matchmaking"),
        opens_at=event.now(),
        closes_at=closes,
        request_mode=template.mode,
        request_cap=template.request_cap,
        guarantee=template.guarantee,
        blocks=[block.public_id for block in blocks],
        answer_days=template.answer_days,
        limits=template.limits,
        by_type=template.by_type,
    )
    save_round(session, event, None, entry, actor)


def _closing_time(event: Event) -> datetime | None:
    first = min(day.date for day in event.days)
    for days in range(CLOSES_DAYS_BEFORE, -1, -1):
        closes = instant(first - timedelta(days=days), _LAST_HOUR if days else 0, event.zone)
        if closes > event.now() + _LEAST_OPEN:
            return closes
    return None
