"""The JSON text of the two files, part by part, so that a big one is never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from json.encoder import encode_basestring_ascii as _quote

from solver.problem import Problem
from solver.schedule import Schedule
from solver.sentences import detail, sentence

ROWS = 1_000
"""Rows that are written together."""


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
        head["findings"] = [sentence(finding) for finding in schedule.findings]
    if schedule.measures is not None:
        head["measures"] = {name: getattr(schedule.measures, name) for name in schedule.measures.__slots__}
    yield dump(head)[:-1]
    quoted = _Quoted()
    yield from _rows_text(
        "meetings",
        (
            f'{{"id": {_quote(a.meeting)}, "slot": {quoted[a.slot]}, "place": {quoted[a.place]}, '
            f'"attendees": [{", ".join([quoted[name] for name in a.attendees])}]}}'
            for a in schedule.meetings
        ),
    )
    yield from _rows_text(
        "unscheduled",
        (
            f'{{"id": {_quote(u.meeting)}, "reason": "{u.reason}", "detail": {_quote(detail(u))}}}'
            for u in schedule.unscheduled
        ),
    )
    yield "}\n"


class _Quoted(dict[str, str]):
    """Texts as JSON, kept: a few ids appear in hundreds of thousands of rows."""

    def __missing__(self, text: str) -> str:
        found = self[text] = _quote(text)
        return found


def _list_text(key: str, entries: Iterator[object]) -> Iterator[str]:
    dump = json.JSONEncoder(ensure_ascii=True).encode
    return _rows_text(key, (dump(entry) for entry in entries))


def _rows_text(key: str, rows: Iterator[str]) -> Iterator[str]:
    yield f',\n"{key}": ['
    before = "\n  "
    while some := ",\n  ".join(islice(rows, ROWS)):
        yield before + some
        before = ",\n  "
    yield "\n]"
