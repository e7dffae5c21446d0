"""Where an event stands: figures for the organiser's first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import (
    InterestLevel,
    ParticipantState,
    PlanState,
    RequestState,
    RoundState,
    RunState,
)
from scheduler.models import (
    Event,
    Interest,
    MatchmakingRound,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    ProgrammeSession,
    Request,
    Run,
    Slot,
    round_block,
)
from scheduler.queries.people.people_admin import neither_asked_nor_been_asked


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """One round in figures; `slots` counts those of its blocks."""

    round: MatchmakingRound
    requests: dict[RequestState, int]
    levels: dict[InterestLevel, int]
    slots: int
    published: Plan | None
    drafts: int
    run: Run | None

    @property
    def total(self) -> int:
        return sum(self.requests.values())

    @property
    def interests(self) -> int:
        return sum(self.levels.values())

    def of(self, state: RequestState) -> int:
        return self.requests.get(state, 0)

    @property
    def answered(self) -> int:
        return self.of(RequestState.ACCEPTED) + self.of(RequestState.DECLINED)

    @property
    def running(self) -> bool:
        return self.run is not None and self.run.state in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class EventStanding:
    people: int
    invited: int
    withdrawn: int
    organisations: int
    unconfirmed: int
    by_type: tuple[tuple[str, str, int], ...]
    pavilions: int
    tables: int
    stands: int
    sessions: int
    slots: int
    rounds: tuple[RoundStanding, ...]

    @property
    def current(self) -> RoundStanding | None:
        """The round that wants attention first: open, else closed and unpublished, else the newest."""
        opened = [row for row in self.rounds if row.round.state is RoundState.OPEN]
        waiting = [
            row for row in self.rounds if row.round.state is RoundState.CLOSED and row.published is None
        ]
        drafts = [row for row in self.rounds if row.round.state is RoundState.DRAFT]
        for rows in (waiting, opened, drafts, list(reversed(self.rounds))):
            if rows:
                return rows[0]
        return None


def event_standing(session: Session, event: Event) -> EventStanding:
    """Everything the overview says, in a fixed number of queries."""
    states: dict[ParticipantState, int] = {}
    of_type: dict[int, int] = {}
    unconfirmed = 0
    for state, type_id, count, confirmed in session.execute(
        select(
            Participant.state,
            Participant.type_id,
            func.count(),
            func.count(Participant.availability_confirmed_at),
        )
        .where(Participant.event_id == event.id)
        .group_by(Participant.state, Participant.type_id)
    ):
        states[state] = states.get(state, 0) + count
        if state is not ParticipantState.WITHDRAWN:
            of_type[type_id] = of_type.get(type_id, 0) + count
        if state is ParticipantState.ACTIVE:
            unconfirmed += count - confirmed
    types = session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
    by_type = sorted(
        ((row.code, row.name, of_type.get(row.id, 0)) for row in types), key=lambda row: (-row[2], row[1])
    )
    tables, stands = session.execute(
        select(
            func.coalesce(func.sum(case((Place.organisation_id.is_(None), Place.capacity), else_=0)), 0),
            func.coalesce(func.sum(case((Place.organisation_id.is_not(None), 1), else_=0)), 0),
        ).where(Place.event_id == event.id, Place.retired_at.is_(None))
    ).one()
    counts = session.execute(
        select(
            select(func.count()).where(Organisation.event_id == event.id).scalar_subquery(),
            select(func.count())
            .where(Pavilion.event_id == event.id, Pavilion.retired_at.is_(None))
            .scalar_subquery(),
            select(func.count()).where(ProgrammeSession.event_id == event.id).scalar_subquery(),
            select(func.count())
            .where(Slot.event_id == event.id, Slot.retired_at.is_(None))
            .scalar_subquery(),
        )
    ).one()
    return EventStanding(
        people=states.get(ParticipantState.ACTIVE, 0),
        invited=states.get(ParticipantState.INVITED, 0),
        withdrawn=states.get(ParticipantState.WITHDRAWN, 0),
        organisations=counts[0],
        unconfirmed=unconfirmed,
        by_type=tuple(by_type),
        pavilions=counts[1],
        tables=int(tables),
        stands=int(stands),
        sessions=counts[2],
        slots=counts[3],
        rounds=round_standings(session, event.id),
    )


def round_standings(session: Session, event_id: int, only: int | None = None) -> tuple[RoundStanding, ...]:
    """The event's rounds in the order of their opening, in six queries; `only` one of them by its id."""
    wanted = select(MatchmakingRound).where(MatchmakingRound.event_id == event_id)
    if only is not None:
        wanted = wanted.where(MatchmakingRound.id == only)
    rounds = list(session.scalars(wanted.order_by(MatchmakingRound.opens_at, MatchmakingRound.id)))
    ids = [row.id for row in rounds]
    requests: dict[int, dict[RequestState, int]] = {}
    for round_id, state, count in session.execute(
        select(Request.round_id, Request.state, func.count())
        .where(Request.round_id.in_(ids))
        .group_by(Request.round_id, Request.state)
    ):
        requests.setdefault(round_id, {})[state] = count
    levels: dict[int, dict[InterestLevel, int]] = {}
    for round_id, level, count in session.execute(
        select(Interest.round_id, Interest.level, func.count())
        .where(Interest.round_id.in_(ids))
        .group_by(Interest.round_id, Interest.level)
    ):
        levels.setdefault(round_id, {})[level] = count
    slots: dict[int, int] = dict(
        session.execute(
            select(round_block.c.round_id, func.count(Slot.id))
            .join(MeetingBlock, MeetingBlock.id == round_block.c.block_id)
            .join(Slot, Slot.block_id == MeetingBlock.id)
            .where(round_block.c.round_id.in_(ids))
            .group_by(round_block.c.round_id)
        ).all()
    )
    published: dict[int, Plan] = {}
    drafts: dict[int, int] = {}
    for plan in session.scalars(
        select(Plan).where(Plan.round_id.in_(ids), Plan.state.in_((PlanState.PUBLISHED, PlanState.DRAFT)))
    ):
        if plan.state is PlanState.PUBLISHED:
            published[plan.round_id] = plan
        else:
            drafts[plan.round_id] = drafts.get(plan.round_id, 0) + 1
    newest = select(func.max(Run.id)).where(Run.round_id.in_(ids)).group_by(Run.round_id)
    runs = {run.round_id: run for run in session.scalars(select(Run).where(Run.id.in_(newest)))}
    return tuple(
        RoundStanding(
            row,
            requests.get(row.id, {}),
            levels.get(row.id, {}),
            slots.get(row.id, 0),
            published.get(row.id),
            drafts.get(row.id, 0),
            runs.get(row.id),
        )
        for row in rounds
    )


def silent_people(session: Session, event_id: int, round_id: int) -> int:
    """How many active people have neither asked nor been asked in a round."""
    return (
        session.scalar(
            select(func.count()).where(
                Participant.event_id == event_id,
                Participant.state == ParticipantState.ACTIVE,
                neither_asked_nor_been_asked(Request.round_id == round_id),
            )
        )
        or 0
    )


def waiting_people(session: Session, round_id: int) -> int:
    """How many people have requests to answer in a round."""
    return (
        session.scalar(
            select(func.count(func.distinct(Request.to_id))).where(
                Request.round_id == round_id, Request.state == RequestState.OPEN
            )
        )
        or 0
    )


def silent_ids(session: Session, row: MatchmakingRound) -> Sequence[str]:
    """The public ids of those who take part and have no part in any request of a round."""
    return session.scalars(
        select(Participant.public_id).where(
            Participant.event_id == row.event_id,
            Participant.state == ParticipantState.ACTIVE,
            neither_asked_nor_been_asked(Request.round_id == row.id),
        )
    ).all()


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has requests to answer in a round."""

    public_id: str
    name: str
    organisation: str
    waiting: int


def holders_of(session: Session, round_id: int, limit: int) -> list[Holder]:
    """Who has most requests to answer in a round."""
    waiting = func.count()
    rows = session.execute(
        select(Participant.public_id, Participant.name, Organisation.name, waiting)
        .join(Request, Request.to_id == Participant.id)
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Request.round_id == round_id, Request.state == RequestState.OPEN)
        .group_by(Participant.id, Participant.public_id, Participant.name, Organisation.name)
        .order_by(waiting.desc(), Participant.name, Participant.id)
        .limit(limit)
    )
    return [Holder(*row) for row in rows]


def waiting_senders(session: Session, round_id: int) -> int:
    """How many people wait for an answer in a round."""
    wanted = select(func.count(func.distinct(Request.from_id))).where(
        Request.round_id == round_id, Request.state == RequestState.OPEN
    )
    return session.scalar(wanted) or 0
