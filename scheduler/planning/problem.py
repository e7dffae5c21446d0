"""A round as a solver problem, and the way back from the problem's ids to rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scheduler.domain.enums import HeldAt
from scheduler.domain.limits import Span
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.planning.base import HeldRow
from scheduler.planning.half_days import HalfDays
from scheduler.planning.held import HeldMeetings
from scheduler.planning.material import (
    Material,
    OtherMeeting,
    read_material,
)
from scheduler.planning.participants import half_day_limits, participants_of, pauses_of
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.values import DEFAULT_WEIGHTS, WishValues
from scheduler.planning.venue import TableGroup, Venue
from scheduler.planning.wishes import Person, Wish, WishCollector, group_wishes
from solver import (
    Assignment,
    Meeting,
    OptionalAttendee,
    Pavilion,
    Problem,
    Published,
    Slot,
    Walk,
    Weights,
)


@dataclass(frozen=True, slots=True)
class RoundProblem:
    """A problem and what its ids stand for: rows' ids of slots and participants, wishes by meeting id."""

    problem: Problem
    event_id: int
    round_id: int
    wishes: Mapping[str, Wish]
    slots: Mapping[str, int]
    spots: Mapping[str, TableGroup]
    people: Mapping[str, Person]
    tables: Mapping[str, tuple[int, int]]
    """By wish: the place's row and the table where the plan has it that the run begins from."""
    start: tuple[Assignment, ...]
    """The meetings of that plan, as far as their slots and places exist and nobody has left."""
    material: Material
    """The rows it was made of: what stands in the way of a meeting is looked up there."""
    pauses: Mapping[int, tuple[Span, ...]]
    """By person's row: times that are kept free, so that they pause after so many meetings in a row."""
    half_days: HalfDays
    """The problem as the solver gets it, with limits per half-day."""

    def side_of(self, wish: str, person: int) -> int:
        """Which side of a wish somebody stands on, by row; -1: they are optional."""
        sides = self.wishes[wish].sides
        return next((number for number, side in enumerate(sides) if person in side), -1)


def round_problem(
    session: Session,
    round_id: int,
    weights: Mapping[str, int] | None = None,
    values: WishValues | None = None,
    base_plan: str = "",
) -> RoundProblem:
    """The problem of a round with a run's weights, begun from a plan of it (default: what people have).

    Raises NotFound, Conflict when that plan is gone, and CannotPlan with the reason.
    """
    material = read_material(session, round_id, base_plan)
    return build(material, weights or DEFAULT_WEIGHTS, values or WishValues())


def build(material: Material, weights: Mapping[str, int], values: WishValues) -> RoundProblem:
    """The problem that some rows make."""
    wishes = WishCollector(
        material.people, material.opinions, material.cells, material.round.request_mode, values
    ).collect(material.requests)
    wishes += group_wishes(material.groups, material.people, material.opinions, values)
    held = _held(material)
    gone = material.base.called_off.keys() | held.rows.keys()
    wishes = (*(wish for wish in wishes if wish.key not in gone), *held.wishes())
    _check_anything(material, wishes)
    venue = Venue(material.places, material.slots, (*material.elsewhere, *_still_held(material)))
    venue.add_held(held, {slot.id: slot.public_id for slot in material.slots})
    involved = {person for wish in wishes for side in (*wish.sides, wish.optional) for person in side}
    everybody = {**material.people, **material.left}
    people = [person for person in everybody.values() if person.id in involved]
    breathers = pauses_of(material, people, wishes)
    problem = Problem(
        name=f"{material.event.slug}/{material.round.name}",
        timezone=material.event.timezone,
        slots=tuple(Slot(slot.public_id, slot.start, slot.end) for slot in material.slots),
        pavilions=(
            *(Pavilion(public_id, name) for public_id, name in material.pavilions),
            *held.pavilions(),
        ),
        walking=tuple(Walk(origin, target, minutes) for origin, target, minutes in material.walking),
        places=tuple(venue.places),
        participants=participants_of(material, people, held, breathers),
        meetings=_meetings(material, everybody, wishes, venue),
        weights=_weights(weights),
    )
    tables = {row.wish: (row.place_id, row.table) for row in material.base.published}
    tables |= {row.wish: (row.place_id, row.table) for row in material.base.start}
    return RoundProblem(
        problem=problem,
        event_id=material.event.id,
        round_id=material.round.id,
        wishes={wish.key: wish for wish in wishes},
        slots={slot.public_id: slot.id for slot in material.slots},
        spots=venue.spots,
        people={person.public_id: person for person in people},
        tables=tables,
        start=_start(material, everybody, wishes, venue),
        material=material,
        pauses=breathers,
        half_days=half_day_limits(material, people, problem),
    )


def _check_anything(material: Material, wishes: Sequence[Wish]) -> None:
    if not material.round.blocks:
        raise CannotPlan(RunOutcome(RunEnd.NO_BLOCK))
    if not any(slot.start > material.now for slot in material.slots):
        raise CannotPlan(RunOutcome(RunEnd.NO_TIME_LEFT))
    if not material.people:
        raise CannotPlan(RunOutcome(RunEnd.NO_PEOPLE))
    if not wishes:
        raise CannotPlan(RunOutcome(RunEnd.NO_WISHES))


def _weights(weights: Mapping[str, int]) -> Weights:
    unknown = weights.keys() - DEFAULT_WEIGHTS.keys()
    if unknown:
        raise CannotPlan(RunOutcome(RunEnd.UNKNOWN_WEIGHT, {"name": min(unknown)}))
    full = DEFAULT_WEIGHTS | dict(weights)
    return Weights(
        value=full["value"],
        breaks=full["break"],
        walking=full["walking"],
        guarantee=full["guarantee"],
        moved=full["moved"],
        dropped=full["dropped"],
    )


def _held(material: Material) -> HeldMeetings:
    return HeldMeetings(
        material.base.held,
        {slot.id: (slot.start, slot.end) for slot in material.slots},
        material.walking,
        material.event.zone,
    )


def _still_held(material: Material) -> Iterable[OtherMeeting]:
    """Held meetings that still go on: their table is taken in later slots that overlap them."""
    slots = {slot.id: slot for slot in material.slots}
    for row in material.base.held:
        slot = slots[row.slot_id]
        if slot.end > material.now:
            yield OtherMeeting(slot.start, slot.end, row.pavilion, row.place_id, row.table, "", row.attendees)


def _meetings(
    material: Material, people: Mapping[int, Person], wishes: Iterable[Wish], venue: Venue
) -> tuple[Meeting, ...]:
    published = {held.wish: held for held in material.base.published}
    keep = material.base.locked()
    slots = {slot.id: slot.public_id for slot in material.slots}
    allowed: dict[tuple[HeldAt | None, tuple[int, ...]], tuple[str, ...] | None] = {}
    lengths = _slots_by_length(material, wishes)
    result: list[Meeting] = []
    for wish in wishes:
        organisations = tuple(dict.fromkeys(people[side[0]].organisation_id for side in wish.sides))
        rule = (wish.held_at, organisations)
        if rule not in allowed:
            allowed[rule] = venue.allowed(organisations, wish.held_at)
        places, times = allowed[rule], lengths[wish.slot_minutes]
        sides = tuple(tuple(people[person].public_id for person in side) for side in wish.sides)
        held = keep.get(wish.key) or published.get(wish.key)
        extras = tuple(people[person].public_id for person in wish.optional)
        stands = _stands_at(held, sides, extras, slots, venue, people) if held is not None else None
        locked = stands is not None and wish.key in keep
        if locked and stands is not None and places is not None and stands.place not in places:
            places = (*places, stands.place)
        if locked and stands is not None and times is not None and stands.slot not in times:
            times = (*times, stands.slot)
        result.append(
            Meeting(
                id=wish.key,
                sides=sides,
                optional=tuple(OptionalAttendee(person, wish.optional_value) for person in extras),
                value=wish.value,
                slots=times,
                places=places,
                published=stands,
                locked=locked,
            )
        )
    return tuple(result)


def _slots_by_length(
    material: Material, wishes: Iterable[Wish]
) -> Mapping[int | None, tuple[str, ...] | None]:
    """The slots of each length that a wish asks for; none: of any. Equal answers share one tuple."""
    asked = {wish.slot_minutes for wish in wishes if wish.slot_minutes is not None}
    return {
        None: None,
        **{
            minutes: tuple(slot.public_id for slot in material.slots if slot.end - slot.start == minutes)
            for minutes in asked
        },
    }


def _start(
    material: Material, people: Mapping[int, Person], wishes: Iterable[Wish], venue: Venue
) -> tuple[Assignment, ...]:
    slots = {slot.id: slot.public_id for slot in material.slots}
    rows = {held.wish: held for held in material.base.start} | material.base.locked()
    found = []
    for wish in wishes:
        if (held := rows.get(wish.key)) is None:
            continue
        sides = tuple(tuple(people[person].public_id for person in side) for side in wish.sides)
        extras = tuple(people[person].public_id for person in wish.optional)
        stands = _stands_at(held, sides, extras, slots, venue, people)
        if stands is not None and stands.attendees is not None:
            found.append(Assignment(wish.key, stands.slot, stands.place, stands.attendees))
    return tuple(found)


def _stands_at(
    held: HeldRow,
    sides: Sequence[Sequence[str]],
    extras: Collection[str],
    slots: Mapping[int, str],
    venue: Venue,
    people: Mapping[int, Person],
) -> Published | None:
    """Where a plan has a meeting; None when its slot or table no longer exists in the round."""
    slot, place = slots.get(held.slot_id), venue.place_where(held)
    if slot is None or place is None:
        return None
    attendees = tuple(people[person].public_id for person in held.attendees if person in people)
    needed = set(attendees) - set(extras)
    fits = len(needed) == len(sides) and all(len(set(side) & needed) == 1 for side in sides)
    return Published(slot, place, attendees if fits else None)
