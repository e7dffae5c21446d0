"""Which meetings of a round were called off: the one answer for runs and for publishing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState
from scheduler.models import Meeting, Plan


def called_off(session: Session, round_id: int, plan: Plan | None = None) -> dict[str, int]:
    """The wishes of a round whose meeting was called off, with the meeting that says so.

    The latest word counts of every plan that was published; with `plan`, a draft, that one's word goes before,
    unless the published meeting was called off after the draft had it.
    """
    columns = select(Meeting.wish, Meeting.state, Meeting.id, Meeting.changed_at)
    latest = {
        each.wish: each
        for each in session.execute(
            columns.join(Plan, Plan.id == Meeting.plan_id)
            .where(Plan.round_id == round_id, Plan.published_at.is_not(None))
            .order_by(Plan.published_at, Plan.id)
        )
    }
    if plan is not None:
        for each in session.execute(columns.where(Meeting.plan_id == plan.id)):
            known = latest.get(each.wish)
            if (
                known is not None
                and known.state is MeetingState.CANCELLED
                and each.state is MeetingState.PLANNED
                and known.changed_at > each.changed_at
            ):
                continue
            latest[each.wish] = each
    return {wish: each.id for wish, each in latest.items() if each.state is MeetingState.CANCELLED}


def called_off_since(session: Session, plan: Plan) -> list[int]:
    """The meetings that a draft still plans although people were told since that they are called off."""
    wishes = called_off(session, plan.round_id, plan)
    if not wishes:
        return []
    rows = session.execute(
        select(Meeting.id, Meeting.wish).where(
            Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED
        )
    )
    return [id_ for id_, wish in rows if wish in wishes]
