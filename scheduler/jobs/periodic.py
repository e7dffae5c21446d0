"""What happens by the clock alone."""

from __future__ import annotations

from sqlalchemy import select

from scheduler.domain.kinds import RoundState
from scheduler.extensions import db
from scheduler.models import Event, MatchmakingRound
from scheduler.services.requests import expire


def expire_requests(url: str) -> int:
    """Let requests expire whose time is over, in every event with an open round; how many."""
    with db.new_session(url, read_only=True) as session:
        events = session.scalars(
            select(Event.id)
            .where(
                Event.id.in_(
                    select(MatchmakingRound.event_id).where(MatchmakingRound.state == RoundState.OPEN)
                )
            )
            .order_by(Event.id)
        ).all()
    expired = 0
    for event_id in events:
        with db.new_session(url) as session:
            expired += expire(session, event_id, session.get_one(Event, event_id).now())
            session.commit()
    return expired
