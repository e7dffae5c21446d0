"""Requests without an answer end with their round, and wait again when it is opened again or closes later."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, RequestMode, RequestState
from scheduler.models import MatchmakingRound, Participant, Request
from scheduler.queries.requests.counting import has_mode


def expire_with_round(session: Session, found: MatchmakingRound, now: datetime) -> int:
    """Let what waits for an answer expire because the round closes; how many. What counts without a yes stays."""
    result = session.execute(
        update(Request)
        .where(
            Request.round_id == found.id,
            Request.state == RequestState.OPEN,
            has_mode(RequestMode.OPT_IN),
        )
        .values(state=RequestState.EXPIRED, answered_at=now, expired_by_closing=True)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def wait_again(session: Session, found: MatchmakingRound, now: datetime) -> int:
    """Undo that requests expired with the round: they wait until it closes; how many.

    Those of and to people who have left meanwhile stay expired.
    """
    result = session.execute(
        update(Request)
        .where(ended_with(found))
        .values(
            state=RequestState.OPEN, answered_at=None, expired_by_closing=False, expires_at=found.closes_at
        )
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def ended_with(found: MatchmakingRound) -> ColumnElement[bool]:
    """The requests that would wait again."""
    gone = select(Participant.id).where(
        Participant.event_id == found.event_id, Participant.state == ParticipantState.WITHDRAWN
    )
    return and_(
        Request.round_id == found.id,
        Request.state == RequestState.EXPIRED,
        Request.expired_by_closing,
        Request.from_id.not_in(gone),
        Request.to_id.not_in(gone),
    )


def count_ended(session: Session, found: MatchmakingRound) -> int:
    """How many requests would wait again."""
    return session.scalar(select(func.count(Request.id)).where(ended_with(found))) or 0


def follow_closing_time(session: Session, found: MatchmakingRound, before: datetime) -> None:
    """Let requests that wait until the round closes wait until its new closing time; none waits longer."""
    session.execute(
        update(Request)
        .where(
            Request.round_id == found.id,
            Request.state == RequestState.OPEN,
            or_(Request.expires_at == before, Request.expires_at > found.closes_at),
        )
        .values(expires_at=found.closes_at)
        .execution_options(synchronize_session=False)
    )
