"""Reasons for what is not scheduled: each is verified against the schedule by trying every placement."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from solver.judge.check import check
from solver.problem import Commitment, Meeting, Participant, Pavilion, Place, Problem, Slot, Walk
from solver.reasons.unscheduled import explain
from solver.schedule import Assignment, Obstacle, Reason, Unscheduled
from solver.violations import Rule, Violation
from tests.solver.brute import placements
from tests.solver.strategies import MORNING, problems
from tests.solver.test_properties import CALM

COMMITMENT = "commitment"
"""Whatever is wrong between a meeting and a commitment."""
STATIC = frozenset(
    {Rule.PERSON_AVAILABLE, Rule.PLACE_OPEN, Rule.SLOT_ALLOWED, Rule.PLACE_ALLOWED, Rule.CAPACITY, COMMITMENT}
)
ORDER = frozenset({Rule.EARLIER_HELD, Rule.ORDER})
LIMIT = frozenset({Rule.MOST_MEETINGS, Rule.MOST_A_DAY})
BUSY = frozenset({Rule.OVERLAP})
FAR = frozenset({Rule.TIME_TO_WALK})
FULL = frozenset({Rule.CAPACITY})


def _greedy(problem: Problem, random: Random) -> list[Assignment]:
    """Some clean schedule: placements in random order, kept while nothing breaks."""
    rows = [row for meeting in problem.meetings for row in placements(problem, meeting)]
    random.shuffle(rows)
    held: dict[str, Assignment] = {}
    for row in rows[:60]:
        if row.meeting not in held and check(problem, [*held.values(), row]).clean:
            held[row.meeting] = row
    return list(held.values())


def _faults(problem: Problem, held: list[Assignment], row: Assignment) -> tuple[list[Violation], int]:
    verdict = check(problem, [*held, row])
    others = check(problem, held).violations
    return [found for found in verdict.violations if found not in others], verdict.score


def _about(faults: list[Violation], rules: frozenset[str]) -> bool:
    return any(found.rule in rules or (COMMITMENT in rules and "" in found.meetings) for found in faults)


def _verify(problem: Problem, held: list[Assignment], left: Unscheduled) -> None:
    meeting = problem.meeting(left.meeting)
    alone = [(row, _faults(problem, [], row)[0]) for row in placements(problem, meeting)]
    able = [row for row, faults in alone if not _about(faults, STATIC)]
    tried = [_faults(problem, held, row) for row in able]
    now = check(problem, held).score
    early = [faults for faults, _ in tried if not _about(faults, ORDER)]
    unlimited = [faults for faults in early if not _about(faults, LIMIT)]
    idle = [faults for faults in unlimited if not _about(faults, BUSY)]
    near = [faults for faults in idle if not _about(faults, FAR)]
    fits = [
        (faults, score) for faults, score in tried if not _about(faults, ORDER | LIMIT | BUSY | FAR | FULL)
    ]
    clean = [score for faults, score in fits if not faults]
    if left.reason is Reason.NO_COMMON_SLOT:
        assert all(_about(faults, BUSY | {Rule.PERSON_AVAILABLE}) for _, faults in alone)
    elif left.reason is Reason.LIMIT_REACHED:
        assert early
        assert not unlimited
    elif left.reason is Reason.PLACE_FULL:
        assert near
        assert all(_about(faults, FULL) for faults in near)
    elif left.reason is Reason.WALKING:
        if able:
            assert idle
            assert not near
        else:
            assert any(_about(faults, FAR) for _, faults in alone)
    elif left.reason is Reason.RULE:
        if left.obstacle is Obstacle.BREAKS_UNEVEN:
            assert fits
            assert not clean
        else:
            assert not able or not early
    elif left.reason is Reason.OUTRANKED:
        if clean:
            assert max(clean) <= now
        else:
            assert unlimited
            assert not idle
    else:
        assert left.reason is Reason.TIME_LIMIT
        assert max(clean) > now


@CALM
@given(problems(max_meetings=7, max_people=5, max_slots=5, must=False), st.integers(0, 1 << 30))
def test_every_reason_is_true_of_the_schedule(problem: Problem, seed: int) -> None:
    held = _greedy(problem, Random(seed))
    left = explain(problem, held, proven=False)
    assert {row.meeting for row in held} | {entry.meeting for entry in left} == problem.meeting_index.keys()
    assert len(held) + len(left) == len(problem.meetings)
    for entry in left:
        _verify(problem, held, entry)


def _person(name: str, *slots: str, limit: int | None = None) -> Participant:
    return Participant(name, slots=slots or None, max_meetings=limit)


def _problem(people: tuple[Participant, ...], *pairs: tuple[str, str], capacity: int = 9) -> Problem:
    return Problem(
        "small",
        "UTC",
        (Slot("s1", MORNING, MORNING + 20), Slot("s2", MORNING + 30, MORNING + 50)),
        (Pavilion("north"), Pavilion("south")),
        (Walk("north", "south", 15),),
        (Place("table", "north", capacity),),
        people,
        tuple(Meeting(f"m{n}", ((a,), (b,))) for n, (a, b) in enumerate(pairs, 1)),
    )


def test_people_never_free_together_are_named() -> None:
    problem = _problem((_person("p5", "s1"), _person("p6", "s2")), ("p5", "p6"))
    (left,) = explain(problem, (), proven=True)
    assert left.reason is Reason.NO_COMMON_SLOT
    assert (left.obstacle, left.people) == (Obstacle.NEVER_AVAILABLE, ("p5", "p6"))


def test_full_place_is_named_with_its_slots() -> None:
    people = tuple(_person(f"p{n}", "s1") for n in range(1, 5))
    problem = _problem(people, ("p1", "p2"), ("p3", "p4"), capacity=1)
    (left,) = explain(problem, [Assignment("m1", "s1", "table", ("p1", "p2"))], proven=True)
    assert left.reason is Reason.PLACE_FULL
    assert (left.obstacle, left.people, left.slots) == (Obstacle.PLACES_FULL, ("p3", "p4"), ("s1",))


def test_limit_names_who_has_reached_it() -> None:
    problem = _problem((_person("p1", limit=1), _person("p2"), _person("p3")), ("p1", "p2"), ("p1", "p3"))
    (left,) = explain(problem, [Assignment("m1", "s1", "table", ("p1", "p2"))], proven=True)
    assert left.reason is Reason.LIMIT_REACHED
    assert left.people == ("p1",)


def test_way_to_a_commitment_that_is_too_long_is_walking() -> None:
    away = Commitment(MORNING + 25, MORNING + 28, "south")
    problem = _problem((Participant("p1", commitments=(away,)), _person("p2")), ("p1", "p2"))
    (left,) = explain(problem, (), proven=True)
    assert left.reason is Reason.WALKING


def test_explaining_in_a_hurry_says_that_the_time_was_up() -> None:
    problem = _problem((_person("p1"), _person("p2")), ("p1", "p2"))
    (left,) = explain(problem, (), proven=False, until=lambda: True)
    assert left.reason is Reason.TIME_LIMIT
