"""Matchmaking rounds: made, changed, opened, closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.agenda import instant
from scheduler.domain.enums import RequestMode, RoundState
from scheduler.domain.round_rules import BOUNDS, LIMITS, TypeRules, outside
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    Event,
    EventDay,
    MatchmakingRound,
    MeetingBlock,
    ParticipantType,
    RoundTypeRule,
    Slot,
    User,
)
from scheduler.services.audit import record
from scheduler.services.rounds.closing import expire_with_round, follow_closing_time, wait_again
from scheduler.services.text import clean_line


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """The rules of a round. Times are UTC instants; `blocks` public ids; `by_type` what holds for types alone, by code.

    `answer_days` is how long a request waits for its answer; 0: until the round closes. `limits` are figures of
    `domain/round_rules.LIMITS` for everybody; `half_day_at` is in minutes after local midnight.
    """

    name: str
    opens_at: datetime
    closes_at: datetime
    request_mode: RequestMode
    request_cap: int
    guarantee: int
    blocks: Sequence[str]
    answer_days: int = 0
    limits: Mapping[str, int] | Mapping[str, int | None] = field(default_factory=dict)
    half_day_at: int = 13 * 60
    by_type: Mapping[str, TypeRules] = field(default_factory=dict)


def save_round(
    session: Session, event: Event, found: MatchmakingRound | None, entry: RoundEntry, actor: User
) -> MatchmakingRound:
    """Make a round, or change its rules. Raises Invalid, naming the field; then nothing is changed."""
    name = clean_line(entry.name, 120, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the round a name."), "name")
    twin = session.scalar(
        select(MatchmakingRound.id).where(
            MatchmakingRound.event_id == event.id, MatchmakingRound.name_key == name_key(name)
        )
    )
    if twin is not None and (found is None or twin != found.id):
        raise Invalid(_("There is a round “%(name)s” already.", name=name), "name")
    if entry.closes_at <= entry.opens_at:
        raise Invalid(_("The round closes before it opens."), "closes_at")
    _check_ends(session, event, entry)
    for figure, value in (("request_cap", entry.request_cap), ("guarantee", entry.guarantee)):
        if not 0 <= value <= 1000:
            raise Invalid(_("This lies between 0 and 1000."), figure)
    if not 0 <= entry.answer_days <= 365:
        raise Invalid(_("A request waits 365 days at most."), "answer_days")
    _check_limits(dict(entry.limits), "")
    if not 0 < entry.half_day_at < 24 * 60:
        raise Invalid(_("The second half of a day begins after midnight."), "half_day_at")
    blocks = list(
        session.scalars(
            select(MeetingBlock).where(
                MeetingBlock.event_id == event.id,
                MeetingBlock.public_id.in_(entry.blocks),
                MeetingBlock.retired_at.is_(None),
            )
        )
    )
    action = "round.add" if found is None else "round.change"
    if found is None:
        found = MatchmakingRound(event_id=event.id, created_at=event.now())
        session.add(found)
    found.name = name
    before = found.closes_at
    found.opens_at, found.closes_at = entry.opens_at, entry.closes_at
    found.request_mode = entry.request_mode
    found.request_cap = entry.request_cap
    found.guarantee = entry.guarantee
    found.answer_days = entry.answer_days
    found.half_day_at = entry.half_day_at
    for name in LIMITS:
        setattr(found, name, entry.limits.get(name))
    found.blocks = blocks
    session.flush()
    _set_types(session, event, found, entry.by_type)
    if before is not None and before != found.closes_at:
        follow_closing_time(session, found, before)
        if found.state is RoundState.OPEN and found.closes_at > event.now():
            wait_again(session, found, event.now())
    record(session, event, actor, action, found.public_id, name=name)
    return found


def _check_ends(session: Session, event: Event, entry: RoundEntry) -> None:
    """A round closes while there is still a meeting time, and an event, to plan for. Raises Invalid."""
    last_day = session.scalar(select(func.max(EventDay.date)).where(EventDay.event_id == event.id))
    if last_day is not None and entry.closes_at > instant(last_day, 24 * 60, event.zone):
        raise Invalid(_("The round closes after the event. Close it before the last meetings."), "closes_at")
    last_slot = session.scalar(
        select(func.max(Slot.starts_at))
        .join(MeetingBlock, MeetingBlock.id == Slot.block_id)
        .where(
            MeetingBlock.event_id == event.id,
            MeetingBlock.public_id.in_(entry.blocks),
            Slot.retired_at.is_(None),
        )
    )
    if last_slot is not None and entry.closes_at > last_slot:
        raise Invalid(
            _("When the round closes, its last meeting time has begun: nothing could be planned any more."),
            "closes_at",
        )


def open_round(session: Session, event: Event, found: MatchmakingRound, actor: User) -> int:
    """Open a round, or open a closed one again: what expired with its closing waits again; how many requests.

    Raises Conflict when it can't be used yet.
    """
    check_can_open(event, found)
    again = found.state is RoundState.CLOSED
    found.state = RoundState.OPEN
    session.flush()
    waiting = wait_again(session, found, event.now())
    action = "round.reopen" if again else "round.open"
    record(session, event, actor, action, found.public_id, name=found.name, waiting=waiting)
    return waiting


def check_can_open(event: Event, found: MatchmakingRound) -> None:
    """Raises Conflict, with the reason, when a round can't be opened."""
    if found.state is RoundState.OPEN:
        raise Conflict(_("“%(name)s” is open already.", name=found.name))
    if not found.blocks:
        raise Conflict(
            _("“%(name)s” has no meeting block: nobody could meet. Choose one first.", name=found.name)
        )
    if found.closes_at <= event.now():
        raise Conflict(
            _("The closing time of “%(name)s” is past. Set a later one, then open it.", name=found.name)
        )


def close_round(session: Session, event: Event, found: MatchmakingRound, actor: User | None) -> int:
    """Close an open round; in opt-in mode, requests without an answer expire. Returns how many."""
    if found.state is not RoundState.OPEN:
        raise Conflict(_("“%(name)s” is not open.", name=found.name))
    expired = expire_with_round(session, found, event.now())
    found.state = RoundState.CLOSED
    session.flush()
    record(session, event, actor, "round.close", found.public_id, name=found.name, expired=expired)
    return expired


def _check_limits(figures: dict[str, int | None], kind: str) -> None:
    """Raises Invalid for a figure that no round can say, for everybody or for a type."""
    if name := outside(figures):
        least, most = BOUNDS[name]
        said = _("This lies between %(least)d and %(most)d.", least=least, most=most)
        raise Invalid(f"{kind}: {said}" if kind else said, "by_type" if kind else name)


def _set_types(
    session: Session, event: Event, found: MatchmakingRound, by_type: Mapping[str, TypeRules]
) -> None:
    """Let these rules, and no others, hold for single types. Raises Invalid."""
    types = {
        row.code: row
        for row in session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
    }
    rules = {
        rule.type_id: rule
        for rule in session.scalars(select(RoundTypeRule).where(RoundTypeRule.round_id == found.id))
    }
    for code, said in by_type.items():
        if code not in types:
            raise Invalid(_("There is no such type of participant at this event."), "by_type")
        _check_limits(said.figures(), types[code].name)
    for code, kind in types.items():
        figures = by_type.get(code, TypeRules()).figures()
        rule = rules.get(kind.id)
        if all(value is None for value in figures.values()):
            if rule is not None:
                session.delete(rule)
            continue
        if rule is None:
            rule = RoundTypeRule(round_id=found.id, type_id=kind.id)
            session.add(rule)
        for name, value in figures.items():
            setattr(rule, name, value)
    session.flush()
