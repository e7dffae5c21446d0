"""Where a search begins: with the meetings that people already have, as far as they are still possible."""

from __future__ import annotations

from solver.check import check
from solver.problem import Meeting, Participant, Problem, Published
from solver.schedule import Assignment


def published_start(problem: Problem) -> tuple[Assignment, ...]:
    """The published meetings that can stay where they are; none when together they break a rule by now."""
    kept: list[Assignment] = []
    for meeting in problem.meetings:
        stands = meeting.published
        if stands is None or stands.attendees is None:
            continue
        if _possible(problem, meeting, stands):
            kept.append(Assignment(meeting.id, stands.slot, stands.place, stands.attendees))
    return tuple(kept) if check(problem, kept).clean else ()


def _possible(problem: Problem, meeting: Meeting, stands: Published) -> bool:
    place = problem.place(stands.place)
    if meeting.places is not None and stands.place not in meeting.places:
        return False
    if place.slots is not None and stands.slot not in place.slots:
        return False
    people = (problem.participant(name) for name in stands.attendees or ())
    return all(_free(problem, person, stands) for person in people)


def _free(problem: Problem, person: Participant, stands: Published) -> bool:
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
