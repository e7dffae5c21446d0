"""Which requests count: in a statement what `domain/matrix.counts` says of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import RequestMode, RequestState
from scheduler.models import MatchmakingRound, MatrixRule, Participant, ParticipantType, Request
from scheduler.queries.people.may_ask import asked_by


def has_mode(mode: RequestMode) -> ColumnElement[bool]:
    """Whether a request counts in this way: as the cell of its two types says, else as its round does."""
    asking, asked = aliased(Participant), aliased(Participant)
    of_cell = (
        select(MatrixRule.request_mode)
        .join(asking, asking.type_id == MatrixRule.from_type_id)
        .join(asked, asked.type_id == MatrixRule.to_type_id)
        .where(asking.id == Request.from_id, asked.id == Request.to_id)
        .correlate(Request)
        .scalar_subquery()
    )
    round_ = aliased(MatchmakingRound)
    of_round = (
        select(round_.request_mode).where(round_.id == Request.round_id).correlate(Request).scalar_subquery()
    )
    return func.coalesce(of_cell, of_round) == mode.value


def request_counts() -> ColumnElement[bool]:
    """Whether a request makes a wish. Who proposes a colleague has said "not me": that one waits."""
    return or_(
        Request.state == RequestState.ACCEPTED,
        and_(
            Request.state == RequestState.OPEN,
            Request.proposed_id.is_(None),
            has_mode(RequestMode.OPT_OUT),
        ),
    )


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Requests of a round that have no answer: those that expire when it closes, and those that count all the same."""

    expiring: int
    counting: int


def unanswered(
    session: Session, rounds: Collection[MatchmakingRound], waiting: Mapping[int, int]
) -> dict[int, Unanswered]:
    """By round what becomes of its `waiting` requests. Two queries at most."""
    cells = select(MatrixRule.id).where(
        MatrixRule.event_id.in_({row.event_id for row in rounds}), MatrixRule.request_mode.is_not(None)
    )
    if session.scalar(cells.limit(1)) is None:
        counting = {
            row.id: waiting.get(row.id, 0) for row in rounds if row.request_mode is RequestMode.OPT_OUT
        }
    else:
        rows = session.execute(
            select(Request.round_id, func.count())
            .where(
                Request.round_id.in_([row.id for row in rounds]),
                Request.state == RequestState.OPEN,
                has_mode(RequestMode.OPT_OUT),
            )
            .group_by(Request.round_id)
        )
        counting = dict(rows.all())
    return {
        row.id: Unanswered(waiting.get(row.id, 0) - counting.get(row.id, 0), counting.get(row.id, 0))
        for row in rounds
    }


@dataclass(frozen=True, slots=True)
class UnlessDeclined:
    """The types, by name, whose requests to somebody count unless declined; `all_types`: nobody else may ask them."""

    types: tuple[str, ...]
    all_types: bool


def unless_declined(session: Session, me: Participant, round_: MatchmakingRound) -> UnlessDeclined:
    """Whose requests to a participant count without their yes."""
    rows = session.execute(
        select(ParticipantType.name, func.coalesce(MatrixRule.request_mode, round_.request_mode.value))
        .join(MatrixRule, ParticipantType.id == MatrixRule.from_type_id)
        .where(*asked_by(me))
        .order_by(ParticipantType.position, ParticipantType.id)
    ).all()
    counting = tuple(name for name, mode in rows if mode == RequestMode.OPT_OUT)
    return UnlessDeclined(counting, bool(counting) and len(counting) == len(rows))
