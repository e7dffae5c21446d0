"""A schedule becomes a draft plan: rows in bulk, tables numbered, calendar identities kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import Meeting, MeetingAttendance, Plan, Unscheduled, new_public_id
from scheduler.planning.causes import causes_of
from scheduler.planning.copies import carry_called_off
from scheduler.planning.problem import RoundProblem
from scheduler.queries.meetings.identities import known_uids
from solver import Assignment, Interval, Schedule, colour

CHUNK = 5_000


def store_draft(
    session: Session,
    ours: RoundProblem,
    schedule: Schedule,
    *,
    name: str,
    now: datetime,
    run_id: int | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Plan:
    """Store the schedule of a round's problem as a draft plan, flushed; `figures` join the measures.

    Raises IntegrityError when the schedule books somebody twice: the schema refuses it.
    """
    measures = asdict(schedule.measures) if schedule.measures is not None else {}
    plan = Plan(
        event_id=ours.event_id,
        round_id=ours.round_id,
        run_id=run_id,
        name=name,
        state=PlanState.DRAFT,
        score=schedule.score,
        bound=schedule.bound,
        measures={
            **measures,
            "status": schedule.status.value,
            "seconds": round(schedule.seconds, 1),
            "participants": len(ours.problem.participants),
            "guarantee": max((each.guarantee for each in ours.problem.participants), default=0),
            **(figures or {}),
        },
        created_at=now,
    )
    session.add(plan)
    session.flush()
    _store_meetings(session, plan, ours, schedule.meetings, now)
    carry_called_off(session, plan, ours)
    _store_unscheduled(session, plan, ours, schedule)
    session.flush()
    return plan


def _store_meetings(
    session: Session, plan: Plan, ours: RoundProblem, held: Iterable[Assignment], now: datetime
) -> None:
    held = list(held)
    tables = _tables(ours, held)
    uids = known_uids(session, ours.round_id)
    base = ours.material.base
    # What has begun is locked in the problem, not by anybody's word.
    locks = {each.meeting: base.lock_of(each.meeting) for each in held}
    kept = {each.id for each in ours.problem.meetings if each.locked and base.lock_of(each.id)[0]}
    rows = [
        {
            "public_id": new_public_id(),
            "uid": uids.get(each.meeting) or new_public_id(),
            "plan_id": plan.id,
            "wish": each.meeting,
            "slot_id": ours.slots[each.slot],
            "place_id": ours.spots[each.place].place_id,
            "table_number": tables[each.meeting],
            "kind": ours.wishes[each.meeting].kind,
            "state": MeetingState.PLANNED,
            "locked": each.meeting in kept,
            "lock_set_at": locks[each.meeting][1]
            if locks[each.meeting][0] == (each.meeting in kept)
            else None,
            "value": ours.wishes[each.meeting].value,
            "sequence": 0,
            "changed_at": now,
        }
        for each in held
    ]
    _insert(session, Meeting, rows)
    ids = dict(session.execute(select(Meeting.wish, Meeting.id).where(Meeting.plan_id == plan.id)).all())
    _insert(
        session,
        MeetingAttendance,
        [
            {
                "meeting_id": ids[each.meeting],
                "participant_id": ours.people[attendee].id,
                "plan_id": plan.id,
                "slot_id": ours.slots[each.slot],
                "state": MeetingState.PLANNED,
                "side": ours.side_of(each.meeting, ours.people[attendee].id),
            }
            for each in held
            for attendee in each.attendees
        ],
    )


def _tables(ours: RoundProblem, held: Iterable[Assignment]) -> dict[str, int]:
    """A table number for every meeting; the one that it had in the published plan where possible."""
    at = defaultdict[str, list[Assignment]](list)
    for each in held:
        at[each.place].append(each)
    found: dict[str, int] = {}
    for place, rows in at.items():
        spot = ours.spots[place]
        # the order decides who keeps a table that two had; ids make it the same every time
        rows.sort(key=lambda each: each.meeting)
        intervals = []
        for each in rows:
            slot = ours.problem.slot(each.slot)
            place_id, table = ours.tables.get(each.meeting, (None, None))
            wanted = table if place_id == spot.place_id and table in spot.tables else None
            intervals.append(Interval(slot.start, slot.end, wanted))
        tables = colour(intervals, spot.tables)
        found |= {each.meeting: table for each, table in zip(rows, tables, strict=True)}
    return found


def _store_unscheduled(session: Session, plan: Plan, ours: RoundProblem, schedule: Schedule) -> None:
    causes = causes_of(ours, schedule)
    _insert(
        session,
        Unscheduled,
        [
            {
                "plan_id": plan.id,
                "wish": each.meeting,
                "kind": ours.wishes[each.meeting].kind,
                "first_id": ours.wishes[each.meeting].first,
                "second_id": ours.wishes[each.meeting].second,
                "reason": causes[each.meeting].why.value,
                "causes": [cause.stored() for cause in causes[each.meeting].causes],
            }
            for each in schedule.unscheduled
        ],
    )


def _insert(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(table), rows[start : start + CHUNK])
