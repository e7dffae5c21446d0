"""Where a search begins: with the meetings of the plan it goes on from, as far as they are still possible."""

from __future__ import annotations

from collections.abc import Iterable

from solver.judge.check import check
from solver.problem import Meeting, Participant, Problem
from solver.schedule import Assignment


def possible_start(problem: Problem, rows: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """Those of some meetings that can stay where they are; none when together they break a rule by now."""
    meetings = {meeting.id: meeting for meeting in problem.meetings}
    kept = [row for row in rows if row.meeting in meetings and _possible(problem, meetings[row.meeting], row)]
    return tuple(kept) if check(problem, kept).clean else ()


def _possible(problem: Problem, meeting: Meeting, stands: Assignment) -> bool:
    place = problem.place(stands.place)
    if meeting.places is not None and stands.place not in meeting.places:
        return False
    if place.slots is not None and stands.slot not in place.slots:
        return False
    people = (problem.participant(name) for name in stands.attendees)
    return all(_free(problem, person, stands) for person in people)


def _free(problem: Problem, person: Participant, stands: Assignment) -> bool:
    """Available in the slot, and able to walk from and to every commitment in time."""
    if person.slots is not None and stands.slot not in person.slots:
        return False
    slot, pavilion = problem.slot(stands.slot), problem.place(stands.place).pavilion
    for busy in person.commitments:
        if slot.start < busy.end and busy.start < slot.end:
            return False
        there, back = problem.walk(pavilion, busy.pavilion), problem.walk(busy.pavilion, pavilion)
        if slot.end <= busy.start < slot.end + there or busy.end <= slot.start < busy.end + back:
            return False
    return True
