"""Meetings of other plans, taken along into a plan of their round: what was called off, and what was held.

A plan that holds its own call-offs needs no other plan to know them by: the others can be deleted, and what was
called off in a draft stays so in the runs that go on from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.models import Meeting, MeetingAttendance, Plan, new_public_id
from scheduler.planning.problem import RoundProblem

KEPT = (
    "uid",
    "wish",
    "slot_id",
    "place_id",
    "table_number",
    "kind",
    "state",
    "value",
    "sequence",
    "changed_at",
    "locked",
    "lock_set_at",
)
CHUNK = 5_000


def carry_called_off(session: Session, plan: Plan, ours: RoundProblem) -> None:
    """Copy the called-off meetings of the plans before into a new one."""
    copy_meetings(session, list(ours.material.base.called_off.values()), plan, locked=False)


def copy_meetings(session: Session, ids: Sequence[int], plan: Plan, **values: object) -> None:
    """Copy meetings with their people into a plan that has none of their wishes; `values` replace what they say."""
    for begin in range(0, len(ids), CHUNK):
        _copy(session, ids[begin : begin + CHUNK], plan, values)


def _copy(session: Session, ids: Sequence[int], plan: Plan, values: dict[str, object]) -> None:
    rows = session.execute(select(Meeting.__table__).where(Meeting.id.in_(ids))).mappings().all()
    session.execute(
        insert(Meeting),
        [
            {name: row[name] for name in KEPT} | values | {"plan_id": plan.id, "public_id": new_public_id()}
            for row in rows
        ],
    )
    made = dict(
        session.execute(
            select(Meeting.wish, Meeting.id).where(
                Meeting.plan_id == plan.id, Meeting.wish.in_([row["wish"] for row in rows])
            )
        ).all()
    )
    by_id = {row["id"]: row for row in rows}
    people: list[dict[str, Any]] = []
    for old, person, side in session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id, MeetingAttendance.side).where(
            MeetingAttendance.meeting_id.in_(ids)
        )
    ):
        row = by_id[old]
        people.append(
            {
                "meeting_id": made[row["wish"]],
                "participant_id": person,
                "plan_id": plan.id,
                "slot_id": row["slot_id"],
                "state": row["state"],
                "side": side,
            }
        )
    if people:
        session.execute(insert(MeetingAttendance), people)
