"""Small random problems with every feature of the contract, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from solver.problem import (
    Commitment,
    Meeting,
    OptionalAttendee,
    Participant,
    Pavilion,
    Place,
    Problem,
    Published,
    Rules,
    Slot,
    Walk,
    Weights,
)

MORNING = 28_322_400
"""A UTC minute: 2023-11-07 08:00, a working day in any of the zones used."""
DAY = 24 * 60

Draw = Any


def _subset(draw: Draw, names: list[str], often_all: bool = True) -> tuple[str, ...] | None:
    if draw(st.booleans()) and often_all:
        return None
    return tuple(name for name in names if draw(st.integers(0, 3)))


@st.composite
def problems(
    draw: Draw, max_meetings: int = 3, max_slots: int = 4, max_people: int = 5, must: bool = True
) -> Problem:
    """A problem of a few meetings; with `must`, some are required or locked, so that it may be infeasible."""
    slots = []
    for number in range(draw(st.integers(1, max_slots))):
        start = MORNING + draw(st.sampled_from([0, DAY])) + 10 * draw(st.integers(0, 12))
        slots.append(Slot(f"s{number}", start, start + draw(st.sampled_from([10, 20, 20, 30]))))
    slot_names = [slot.id for slot in slots]
    pavilions = [Pavilion(f"v{number}") for number in range(draw(st.integers(1, 3)))]
    halls = [pavilion.id for pavilion in pavilions]
    walking = tuple(
        Walk(a, b, draw(st.sampled_from([3, 10, 20, 45])))
        for a in halls
        for b in halls
        if a != b and draw(st.integers(0, 2))
    )
    places = tuple(
        Place(
            f"x{n}", draw(st.sampled_from(halls)), draw(st.sampled_from([1, 1, 2])), _subset(draw, slot_names)
        )
        for n in range(draw(st.integers(1, 2)))
    )
    place_names = [place.id for place in places]
    people = tuple(
        _participant(draw, f"p{number}", slot_names, halls)
        for number in range(draw(st.integers(2, max_people)))
    )
    meetings: list[Meeting] = []
    for number in range(draw(st.integers(0, max_meetings))):
        earlier = [meeting.id for meeting in meetings]
        meetings.append(_meeting(draw, f"m{number}", people, slot_names, place_names, earlier, must))
    weights = [draw(st.sampled_from([0, 1, 2, 5])) for _ in range(6)]
    return Problem(
        name="random",
        timezone=draw(st.sampled_from(["Europe/Madrid", "UTC", "America/Lima"])),
        slots=tuple(slots),
        pavilions=tuple(pavilions),
        walking=walking,
        places=places,
        participants=people,
        meetings=tuple(meetings),
        rules=Rules(draw(st.sampled_from([None, None, 0, 1]))),
        weights=Weights(*weights),
    )


def _participant(draw: Draw, name: str, slots: list[str], halls: list[str]) -> Participant:
    commitments = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        start = MORNING + draw(st.sampled_from([0, DAY])) + 10 * draw(st.integers(0, 14))
        end = start + draw(st.sampled_from([10, 20, 60]))
        commitments.append(Commitment(start, end, draw(st.sampled_from([None, *halls]))))
    limits = st.sampled_from([None, None, None, 1, 2])
    return Participant(
        name,
        "o",
        _subset(draw, slots),
        draw(limits),
        draw(limits),
        draw(st.sampled_from([0, 0, 1, 2])),
        tuple(commitments),
    )


def _meeting(
    draw: Draw,
    name: str,
    people: tuple[Participant, ...],
    slots: list[str],
    places: list[str],
    earlier: list[str],
    must: bool,
) -> Meeting:
    rest = draw(st.permutations([person.id for person in people]))
    sides = [[rest.pop()] for _ in range(3 if len(rest) > 2 and draw(st.integers(0, 3)) == 0 else 2)]
    for side in sides:
        if rest and draw(st.integers(0, 3)) == 0:
            side.append(rest.pop())
    optional = []
    while rest and draw(st.integers(0, 3)) == 0:
        optional.append(OptionalAttendee(rest.pop(), draw(st.integers(0, 5))))
    published = None
    if draw(st.integers(0, 3)) == 0:
        who = draw(st.sampled_from([None, tuple(side[0] for side in sides)]))
        published = Published(draw(st.sampled_from(slots)), draw(st.sampled_from(places)), who)
    return Meeting(
        name,
        tuple(tuple(side) for side in sides),
        tuple(optional),
        draw(st.integers(0, 9)),
        must and draw(st.integers(0, 7)) == 0,
        _subset(draw, slots),
        _subset(draw, places),
        tuple(other for other in earlier if draw(st.integers(0, 5)) == 0),
        published,
        must and published is not None and draw(st.integers(0, 3)) == 0,
    )
