"""The programme and the meeting blocks, as the organiser sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from scheduler.domain.agenda import local_day
from scheduler.domain.enums import SessionRole
from scheduler.models import (
    Delegation,
    Event,
    EventDay,
    MatchmakingRound,
    Meeting,
    MeetingBlock,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    Slot,
    round_block,
)

ATTENDEES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class SessionLine:
    session: ProgrammeSession
    delegation: str
    attendees: int
    speakers: int


@dataclass(frozen=True, slots=True)
class Attendee:
    person: Participant
    role: SessionRole
    required: bool = False


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block with its slots, the rounds that use it, and how many meetings plans hold in it."""

    block: MeetingBlock
    rounds: tuple[str, ...]
    meetings: int


def event_days(session: Session, event_id: int) -> tuple[EventDay, ...]:
    return tuple(
        session.scalars(select(EventDay).where(EventDay.event_id == event_id).order_by(EventDay.date))
    )


def session_lines(
    session: Session, event: Event, day: date | None, *, whole: bool = False
) -> tuple[SessionLine, ...]:
    """Sessions of a local day (None: of all days) in order of time, in two queries; `whole`: with descriptions."""
    rows = session.execute(
        select(ProgrammeSession, Delegation.name)
        .outerjoin(Delegation, Delegation.id == ProgrammeSession.delegation_id)
        .where(ProgrammeSession.event_id == event.id)
        .options(joinedload(ProgrammeSession.pavilion))
        .options(*(() if whole else (defer(ProgrammeSession.description),)))
        .order_by(ProgrammeSession.starts_at, ProgrammeSession.id)
    ).all()
    wanted = [row for row in rows if day is None or local_day(row[0].starts_at, event.zone) == day]
    counts: dict[int, tuple[int, int]] = {}
    for number, role, count in session.execute(
        select(SessionAttendance.session_id, SessionAttendance.role, func.count())
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(ProgrammeSession.event_id == event.id)
        .group_by(SessionAttendance.session_id, SessionAttendance.role)
    ):
        everybody, on_stage = counts.get(number, (0, 0))
        counts[number] = (everybody + count, on_stage + (count if role is SessionRole.SPEAKER else 0))
    return tuple(SessionLine(found, name or "", *counts.get(found.id, (0, 0))) for found, name in wanted)


def session_by_public_id(session: Session, event_id: int, public_id: str) -> ProgrammeSession | None:
    return session.scalar(
        select(ProgrammeSession)
        .where(ProgrammeSession.event_id == event_id, ProgrammeSession.public_id == public_id)
        .options(joinedload(ProgrammeSession.pavilion))
    )


def attendance(session: Session, found: ProgrammeSession) -> int:
    """How many attend a session."""
    return session.scalar(select(func.count()).where(SessionAttendance.session_id == found.id)) or 0


def attendees_of(session: Session, found: ProgrammeSession) -> tuple[Attendee, ...]:
    """Who attends, those on stage first; `ATTENDEES_SHOWN` at most."""
    rows = session.execute(
        select(Participant, SessionAttendance.role, SessionAttendance.required)
        .join(SessionAttendance, SessionAttendance.participant_id == Participant.id)
        .where(SessionAttendance.session_id == found.id)
        .options(joinedload(Participant.organisation))
        .order_by(SessionAttendance.role == SessionRole.ATTENDEE, Participant.name)
        .limit(ATTENDEES_SHOWN)
    )
    return tuple(Attendee(*row) for row in rows)


def block_lines(session: Session, event_id: int) -> tuple[BlockLine, ...]:
    """The meeting blocks in order of time, in four queries."""
    blocks = list(
        session.scalars(
            select(MeetingBlock)
            .where(MeetingBlock.event_id == event_id, MeetingBlock.retired_at.is_(None))
            .options(selectinload(MeetingBlock.slots))
            .order_by(MeetingBlock.starts_at, MeetingBlock.id)
        )
    )
    rounds: dict[int, list[str]] = {}
    for number, name in session.execute(
        select(round_block.c.block_id, MatchmakingRound.name)
        .join(MatchmakingRound, MatchmakingRound.id == round_block.c.round_id)
        .where(MatchmakingRound.event_id == event_id)
        .order_by(MatchmakingRound.opens_at)
    ):
        rounds.setdefault(number, []).append(name)
    meetings: dict[int, int] = dict(
        session.execute(
            select(Slot.block_id, func.count(Meeting.id))
            .join(Meeting, Meeting.slot_id == Slot.id)
            .where(Slot.event_id == event_id)
            .group_by(Slot.block_id)
        ).all()
    )
    return tuple(
        BlockLine(block, tuple(rounds.get(block.id, ())), meetings.get(block.id, 0)) for block in blocks
    )


def rounds_of_event(session: Session, event_id: int) -> Sequence[MatchmakingRound]:
    """The rounds of an event, in the order in which they open."""
    return session.scalars(
        select(MatchmakingRound)
        .where(MatchmakingRound.event_id == event_id)
        .order_by(MatchmakingRound.opens_at, MatchmakingRound.id)
    ).all()


def block_rounds(session: Session, block: MeetingBlock) -> list[str]:
    """The public ids of the rounds that use a block."""
    return list(
        session.scalars(
            select(MatchmakingRound.public_id)
            .join(round_block, round_block.c.round_id == MatchmakingRound.id)
            .where(round_block.c.block_id == block.id)
        )
    )


def blocks_taken_out(session: Session, event_id: int) -> Sequence[MeetingBlock]:
    """The blocks that were taken out and are kept for the meetings that plans hold in them."""
    return session.scalars(
        select(MeetingBlock)
        .where(
            MeetingBlock.event_id == event_id,
            MeetingBlock.retired_at.is_not(None),
            MeetingBlock.origin_id.is_(None),
            exists().where(Slot.block_id == MeetingBlock.id),
        )
        .order_by(MeetingBlock.starts_at)
    ).all()


def block_by_public_id(session: Session, event_id: int, public_id: str) -> MeetingBlock | None:
    return session.scalar(
        select(MeetingBlock).where(MeetingBlock.event_id == event_id, MeetingBlock.public_id == public_id)
    )
