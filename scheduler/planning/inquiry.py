"""Answering what an organiser asks of a plan: the round's problem with the plan as it stands, put to the solver."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from scheduler.domain.enums import InquiryKind
from scheduler.domain.inquiry import (
    Happening,
    InquiryAnswer,
    InquiryEnd,
    Offer,
    PlanStep,
    Where,
    read_happening,
)
from scheduler.domain.run_outcome import RunEnd, RunOutcome
from scheduler.models import Inquiry, Plan
from scheduler.planning.base import HeldRow, StartingPoint
from scheduler.planning.facts import LISTED, kept
from scheduler.planning.material import Material, OtherMeeting, minute, read_material
from scheduler.planning.problem import RoundProblem, build
from scheduler.planning.refusal import CannotPlan
from scheduler.planning.values import DEFAULT_WEIGHTS, WishValues
from solver import Assignment, Change, Question, Repair, Settings, Status, holding, mending

FIRST, OTHERS = 12.0, 6.0
"""Seconds for the answer with the fewest changes, and for each of those beside it."""
WORKERS = 2


def answers(session: Session, inquiry: Inquiry) -> Iterator[InquiryAnswer]:
    """What is found, again and again with more of it; the last one is whole. Reads the round, writes nothing."""
    plan = session.get_one(Plan, inquiry.plan_id)
    weights = plan.run.weights if plan.run is not None else DEFAULT_WEIGHTS
    try:
        material = read_material(session, plan.round_id, plan.public_id)
        if inquiry.kind is InquiryKind.MEND:
            material = _after(material, read_happening(inquiry.happening))
        ours = build(material, weights or DEFAULT_WEIGHTS, WishValues())
    except CannotPlan as refused:
        yield InquiryAnswer(end=InquiryEnd.CANNOT_PLAN, outcome=refused.outcome)
        return
    finder = _Asker(ours)
    if inquiry.kind is InquiryKind.MEND:
        yield from finder.mending(read_happening(inquiry.happening))
    else:
        yield from finder.holding(inquiry.wish)


def _after(material: Material, what: Happening) -> Material:
    """The rows as they are once something has happened."""
    start, end = minute(what.starts_at), minute(what.ends_at, up=True)
    material = replace(material, base=_unlocked(material, what))
    if what.person_id is not None:
        busy = {**material.busy, what.person_id: [*material.busy.get(what.person_id, ()), (start, end)]}
        return replace(material, busy=busy)
    place = next((row for row in material.places if row.id == what.place_id), None)
    if place is None:
        return material
    lost = _tables_to_lose(material, place.id, place.capacity, what)
    gone = (OtherMeeting(start, end, place.pavilion, place.id, table, "", ()) for table in lost)
    return replace(material, elsewhere=(*material.elsewhere, *gone))


def _unlocked(material: Material, what: Happening) -> StartingPoint:
    """What people have, with no lock on a meeting that can't be held as it was locked."""
    meanwhile = _meanwhile(material, what)

    def let_go(row: HeldRow) -> HeldRow:
        concerned = row.place_id == what.place_id or what.person_id in row.attendees
        return replace(row, locked=False) if row.locked and concerned and row.slot_id in meanwhile else row

    base = material.base
    return replace(base, published=tuple(map(let_go, base.published)), start=tuple(map(let_go, base.start)))


def _tables_to_lose(material: Material, place_id: int, capacity: int, what: Happening) -> list[int]:
    """The tables of a place where the fewest meetings stand meanwhile: tables are alike, so these are given up."""
    used = dict.fromkeys(range(1, capacity + 1), 0)
    meanwhile = _meanwhile(material, what)
    for row in material.base.start:
        if row.place_id == place_id and row.slot_id in meanwhile:
            used[row.table] = used.get(row.table, 0) + 1
    return sorted(used, key=lambda table: (used[table], -table))[: what.tables]


def _meanwhile(material: Material, what: Happening) -> frozenset[int]:
    """The slots that share time with what has happened, by row."""
    start, end = minute(what.starts_at), minute(what.ends_at, up=True)
    return frozenset(slot.id for slot in material.slots if slot.start < end and start < slot.end)


class _Asker:
    """Puts questions about a round to the solver: with the shadows of half-day limits there, without them here."""

    def __init__(self, ours: RoundProblem) -> None:
        self.ours = ours
        self._problem = ours.half_days.problem
        self._shadows = ours.half_days.shadows
        self._rows = {row.wish: row for row in ours.material.base.start}
        self._names = {person.id: name for name, person in ours.people.items()}
        self._standing = (*ours.half_days.with_shadows(ours.start), *self._lost())

    def holding(self, wish: str) -> Iterator[InquiryAnswer]:
        """The fewest changes; then another time; then changes by which nothing falls away."""
        if wish not in self.ours.wishes:
            yield InquiryAnswer(end=InquiryEnd.NOBODY_WANTS)
            return
        if any(row.meeting == wish for row in self.ours.start):
            yield InquiryAnswer(end=InquiryEnd.HELD)
            return
        first = self._asked(self._hold(wish), FIRST)
        if not first.found:
            yield self._nothing(first)
            return
        offers = [self._offer(first)]
        yield InquiryAnswer(tuple(offers))
        there = next(change.after.slot for change in first.changes if change.meeting == wish and change.after)
        elsewhere = self._hold(wish, not_at=(there,))
        for question in (elsewhere, self._hold(wish, keep_all=True)) if offers[0].dropped else (elsewhere,):
            found = self._asked(question, OTHERS)
            if found.found and self._offer(found) not in offers:
                offers.append(self._offer(found))
                yield InquiryAnswer(tuple(offers))

    def mending(self, what: Happening) -> Iterator[InquiryAnswer]:
        """The fewest changes, then those that restore more. An absence that touches nothing is worth noting, too."""
        around = [name for name, person in self.ours.people.items() if person.id == what.person_id]
        first = self._asked(self._mend(around), FIRST)
        if not first.found:
            yield self._nothing(first)
            return
        if not first.changes and what.person_id is None:
            yield InquiryAnswer(end=InquiryEnd.NOTHING_BROKEN)
            return
        offers = [self._offer(first)]
        yield InquiryAnswer(tuple(offers))
        more = self._asked(self._mend(around, wide=True), OTHERS)
        if more.found and more.score_after > first.score_after:
            yield InquiryAnswer((*offers, self._offer(more)))

    def _hold(self, wish: str, *, keep_all: bool = False, not_at: tuple[str, ...] = ()) -> Question:
        return holding(
            self._problem,
            self._standing,
            wish,
            keep_all=keep_all,
            not_at=not_at,
            unnoticed=self._shadows,
        )

    def _mend(self, around: Collection[str], *, wide: bool = False) -> Question:
        return mending(self._problem, self._standing, around=around, wide=wide, unnoticed=self._shadows)

    def _lost(self) -> Iterator[Assignment]:
        """The meetings that have lost their table: they stand where the problem has no place any more."""
        known = {row.meeting for row in self.ours.start}
        for wish, row in self._rows.items():
            if wish not in known and wish in self.ours.wishes:
                here = tuple(self._names[person] for person in row.attendees if person in self._names)
                yield Assignment(wish, "gone", "gone", here)

    def _asked(self, question: Question, seconds: float) -> Repair:
        return question.solved(Settings(time_limit=seconds, workers=WORKERS))

    def _nothing(self, found: Repair) -> InquiryAnswer:
        findings = tuple(kept(self.ours.half_days.told(each)) for each in found.findings[:LISTED])
        if found.status is Status.INFEASIBLE:
            return InquiryAnswer(
                end=InquiryEnd.IMPOSSIBLE, outcome=RunOutcome(RunEnd.INFEASIBLE, findings=findings)
            )
        return InquiryAnswer(end=InquiryEnd.NOT_FOUND)

    def _offer(self, found: Repair) -> Offer:
        return Offer(
            steps=tuple(map(self._step, found.changes)),
            least=found.fewest,
            proven=found.status is Status.OPTIMAL,
            gain=found.score_after - found.score_before,
        )

    def _step(self, change: Change) -> PlanStep:
        wish = self.ours.wishes[change.meeting]
        held = self._rows.get(change.meeting) if change.before is not None else None
        after = change.after
        attending = after or change.before
        names = attending.attendees if attending is not None else ()
        people = [self.ours.people[name].id for name in names if name not in self._shadows]
        return PlanStep(
            wish=wish.key,
            kind=wish.kind,
            value=wish.value,
            first_id=wish.first,
            second_id=wish.second,
            attendees=tuple((person, self.ours.side_of(wish.key, person)) for person in people),
            before=Where(held.slot_id, held.place_id) if held is not None else None,
            after=Where(self.ours.slots[after.slot], self.ours.spots[after.place].place_id)
            if after is not None
            else None,
        )
