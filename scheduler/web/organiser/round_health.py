"""Health of a round: who owes an answer, where more is wanted than there is room for, who gets nobody; what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask import render_template
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from scheduler.extensions import db
from scheduler.models import MatchmakingRound, MeetingBlock, Participant, Pavilion, Slot
from scheduler.planning.health import RoundHealth, round_health
from scheduler.planning.problem import round_problem
from scheduler.planning.refusal import CannotPlan
from scheduler.queries.event.overview import round_standings, silent_ids, waiting_people
from scheduler.web import access
from scheduler.web.access import this_event
from scheduler.web.filters import day as day_text
from scheduler.web.labels.run_outcomes import outcome_said
from scheduler.web.organiser.blueprint import blueprint
from scheduler.web.organiser.named import round_named
from scheduler.web.organiser.permissions import is_full
from scheduler.web.organiser.replies import organise

NAMED = 6
CLOSE = 0.85
"""From this share of its room on a pavilion is called nearly full."""


@dataclass(frozen=True, slots=True)
class RoomCell:
    """A pavilion in a slot: meetings wanted and room; `level` is "over", "close", "some" or "none"."""

    wanted: float
    room: int
    level: str


@dataclass(frozen=True, slots=True)
class RoomRow:
    """The cells of a hall, in order of time."""

    name: str
    address: str
    cells: tuple[RoomCell, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about something, and where."""

    text: str
    action: str
    address: str


@blueprint.get("/rounds/<round_id>/health")
@access.organiser
def rounds_health(event_slug: str, round_id: str) -> str:
    event = this_event()
    found = round_named(round_id)
    reason, health = "", None
    try:
        health = round_health(round_problem(db.session, found.id))
    except CannotPlan as refusal:
        reason = outcome_said(refusal.outcome)
    slots = _slots(health) if health is not None else []
    pavilions = {row.public_id: row for row in _pavilions()}
    advice = list(_owing(found))
    if health is not None:
        advice += [*_crowded(health, slots, pavilions), *_people(health, found)]
    return render_template(
        "organiser/round_health.html",
        round=found,
        standing=round_standings(db.session, event.id, found.id)[0],
        reason=reason,
        health=health,
        days=_days(slots),
        slots=slots,
        rows=[] if health is None else _rows(health, pavilions),
        advice=advice,
        may_change=is_full(),
    )


def _pavilions() -> Sequence[Pavilion]:
    return db.session.scalars(select(Pavilion).where(Pavilion.event_id == this_event().id)).all()


def _slots(health: RoundHealth) -> list[tuple[Slot, str]]:
    """The slots of the columns with the names of their blocks, in order of the columns."""
    rows = db.session.execute(
        select(Slot, MeetingBlock.name)
        .join(MeetingBlock, MeetingBlock.id == Slot.block_id)
        .where(Slot.event_id == this_event().id, Slot.public_id.in_(health.slots))
    ).all()
    known = {slot.public_id: (slot, name) for slot, name in rows}
    return [known[public_id] for public_id in health.slots]


def _days(slots: Sequence[tuple[Slot, str]]) -> list[tuple[str, int]]:
    """The days of the columns with how many columns each has."""
    counts: dict[str, int] = {}
    for slot, _name in slots:
        counts[day_text(slot.day)] = counts.get(day_text(slot.day), 0) + 1
    return list(counts.items())


def _rows(health: RoundHealth, pavilions: Mapping[str, Pavilion]) -> list[RoomRow]:
    found = []
    for row, hall in enumerate(health.halls):
        pavilion = pavilions.get(hall.pavilion)
        if pavilion is None or not health.room[row].any():
            continue
        found.append(
            RoomRow(
                _("%(pavilion)s, stands", pavilion=pavilion.name) if hall.stands else pavilion.name,
                organise("venue_pavilion", pavilion_id=hall.pavilion),
                tuple(
                    _cell(float(wanted), int(room))
                    for wanted, room in zip(health.demand[row], health.room[row], strict=True)
                ),
            )
        )
    return found


def _cell(wanted: float, room: int) -> RoomCell:
    if wanted > room + 1e-9:
        level = "over"
    elif room and wanted >= CLOSE * room:
        level = "close"
    else:
        level = "some" if wanted >= 0.05 else "none"
    return RoomCell(round(wanted, 1), room, level)


def _owing(found: MatchmakingRound) -> Iterator[Advice]:
    waiting = waiting_people(db.session, found.id)
    if waiting:
        yield Advice(
            ngettext("One person owes an answer.", "%(num)d people owe an answer.", waiting),
            _("See who, and remind them"),
            organise("people", need="unanswered", round=found.public_id),
        )


def _crowded(
    health: RoundHealth, slots: Sequence[tuple[Slot, str]], pavilions: Mapping[str, Pavilion]
) -> Iterator[Advice]:
    """Halls that lack room in a block, the worst first."""
    if not health.room.any():
        yield Advice(
            _("No table is open in any meeting time of this round."), _("Add tables"), organise("venue")
        )
        return
    blocks: dict[str, list[int]] = {}
    for column, (_slot, name) in enumerate(slots):
        blocks.setdefault(name, []).append(column)
    lacking = [
        (int(more), health.halls[row], name)
        for name, columns in blocks.items()
        for row, more in enumerate(health.missing(columns))
        if more >= 1 and health.halls[row].pavilion in pavilions
    ]
    for more, hall, name in sorted(lacking, key=lambda one: -one[0])[:NAMED]:
        yield Advice(
            _lack_said(more, pavilions[hall.pavilion].name, name, stands=hall.stands),
            _("Look at the stands") if hall.stands else _("Add tables"),
            organise("venue_pavilion", pavilion_id=hall.pavilion),
        )


def _lack_said(more: int, pavilion: str, block: str, *, stands: bool) -> str:
    if stands:
        return ngettext(
            "The stands of %(pavilion)s need room for one more meeting at once in “%(block)s”.",
            "The stands of %(pavilion)s need room for %(num)d more meetings at once in “%(block)s”.",
            more,
            pavilion=pavilion,
            block=block,
        )
    return ngettext(
        "%(pavilion)s needs one more table in “%(block)s”.",
        "%(pavilion)s needs %(num)d more tables in “%(block)s”.",
        more,
        pavilion=pavilion,
        block=block,
    )


def _people(health: RoundHealth, found: MatchmakingRound) -> Iterator[Advice]:
    if health.sought:
        yield Advice(
            ngettext(
                "One person is wanted in more meetings than their free times and limits allow: %(names)s.",
                "%(num)d people are wanted in more meetings than their free times and limits allow,"
                " first of all %(names)s.",
                len(health.sought),
                names=_listed([one.person for one in health.sought]),
            ),
            _("Add a meeting block, or let colleagues take some"),
            organise("programme_blocks"),
        )
    yield from _alone(health, found)
    if health.timeless:
        yield Advice(
            ngettext(
                "One wish has no time at which both sides are free.",
                "%(num)d wishes have no time at which both sides are free.",
                health.timeless,
            ),
            _("Look at the meeting blocks"),
            organise("programme_blocks"),
        )
    if health.placeless and health.room.any():
        yield Advice(
            ngettext(
                "One wish finds no open table or stand whenever both sides are free.",
                "%(num)d wishes find no open table or stand whenever both sides are free.",
                health.placeless,
            ),
            _("Look at the opening times"),
            organise("venue"),
        )


def _alone(health: RoundHealth, found: MatchmakingRound) -> Iterator[Advice]:
    """People with nobody: who has asked nobody and was asked by nobody, and whose requests came to nothing."""
    silent = set(silent_ids(db.session, found)) & set(health.alone)
    if silent:
        yield Advice(
            ngettext(
                "One person has neither asked nor been asked, and will meet nobody.",
                "%(num)d people have neither asked nor been asked, and will meet nobody.",
                len(silent),
            ),
            _("See who"),
            organise("people", need="no-requests", round=found.public_id),
        )
    if others := [person for person in health.alone if person not in silent]:
        yield Advice(
            ngettext(
                "One person has requests, but none that counts so far: %(names)s.",
                "%(num)d people have requests, but none that counts so far, among them %(names)s.",
                len(others),
                names=_listed(others),
            ),
            _("Search for them"),
            organise("people"),
        )


def _listed(public_ids: Sequence[str]) -> str:
    return format_list(_names(public_ids[:NAMED]), locale=get_locale() or "en")


def _names(public_ids: Sequence[str]) -> list[str]:
    rows = db.session.execute(
        select(Participant.public_id, Participant.name).where(Participant.public_id.in_(public_ids))
    ).all()
    names = dict(rows)
    return [names[public_id] for public_id in public_ids if public_id in names]
