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
    """The rules of a round. Times are UTC instants; `blocks` public ids; `caps` requests by type code.

    `answer_days` is how long a request waits for its answer; 0: until the round closes.
    """

    name: str
    opens_at: datetime
    closes_at: datetime
    request_mode: RequestMode
    request_cap: int
    guarantee: int
    blocks: Sequence[str]
    answer_days: int = 0
    caps: Mapping[str, int] = field(default_factory=dict)


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
    found.blocks = blocks
    session.flush()
    _caps(session, event, found, entry.caps)
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


def _caps(session: Session, event: Event, found: MatchmakingRound, caps: Mapping[str, int]) -> None:
    types = {
        row.code: row.id
        for row in session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
    }
    for code, cap in caps.items():
        if code not in types or not 0 <= cap <= 1000:
            raise Invalid(_("A limit by type lies between 0 and 1000."), "caps")
    rules = {
        rule.type_id: rule
        for rule in session.scalars(select(RoundTypeRule).where(RoundTypeRule.round_id == found.id))
    }
    for code, type_id in types.items():
        if type_id in rules:
            rules[type_id].request_cap = caps.get(code)
        elif code in caps:
            session.add(RoundTypeRule(round_id=found.id, type_id=type_id, request_cap=caps[code]))
    session.flush()
