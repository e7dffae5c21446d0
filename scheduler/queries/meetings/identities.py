"""The calendar identities of meetings: a wish keeps its own from plan to plan."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Plan


def known_uids(session: Session, round_id: int, wishes: Collection[str] | None = None) -> dict[str, str]:
    """The identity of every wish (default: of all) that was ever published in the round; the latest counts."""
    rows = (
        select(Meeting.wish, Meeting.uid)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(Plan.round_id == round_id, Plan.published_at.is_not(None))
        .order_by(Plan.published_at, Plan.id)
    )
    if wishes is not None:
        rows = rows.where(Meeting.wish.in_(wishes))
    return dict(session.execute(rows).all())
