"""Rounds, their rules and the matching matrix, as the organiser sees them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from scheduler.domain.enums import InterestLevel, ParticipantState, RequestState
from scheduler.domain.intervals import Interval, most_disjoint
from scheduler.domain.matrix import Cell, TypePair
from scheduler.domain.round_rules import BOUNDS, TypeRules
from scheduler.models import (
    MatchmakingRound,
    MeetingBlock,
    Participant,
    ParticipantType,
    Request,
    RoundTypeRule,
    Slot,
    round_block,
)
from scheduler.queries.rounds.cells import matrix_cells


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who may ask whom: `cells` by (asking type id, asked type id)."""

    types: tuple[ParticipantType, ...]
    cells: dict[TypePair, Cell]
    people: dict[int, int]


@dataclass(frozen=True, slots=True)
class Collected:
    """What a round has collected; `asked` lists who is asked most: public id, name, requests received."""

    interests: dict[InterestLevel, int]
    asked: tuple[tuple[str, str, int], ...]


def round_by_public_id(session: Session, event_id: int, public_id: str) -> MatchmakingRound | None:
    return session.scalar(
        select(MatchmakingRound)
        .where(MatchmakingRound.event_id == event_id, MatchmakingRound.public_id == public_id)
        .options(selectinload(MatchmakingRound.blocks))
    )


def type_rules(session: Session, round_id: int) -> dict[str, TypeRules]:
    """What holds in a round for single types, by type code, in their order."""
    rows = session.execute(
        select(ParticipantType.code, RoundTypeRule)
        .join(RoundTypeRule, RoundTypeRule.type_id == ParticipantType.id)
        .where(RoundTypeRule.round_id == round_id)
        .order_by(ParticipantType.position, ParticipantType.id)
    )
    return {code: TypeRules(*(getattr(rule, name) for name in BOUNDS)) for code, rule in rows}


def type_names(session: Session, event_id: int) -> dict[str, str]:
    """The types of participants: names by code, in their order."""
    rows = session.execute(
        select(ParticipantType.code, ParticipantType.name)
        .where(ParticipantType.event_id == event_id)
        .order_by(ParticipantType.position, ParticipantType.id)
    )
    return dict(rows.all())


def matrix(session: Session, event_id: int) -> Matrix:
    """The matching matrix with the number of people of each type, in three queries."""
    types = tuple(
        session.scalars(
            select(ParticipantType)
            .where(ParticipantType.event_id == event_id)
            .order_by(ParticipantType.position, ParticipantType.id)
        )
    )
    counts = session.execute(
        select(Participant.type_id, func.count())
        .where(Participant.event_id == event_id, Participant.state != ParticipantState.WITHDRAWN)
        .group_by(Participant.type_id)
    )
    return Matrix(
        types,
        matrix_cells(session, event_id),
        dict(counts.all()),
    )


def slot_lengths(session: Session, event_id: int) -> tuple[int, ...]:
    """The lengths of the meetings of an event's blocks, in minutes, the shortest first."""
    rows = session.scalars(
        select(MeetingBlock.slot_minutes)
        .where(MeetingBlock.event_id == event_id, MeetingBlock.retired_at.is_(None))
        .distinct()
        .order_by(MeetingBlock.slot_minutes)
    )
    return tuple(rows)


def most_meetings(session: Session, round_id: int) -> int:
    """How many meetings one person can hold in a round: its slots that fit one after another."""
    rows = session.execute(
        select(Slot.starts_at, Slot.ends_at)
        .join(round_block, round_block.c.block_id == Slot.block_id)
        .where(round_block.c.round_id == round_id, Slot.retired_at.is_(None))
    )
    return most_disjoint(Interval(start, end) for start, end in rows)


def collected(session: Session, round_id: int, levels: dict[InterestLevel, int]) -> Collected:
    """What a round has collected so far, in one query; `levels` are the counts of its standing."""
    most = (
        select(Request.to_id, func.count().label("requests"))
        .where(Request.round_id == round_id, Request.state != RequestState.WITHDRAWN)
        .group_by(Request.to_id)
        .order_by(func.count().desc(), Request.to_id)
        .limit(10)
        .subquery()
    )
    asked = session.execute(
        select(Participant.public_id, Participant.name, most.c.requests)
        .join(most, most.c.to_id == Participant.id)
        .order_by(most.c.requests.desc(), Participant.name)
    )
    return Collected(
        levels,
        tuple((public_id, name, count) for public_id, name, count in asked),
    )
