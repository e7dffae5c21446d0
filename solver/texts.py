"""The JSON text of the two files, part by part, so that a big one is never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from solver.problem import Problem
from solver.schedule import Schedule


def problem_text(problem: Problem) -> Iterator[str]:
    """The text of a problem file in parts."""
    dump = json.JSONEncoder(ensure_ascii=False).encode

    def when(minute: int) -> str:
        return datetime.fromtimestamp(minute * 60, UTC).isoformat(timespec="minutes")

    lists: dict[str, Iterator[object]] = {
        "slots": ({"id": s.id, "start": when(s.start), "end": when(s.end)} for s in problem.slots),
        "pavilions": ({"id": p.id, "name": p.name} for p in problem.pavilions),
        "walking_minutes": (
            {"from": w.origin, "to": w.target, "minutes": w.minutes} for w in problem.walking
        ),
        "places": (
            {"id": p.id, "pavilion": p.pavilion, "capacity": p.capacity, "slots": p.slots}
            for p in problem.places
        ),
        "participants": (
            {
                "id": p.id,
                "organisation": p.organisation,
                "slots": p.slots,
                "max_meetings": p.max_meetings,
                "max_meetings_per_day": p.max_meetings_per_day,
                "guarantee": p.guarantee,
                "commitments": [
                    {"start": when(c.start), "end": when(c.end), "pavilion": c.pavilion}
                    for c in p.commitments
                ],
            }
            for p in problem.participants
        ),
        "meetings": (
            {
                "id": m.id,
                "sides": m.sides,
                "optional": [{"participant": o.participant, "value": o.value} for o in m.optional],
                "value": m.value,
                "required": m.required,
                "slots": m.slots,
                "places": m.places,
                "after": m.after,
                "published": None
                if m.published is None
                else {
                    "slot": m.published.slot,
                    "place": m.published.place,
                    "attendees": m.published.attendees,
                },
                "locked": m.locked,
            }
            for m in problem.meetings
        ),
    }
    head = {"format": "expo-problem", "version": 1, "name": problem.name, "timezone": problem.timezone}
    yield dump(head)[:-1]
    for key, entries in lists.items():
        yield from _list_text(key, entries)
    weights = problem.weights
    tail = {
        "rules": {"max_break_spread": problem.rules.max_break_spread},
        "weights": {
            "value": weights.value,
            "break": weights.breaks,
            "walking": weights.walking,
            "guarantee": weights.guarantee,
            "moved": weights.moved,
            "dropped": weights.dropped,
        },
    }
    yield ",\n" + dump(tail)[1:] + "\n"


def schedule_text(schedule: Schedule, seconds: float) -> Iterator[str]:
    """The text of a schedule file in parts, with the given seconds."""
    dump = json.JSONEncoder().encode
    head: dict[str, object] = {
        "format": "expo-schedule",
        "version": 1,
        "problem": schedule.problem,
        "status": schedule.status,
        "score": schedule.score,
        "bound": schedule.bound,
        "seconds": round(seconds, 3),
        "seed": schedule.seed,
        "workers": schedule.workers,
    }
    if schedule.findings:
        head["findings"] = schedule.findings
    if schedule.measures is not None:
        head["measures"] = {name: getattr(schedule.measures, name) for name in schedule.measures.__slots__}
    yield dump(head)[:-1]
    yield from _list_text(
        "meetings",
        (
            {"id": a.meeting, "slot": a.slot, "place": a.place, "attendees": a.attendees}
            for a in schedule.meetings
        ),
    )
    yield from _list_text(
        "unscheduled",
        ({"id": u.meeting, "reason": u.reason, "detail": u.detail} for u in schedule.unscheduled),
    )
    yield "}\n"


def _list_text(key: str, entries: Iterator[object]) -> Iterator[str]:
    dump = json.JSONEncoder(ensure_ascii=True).encode
    yield f",\n{dump(key)}: ["
    first = next(entries, None)
    if first is not None:
        yield "\n  " + dump(first)
        for entry in entries:
            yield ",\n  " + dump(entry)
    yield "\n]"
