"""Why there is no schedule: a minimal set of required meetings that can't all be held, as findings.

A set is minimal when leaving out any one of its meetings resolves it. It is found by deletion
(J. Marques-Silva: Minimal Unsatisfiability, ISMVL 2010) over the clauses of `solver.maxsat` or, where these do not
cover a problem, over the complete model, both with a limit on the time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from solver.findings import Bearing, Fact, Finding, some
from solver.instance.feasible_assignments import Options
from solver.instance.locked import has_to_be_held
from solver.instance.most_meetings import most_attended, most_in_mask
from solver.instance.precedence import with_earlier
from solver.instance.slot_masks import Masks
from solver.maxsat.cnf import Formula
from solver.maxsat.scope import covers
from solver.maxsat.soft_clauses import Objective
from solver.problem import Meeting, Problem

CONFLICTS = 20_000
"""Conflicts of the clause solver after which a question counts as unanswered."""

NAMED = 6
"""Participants that a finding names as rivals for time."""

INFEASIBLE = Bearing.INFEASIBLE

Oracle = Callable[[Collection[int]], Collection[int] | None]
"""Given numbers of meetings to hold: some of them that can't all be held, or None when that is not known."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Required or locked meetings, by number, that can't all be held.

    `minimal`: proven that any of them could be left out. `spread`: only the limit on uneven breaks forbids it.
    """

    meetings: tuple[int, ...]
    minimal: bool
    spread: bool = False


def infeasibility(problem: Problem, seconds: float = 1.5) -> tuple[Finding, ...]:
    """What can be said of a problem known to have no schedule, found within about so many seconds."""
    return describe(problem, find_conflict(problem, seconds))


def find_conflict(problem: Problem, seconds: float) -> Conflict:
    """A conflict of a problem known to have no schedule: as small as the time allows, at worst everything."""
    until = time.monotonic() + seconds
    wanted = [number for number, meeting in enumerate(problem.meetings) if has_to_be_held(meeting)]
    for number in wanted:
        if _alone(problem, number):
            return Conflict((number,), True)
    if covers(problem):
        with _Sat(problem, wanted, spread=False) as oracle:
            found = oracle(wanted)
            conflict = None if found is None else _shrink(oracle, found, until, spread=False)
        if problem.rules.max_break_spread is not None:
            with _Sat(problem, wanted, spread=True) as oracle:
                return _even(oracle, wanted, conflict, until)
        return Conflict(tuple(wanted), False) if conflict is None else conflict
    model = _Model(problem, until)
    found = model(wanted)
    if found is None:
        return Conflict(tuple(wanted), False)
    conflict = _shrink(model, found, until, spread=False)
    # the model knows nothing of uneven breaks, which may forbid what is left without one of the meetings
    return conflict if problem.rules.max_break_spread is None else replace(conflict, minimal=False)


def _even(oracle: Oracle, wanted: Collection[int], conflict: Conflict | None, until: float) -> Conflict:
    """The conflict when breaks may differ only so much: perhaps fewer meetings, and then only for that reason.

    `conflict` is one that stands whatever the breaks, or None.
    """
    found = oracle(wanted if conflict is None else conflict.meetings)
    if found is None:
        return Conflict(tuple(wanted), False) if conflict is None else replace(conflict, minimal=False)
    even = _shrink(oracle, found, until, spread=True)
    if conflict is not None and len(even.meetings) == len(conflict.meetings):
        return replace(conflict, minimal=conflict.minimal and even.minimal)
    return even


def describe(problem: Problem, conflict: Conflict) -> tuple[Finding, ...]:
    """What is over-subscribed by how much, or else which meetings stand against each other."""
    meetings = [problem.meetings[number] for number in conflict.meetings]
    if len(meetings) == 1 and not conflict.spread and _alone(problem, conflict.meetings[0]):
        return (_chain(problem, meetings[0]),)
    if not conflict.spread:
        together = _only(problem, conflict.meetings).meetings
        found = _crowded_person(problem, together) or _crowded_places(problem, together)
        if found:
            return (found,)
        if len(together) == 1:
            return (_chain(problem, meetings[0]),)
        if len(meetings) == 1:
            before = [meeting.id for meeting in together if meeting.id != meetings[0].id]
            names = (meetings[0].id, *some(before))
            return (Finding(INFEASIBLE, Fact.NOT_WITH_EARLIER, names, numbers=(len(before),)),)
    names = some(meeting.id for meeting in meetings)
    limit = problem.rules.max_break_spread
    if conflict.spread and limit is not None:
        counts = (len(meetings), limit)
        facts = [Finding(INFEASIBLE, Fact.CONFLICT_OF_BREAKS, names, numbers=counts)]
    else:
        facts = [Finding(INFEASIBLE, Fact.CONFLICT, names, numbers=(len(meetings),))]
    if conflict.minimal:
        facts.append(Finding(INFEASIBLE, Fact.MINIMAL))
    shared = Counter(side[0] for meeting in meetings for side in meeting.sides if len(side) == 1)
    rivals = [(name, number) for name, number in shared.most_common(NAMED) if number > 1]
    if rivals and conflict.minimal:
        people, numbers = tuple(name for name, _ in rivals), tuple(number for _, number in rivals)
        facts.append(Finding(INFEASIBLE, Fact.RIVALS, people=people, numbers=numbers))
    return tuple(facts)


def _shrink(oracle: Oracle, found: Collection[int], until: float, *, spread: bool) -> Conflict:
    """Leave out what is not needed for the conflict, one meeting after the other."""
    kept = sorted(found)
    minimal = True
    position = 0
    while position < len(kept):
        if time.monotonic() >= until:
            minimal = False
            break
        smaller = oracle([*kept[:position], *kept[position + 1 :]])
        if smaller is None:
            position += 1
        else:
            wanted = set(smaller)
            position = sum(number in wanted for number in kept[:position])
            kept = [number for number in kept if number in wanted]
    unsure = getattr(oracle, "unsure", False)
    return Conflict(tuple(kept), minimal and not unsure, spread)


class _Sat:
    """Asks clauses in which required meetings may be left out."""

    def __init__(self, problem: Problem, wanted: Sequence[int], *, spread: bool) -> None:
        from pysat.solvers import Cadical195

        formula = Formula(problem, optional=wanted)
        if spread:
            Objective(formula)
        self.unsure = False
        self._literals = {number: formula.held[number] for number in wanted}
        self._numbers = {literal: number for number, literal in self._literals.items()}
        self._oracle = Cadical195(bootstrap_with=formula.clauses)

    def __enter__(self) -> _Sat:
        return self

    def __exit__(self, *error: object) -> None:
        self._oracle.delete()

    def __call__(self, meetings: Collection[int]) -> Collection[int] | None:
        never = [number for number in meetings if self._literals[number] is None]
        if never:
            return never[:1]
        self._oracle.conf_budget(CONFLICTS)
        answer = self._oracle.solve_limited(assumptions=[self._literals[number] for number in meetings])
        self.unsure |= answer is None
        if answer is not False:
            return None
        return [self._numbers[literal] for literal in self._oracle.get_core() or ()]


class _Model:
    """Asks the complete model about the problem with nothing but the given meetings and those before them.

    The limit on uneven breaks is left out, so that a conflict stays one whatever else is held.
    """

    def __init__(self, problem: Problem, until: float) -> None:
        self.unsure = False
        self._problem = replace(problem, rules=replace(problem.rules, max_break_spread=None))
        self._until = until

    def __call__(self, meetings: Collection[int]) -> Collection[int] | None:
        from ortools.sat.python import cp_model

        from solver.cpsat.model import build

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = max(0.05, min(2.0, self._until - time.monotonic()))
        variables = build(_only(self._problem, meetings))
        if variables is None:
            self.unsure = True
            return None
        variables.model.clear_objective()  # type: ignore[no-untyped-call]
        status = solver.solve(variables.model)
        self.unsure |= status == cp_model.UNKNOWN
        return list(meetings) if status == cp_model.INFEASIBLE else None


def _only(problem: Problem, numbers: Collection[int]) -> Problem:
    """The problem of holding these meetings and those that must come before them."""
    meetings = tuple(
        replace(problem.meetings[number], required=True) for number in sorted(with_earlier(problem, numbers))
    )
    return replace(problem, meetings=meetings)


def _alone(problem: Problem, number: int) -> bool:
    """Whether a meeting can't be held since those before it, and before them, leave no time for it."""
    return bool(problem.meetings[number].after) and _earliest(problem, problem.meetings[number]) is None


def _earliest(problem: Problem, meeting: Meeting) -> tuple[int, int] | None:
    """The earliest end and its slot of a meeting after all that must come before it; None when there is none."""
    options = Options(problem)
    known: dict[str, tuple[int, int] | None] = {}
    todo = [meeting]
    while todo:
        current = todo[-1]
        missing = [name for name in current.after if name not in known]
        if missing:
            todo += [problem.meeting(name) for name in missing]
            continue
        todo.pop()
        before = [known[name] for name in current.after]
        if None in before:
            known[current.id] = None
            continue
        begin = max((row[0] for row in before if row is not None), default=None)
        ends = [
            (problem.slots[slot].end, slot)
            for slot in {slot for slot, _ in options.of(current)}
            if begin is None or problem.slots[slot].start >= begin
        ]
        known[current.id] = min(ends, default=None)
    return known[meeting.id]


def _chain(problem: Problem, meeting: Meeting) -> Finding:
    """Why a meeting can't be held even with only those before it: the chain that leaves no time."""
    chain = [meeting]
    while chain[-1].after:
        ends = [
            (problem.meeting(name), _earliest(problem, problem.meeting(name))) for name in chain[-1].after
        ]
        blocked = [earlier for earlier, end in ends if end is None]
        if blocked:
            chain.append(blocked[0])
        else:
            chain.append(max(ends, key=lambda row: row[1] or (0, 0))[0])
    spans = [_possible_span(problem, chain[-1]), _possible_span(problem, meeting)]
    slots = tuple(slot for span in spans for slot in span) if all(spans) else ()
    return Finding(INFEASIBLE, Fact.CHAIN, tuple(link.id for link in chain), slots=slots)


def _possible_span(problem: Problem, meeting: Meeting) -> tuple[str, ...]:
    """The first and the last slot in which a meeting is possible; nothing when there is none."""
    slots = sorted({slot for slot, _ in Options(problem).of(meeting)}, key=lambda s: problem.slots[s].start)
    return (problem.slots[slots[0]].id, problem.slots[slots[-1]].id) if slots else ()


def _crowded_person(problem: Problem, meetings: Sequence[Meeting]) -> Finding | None:
    """One participant with more of the meetings than the slots in which these are possible can take."""
    shared = Counter(side[0] for meeting in meetings for side in meeting.sides if len(side) == 1)
    options, masks = Options(problem), Masks(problem, ())
    for name, number in shared.most_common():
        if number < 2:
            break
        mine = [meeting for meeting in meetings if (name,) in meeting.sides]
        slots = {slot for meeting in mine for slot, _ in options.of(meeting)}
        room = most_in_mask(masks, sum(1 << slot for slot in slots))
        most = most_attended(problem, masks, problem.participant_index[name])
        names = some(meeting.id for meeting in mine)
        if number > most and most < room:
            return Finding(INFEASIBLE, Fact.PERSON_OVER_LIMIT, names, people=(name,), numbers=(number, most))
        if number > room:
            where = tuple(problem.slots[slot].id for slot in sorted(slots))
            return Finding(
                INFEASIBLE, Fact.PERSON_SHORT_OF_SLOTS, names, (name,), where, numbers=(number, room)
            )
    return None


def _crowded_places(problem: Problem, meetings: Sequence[Meeting]) -> Finding | None:
    """More meetings than the places can hold in the slots in which these are possible."""
    options, masks = Options(problem), Masks(problem, ())
    found = {option for meeting in meetings for option in options.of(meeting)}
    room = 0
    for place in {place for _, place in found}:
        mask = sum(1 << slot for slot, where in found if where == place)
        room += problem.places[place].capacity * most_in_mask(masks, mask)
    if len(meetings) <= room:
        return None
    slots = tuple(problem.slots[slot].id for slot in sorted({slot for slot, _ in found}))
    names = some(meeting.id for meeting in meetings)
    return Finding(INFEASIBLE, Fact.PLACES_SHORT_OF_SLOTS, names, slots=slots, numbers=(len(meetings), room))
