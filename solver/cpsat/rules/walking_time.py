"""Between two meetings there is time for the way."""

from __future__ import annotations

from solver.cpsat.variables import Variables

NAME = "time to walk"


def apply(variables: Variables) -> None:
    """For meetings of one person that lie closer together in time than the way between them takes.

    One row per moment gathers the moments of a later slot that can't be reached from it; at most one is true.
    """
    problem = variables.problem
    farthest = max((row.minutes for row in problem.walking), default=0)
    if not farthest:
        return
    for person in range(len(problem.participants)):
        zones: dict[int, list[str]] = {}
        for slot, zone in variables.engaged(person):
            zones.setdefault(slot, []).append(zone)
        ordered = variables.slots_of(person)
        for position, first in enumerate(ordered):
            end = problem.slots[first].end
            for second in ordered[position + 1 :]:
                gap = problem.slots[second].start - end
                if gap >= farthest:
                    break
                if gap < 0:
                    continue
                for zone in zones[first]:
                    far = [other for other in zones[second] if problem.walk(zone, other) > gap]
                    if far:
                        rest = [variables.present(person, (second, other)) for other in far]
                        variables.model.add_at_most_one([variables.present(person, (first, zone)), *rest])
