"""What happens by the clock alone."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from scheduler.domain.enums import ParticipantState, RoundState
from scheduler.extensions import db
from scheduler.models import Event, MatchmakingRound, Participant
from scheduler.services.event.abandoned_imports import delete_abandoned, events_to_tidy
from scheduler.services.event.ending import delete_event, due_deletions
from scheduler.services.people.withdrawal import sign_off_due
from scheduler.services.requests.requests import expire

OPEN = (Event.archived_at.is_(None), Event.deletes_at.is_(None))
"""Conditions of events in which something may change."""


def sign_off_people(url: str) -> int:
    """Sign off everybody whose time to leave has come, in every event; how many."""
    with db.new_session(url, read_only=True) as session:
        events = session.scalars(
            select(Participant.event_id)
            .join(Event, Event.id == Participant.event_id)
            .where(
                Participant.leaves_at.is_not(None),
                Participant.state != ParticipantState.WITHDRAWN,
                *OPEN,
            )
            .distinct()
        ).all()
    count = 0
    for event_id in events:
        with db.new_session(url) as session:
            count += sign_off_due(session, session.get_one(Event, event_id))
            session.commit()
    return count


def expire_requests(url: str) -> int:
    """Let requests expire whose time is over, in every event with an open round; how many."""
    with db.new_session(url, read_only=True) as session:
        events = session.scalars(
            select(Event.id)
            .where(
                Event.id.in_(
                    select(MatchmakingRound.event_id).where(MatchmakingRound.state == RoundState.OPEN)
                ),
                *OPEN,
            )
            .order_by(Event.id)
        ).all()
    expired = 0
    for event_id in events:
        with db.new_session(url) as session:
            expired += expire(session, event_id, session.get_one(Event, event_id).now())
            session.commit()
    return expired


def tidy_imports(url: str) -> int:
    """Delete lists and programmes that were brought and not stored for long, of every event; of how many events."""
    with db.new_session(url, read_only=True) as session:
        events = events_to_tidy(session)
    for event_id in events:
        with db.new_session(url) as session:
            delete_abandoned(session, session.get_one(Event, event_id))
            session.commit()
    return len(events)


def delete_events(url: str) -> int:
    """Delete the events whose days to think are over, each in a transaction of its own; how many."""
    now = datetime.now(UTC)
    # Most looks find nothing, so the first takes no write lock.
    with db.new_session(url, read_only=True) as session:
        due = due_deletions(session, now)
    deleted = 0
    for event_id in due:
        with db.new_session(url) as session:
            deleted += delete_event(session, event_id, now)
            session.commit()
    return deleted
