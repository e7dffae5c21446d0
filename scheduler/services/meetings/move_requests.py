"""Wishes of participants to move a meeting, when the meeting itself changes: they go along with it, or end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ChangeState, MeetingState
from scheduler.models import Meeting, MeetingChange, Plan


def settle_wishes(session: Session, meeting: Meeting, now: datetime) -> None:
    """End the wishes to move a meeting that was moved or called off since: nobody is asked about what is no more."""
    session.execute(
        update(MeetingChange)
        .where(MeetingChange.meeting_id == meeting.id, MeetingChange.state == ChangeState.OPEN)
        .values(state=ChangeState.WITHDRAWN, answered_at=now)
        .execution_options(synchronize_session="fetch")
    )


def hand_on_wishes(session: Session, previous: Plan, plan: Plan | None, now: datetime) -> None:
    """Let the wishes about meetings of a plan that people no longer have be about those of `plan`.

    A wish ends where the meeting is held no more, or at another time than its asker knew.
    """
    rows = session.execute(
        select(MeetingChange, Meeting.wish, Meeting.slot_id)
        .join(Meeting, Meeting.id == MeetingChange.meeting_id)
        .where(Meeting.plan_id == previous.id, MeetingChange.state == ChangeState.OPEN)
    ).all()
    if not rows:
        return
    following: dict[tuple[str, int], int] = {}
    if plan is not None:
        following = {
            (wish, slot): key
            for key, wish, slot in session.execute(
                select(Meeting.id, Meeting.wish, Meeting.slot_id).where(
                    Meeting.plan_id == plan.id,
                    Meeting.state == MeetingState.PLANNED,
                    Meeting.wish.in_([row.wish for row in rows]),
                )
            )
        }
    for change, wish, slot in rows:
        key = following.get((wish, slot))
        if key is not None:
            change.meeting_id = key
        else:
            change.state, change.answered_at = ChangeState.WITHDRAWN, now
    session.flush()
