"""Why there is no schedule: a smallest set of required meetings that can't all be held, in words.

A set is smallest in the sense that leaving out any one of its meetings resolves it. It is found by deletion
(J. Marques-Silva: Minimal Unsatisfiability, ISMVL 2010) over the clauses of `solver.maxsat` or, where these do not
cover a problem, over the complete model, both with a limit on the time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from solver.instance.feasible_assignments import Options
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
"""Ids that a sentence lists before it only counts the rest."""

Oracle = Callable[[Collection[int]], Collection[int] | None]
"""Given numbers of meetings to hold: some of them that can't all be held, or None when that is not known."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Required or locked meetings, by number, that can't all be held.

    `smallest`: proven that any of them could be left out. `spread`: only the limit on uneven breaks forbids it.
    """

    meetings: tuple[int, ...]
    smallest: bool
    spread: bool = False


def sentences(problem: Problem, seconds: float = 1.5) -> tuple[str, ...]:
    """What to tell a person about a problem known to have no schedule, found within about so many seconds."""
    return describe(problem, find_conflict(problem, seconds))


def find_conflict(problem: Problem, seconds: float) -> Conflict:
    """A conflict of a problem known to have no schedule: as small as the time allows, at worst everything."""
    until = time.monotonic() + seconds
    must = [number for number, meeting in enumerate(problem.meetings) if meeting.required or meeting.locked]
    for number in must:
        if _alone(problem, number):
            return Conflict((number,), True)
    if covers(problem):
        with _Sat(problem, must, spread=False) as oracle:
            found = oracle(must)
            if found is not None:
                return _shrink(oracle, found, until, spread=False)
        if problem.rules.max_break_spread is not None:
            with _Sat(problem, must, spread=True) as oracle:
                found = oracle(must)
                if found is not None:
                    return _shrink(oracle, found, until, spread=True)
        return Conflict(tuple(must), False)
    model = _Model(problem, until)
    found = model(must)
    return Conflict(tuple(must), False) if found is None else _shrink(model, found, until, spread=False)


def describe(problem: Problem, conflict: Conflict) -> tuple[str, ...]:
    """Sentences that say what is over-subscribed by how much, or else which meetings stand against each other."""
    meetings = [problem.meetings[number] for number in conflict.meetings]
    if len(meetings) == 1 and not conflict.spread and _alone(problem, conflict.meetings[0]):
        return (_describe_alone(problem, meetings[0]),)
    if not conflict.spread:
        together = _only(problem, conflict.meetings).meetings
        sentence = _crowded_person(problem, together) or _crowded_places(problem, together)
        if sentence:
            return (sentence,)
        if len(together) == 1:
            return (_describe_alone(problem, meetings[0]),)
        if len(meetings) == 1:
            before = _list([meeting.id for meeting in together if meeting.id != meetings[0].id])
            return (f"Meeting {meetings[0].id!r} can't be held with what must come before it: {before}.",)
    names = _list([meeting.id for meeting in meetings])
    kind = "required" if all(meeting.required for meeting in meetings) else "required or locked"
    head = f"{len(meetings)} {kind} meetings can't all be held: {names}."
    if conflict.spread:
        limit = problem.rules.max_break_spread
        head = f"{head[:-1]}, when the breaks of any two participants may differ by {limit} at most."
    found = [head]
    if conflict.smallest:
        found.append("If any one of them were left out, the others could be held.")
    shared = Counter(side[0] for meeting in meetings for side in meeting.sides if len(side) == 1)
    people = [f"{name!r} ({number} of them)" for name, number in shared.most_common(NAMED) if number > 1]
    if people and conflict.smallest:
        found.append(f"They compete for the time of {_join(people)}.")
    return tuple(found)


def _shrink(oracle: Oracle, found: Collection[int], until: float, *, spread: bool) -> Conflict:
    """Leave out what is not needed for the conflict, one meeting after the other."""
    kept = sorted(found)
    smallest = True
    position = 0
    while position < len(kept):
        if time.monotonic() >= until:
            smallest = False
            break
        smaller = oracle([*kept[:position], *kept[position + 1 :]])
        if smaller is None:
            position += 1
        else:
            wanted = set(smaller)
            position = sum(number in wanted for number in kept[:position])
            kept = [number for number in kept if number in wanted]
    unsure = getattr(oracle, "unsure", False)
    return Conflict(tuple(kept), smallest and not unsure, spread)


class _Sat:
    """Asks clauses in which required meetings may be left out."""

    def __init__(self, problem: Problem, must: Sequence[int], *, spread: bool) -> None:
        from pysat.solvers import Cadical195

        formula = Formula(problem, optional=must)
        if spread:
            Objective(formula)
        self.unsure = False
        self._literals = {number: formula.held[number] for number in must}
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


def _describe_alone(problem: Problem, meeting: Meeting) -> str:
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
    steps = ", ".join(f"{later.id!r} after {earlier.id!r}" for later, earlier in pairwise(chain))
    if not steps:
        return f"Meeting {meeting.id!r} must be held, but there is no slot and place for it."
    return (
        f"Meeting {meeting.id!r} must be held, but the meetings before it leave no time: {steps}; "
        f"{_when(problem, chain[-1])}, {_when(problem, meeting)}."
    )


def _when(problem: Problem, meeting: Meeting) -> str:
    slots = sorted({slot for slot, _ in Options(problem).of(meeting)}, key=lambda s: problem.slots[s].start)
    if not slots:
        return f"{meeting.id!r} is possible in no slot"
    first, last = problem.slots[slots[0]].id, problem.slots[slots[-1]].id
    return f"{meeting.id!r} is possible from slot {first!r} to slot {last!r}"


def _crowded_person(problem: Problem, meetings: Sequence[Meeting]) -> str | None:
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
        if number > most and most < room:
            return (
                f"Participant {name!r} has {number} required meetings ({_list([m.id for m in mine])}), but their "
                f"free slots and limits leave room for {most}: {number - most} too many."
            )
        if number > room:
            where = _list([problem.slots[slot].id for slot in sorted(slots)])
            return (
                f"Participant {name!r} has {number} required meetings ({_list([m.id for m in mine])}) "
                f"that are possible only in {where}, with room for {room}: {number - room} too many."
            )
    return None


def _crowded_places(problem: Problem, meetings: Sequence[Meeting]) -> str | None:
    """More meetings than the places can hold in the slots in which these are possible."""
    options, masks = Options(problem), Masks(problem, ())
    found = {option for meeting in meetings for option in options.of(meeting)}
    room = 0
    for place in {place for _, place in found}:
        mask = sum(1 << slot for slot, where in found if where == place)
        room += problem.places[place].capacity * most_in_mask(masks, mask)
    if len(meetings) <= room:
        return None
    slots = _list([problem.slots[slot].id for slot in sorted({slot for slot, _ in found})])
    return (
        f"{len(meetings)} required meetings ({_list([m.id for m in meetings])}) are possible only in {slots}, "
        f"where the places hold {room}: {len(meetings) - room} too many."
    )


def _list(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED} more")
    return _join(shown)


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nothing"
