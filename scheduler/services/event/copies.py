"""A new edition like an old one: venue, meeting blocks, rules and, if wanted, programme and people, on other dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, RoundState
from scheduler.models import (
    Event,
    EventLook,
    Hall,
    HallLink,
    HallPoint,
    MatchmakingRound,
    MatrixRule,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Pavilion,
    Place,
    PlaceOpening,
    ProfileQuestion,
    ProgrammeSession,
    QuestionChoice,
    RoundTypeRule,
    Topic,
    User,
    WalkingTime,
    new_public_id,
    question_type,
    round_block,
)
from scheduler.services.audit import record
from scheduler.services.venue.slots import BlockEntry, add_block

_NEVER = frozenset(
    ("id", "public_id", "event_id", "created_at", "updated_at", "changed_at", "retired_at", "sequence")
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What is copied beside the venue, the types, the topics, the blocks and the rounds' rules."""

    programme: bool = False
    people: bool = False


@dataclass(slots=True)
class Copied:
    """How much was copied; `left` are blocks and sessions of days that the new edition does not have."""

    pavilions: int = 0
    blocks: int = 0
    sessions: int = 0
    people: int = 0
    left: int = 0


@dataclass(slots=True)
class _Copy:
    """A copy under way: the new ids by the old ones, for each table."""

    session: Session
    source: Event
    target: Event
    ids: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def shift(self) -> timedelta:
        """How many days the new edition lies after the old one, from first day to first day."""
        return min(day.date for day in self.target.days) - min(day.date for day in self.source.days)

    def instant(self, when: datetime) -> datetime:
        """The same time of day, so many days later, in the new edition's zone."""
        local = when.astimezone(self.source.zone).replace(tzinfo=None) + self.shift
        return local.replace(tzinfo=self.target.zone)

    def rows(self, model: Any, rows: Sequence[Any], **changes: Any) -> None:
        """Copy rows with what hangs on other rows turned to their copies; `changes` are values or functions."""
        table: Table = model.__table__
        names = [
            column.key
            for column in table.columns
            if column.key not in _NEVER and not column.info.get("key_of") and column.key not in changes
        ]
        made = []
        for row in rows:
            values = {name: self._turned(table, name, getattr(row, name)) for name in names}
            values |= {name: value(row) if callable(value) else value for name, value in changes.items()}
            if "event_id" in table.columns:
                values["event_id"] = self.target.id
            if "public_id" in table.columns:
                values["public_id"] = new_public_id()
            made.append(values)
        if not made:
            return
        if "id" in table.columns:
            ids = self.session.scalars(
                insert(model).returning(model.id, sort_by_parameter_order=True), made
            ).all()
            self.ids.setdefault(table.name, {}).update(zip((row.id for row in rows), ids, strict=True))
        else:
            self.session.execute(insert(model), made)

    def _turned(self, table: Table, name: str, value: Any) -> Any:
        keys = table.columns[name].foreign_keys
        if value is None or not keys:
            return value
        return self.ids.get(next(iter(keys)).column.table.name, {}).get(value)


def fill_from_event(session: Session, event: Event, source: Event, parts: Parts, actor: User) -> Copied:
    """Give a new event what another has, on its own days. Nothing of it is anybody's answer, request or meeting.

    The event must have no types of its own yet. Blocks and sessions of days that it does not have are left out.
    """
    copy = _Copy(session, source, event)
    copied = Copied()
    for name in ("hall_width", "hall_depth", "assumed_walk", "approval"):
        setattr(event, name, getattr(source, name))
    copy.rows(EventLook, [source.look] if source.look is not None else [])
    copy.rows(ParticipantType, _all(session, ParticipantType, source))
    copy.rows(MatrixRule, _all(session, MatrixRule, source))
    _copy_topics(copy, _all(session, Topic, source))
    _copy_questions(copy)
    if parts.people:
        copied.people = _copy_people(copy)
    pavilions = _live(session, Pavilion, source)
    copy.rows(Pavilion, pavilions)
    copied.pavilions = len(pavilions)
    known = copy.ids.get("pavilion", {})
    ways = _all(session, WalkingTime, source)
    copy.rows(WalkingTime, [way for way in ways if {way.from_id, way.to_id} <= known.keys()])
    copy.rows(Place, [place for place in _live(session, Place, source) if place.pavilion_id in known])
    _copy_halls(copy)
    _copy_blocks(copy, copied, actor)
    _copy_openings(copy)
    _copy_rounds(copy)
    if parts.programme:
        _copy_programme(copy, copied)
    record(session, event, actor, "event.copy", event.public_id, name=source.name, people=copied.people)
    session.flush()
    session.expire_all()
    return copied


def _all(session: Session, model: Any, source: Event) -> Sequence[Any]:
    return session.scalars(select(model).where(model.event_id == source.id).order_by(model.id)).all()


def _live(session: Session, model: Any, source: Event) -> Sequence[Any]:
    return [row for row in _all(session, model, source) if row.retired_at is None]


def _copy_topics(copy: _Copy, topics: Sequence[Topic]) -> None:
    """Those at the top first, then those below them."""
    left = list(topics)
    while left:
        known = copy.ids.get("topic", {})
        now = [topic for topic in left if topic.parent_id is None or topic.parent_id in known]
        copy.rows(Topic, now)
        left = [topic for topic in left if topic not in now]


def _copy_questions(copy: _Copy) -> None:
    """The questions that are asked, with their choices; nobody's answers."""
    session = copy.session
    copy.rows(ProfileQuestion, _live(session, ProfileQuestion, copy.source))
    known = copy.ids.get("question", {})
    choices = select(QuestionChoice).where(QuestionChoice.question_id.in_(known)).order_by(QuestionChoice.id)
    copy.rows(QuestionChoice, session.scalars(choices).all())
    types = copy.ids.get("participant_type", {})
    pairs = [
        {"question_id": known[question], "type_id": types[kind]}
        for question, kind in session.execute(
            select(question_type).where(question_type.c.question_id.in_(known))
        )
    ]
    if pairs:
        session.execute(insert(question_type), pairs)


def _copy_people(copy: _Copy) -> int:
    """Organisations and people, who are invited anew: what they said of themselves stays, no answer of theirs does."""
    session, source = copy.session, copy.source
    copy.rows(Organisation, _all(session, Organisation, source))
    people = [
        person
        for person in _all(session, Participant, source)
        if person.state is not ParticipantState.WITHDRAWN
    ]
    now = copy.target.now()
    nobody: Mapping[str, Any] = dict.fromkeys(
        (
            *("user_id", "invited_at", "came_in_at", "shown_at", "approved_at", "leaves_at"),
            *("availability_confirmed_at", "profile_confirmed_at"),
        )
    )
    copy.rows(
        Participant,
        people,
        state=ParticipantState.INVITED,
        invitations=0,
        created_at=now,
        updated_at=now,
        **nobody,
    )
    kept = copy.ids.get("participant", {})
    topics = session.scalars(
        select(ParticipantTopic)
        .join(Participant, Participant.id == ParticipantTopic.participant_id)
        .where(Participant.event_id == source.id)
    ).all()
    copy.rows(ParticipantTopic, [row for row in topics if row.participant_id in kept])
    return len(people)


def _copy_halls(copy: _Copy) -> None:
    """Plans of halls with what stands on them; a drawing keeps its bytes and gets an address of its own."""
    session, source = copy.session, copy.source
    copy.rows(
        Hall,
        _all(session, Hall, source),
        drawing_id=lambda hall: new_public_id() if hall.drawing_id else None,
    )
    pavilions, places = copy.ids.get("pavilion", {}), copy.ids.get("place", {})
    points = _all(session, HallPoint, source)
    copy.rows(
        HallPoint,
        [
            point
            for point in points
            if (point.pavilion_id is None or point.pavilion_id in pavilions)
            and (point.place_id is None or point.place_id in places)
        ],
    )
    copy.rows(HallLink, _all(session, HallLink, source))


def _copy_blocks(copy: _Copy, copied: Copied, actor: User) -> None:
    days = {day.date for day in copy.target.days}
    known = copy.ids.setdefault("meeting_block", {})
    for block in _live(copy.session, MeetingBlock, copy.source):
        day = block.day + copy.shift
        if day not in days:
            copied.left += 1
            continue
        starts, ends = (when.astimezone(copy.source.zone).time() for when in (block.starts_at, block.ends_at))
        name = _of_the_day(block.name, block.day, day)
        entry = BlockEntry(name, day, starts, ends, block.slot_minutes, block.pause_minutes)
        known[block.id] = add_block(copy.session, copy.target, entry, actor).id
        copied.blocks += 1


def _of_the_day(name: str, old: date, new: date) -> str:
    """A name that speaks of a weekday speaks of the new one: “Tuesday morning” becomes “Monday morning”."""
    for locale in dict.fromkeys(map(str, (get_locale() or "en", "en"))):
        was, becomes = (format_date(day, "EEEE", locale=locale) for day in (old, new))
        if was in name:
            return name.replace(was, becomes)
    return name


def _copy_openings(copy: _Copy) -> None:
    places, blocks = copy.ids.get("place", {}), copy.ids["meeting_block"]
    rows = copy.session.scalars(
        select(PlaceOpening)
        .join(Place, Place.id == PlaceOpening.place_id)
        .where(Place.event_id == copy.source.id)
    ).all()
    copy.rows(PlaceOpening, [row for row in rows if row.place_id in places and row.block_id in blocks])


def _copy_rounds(copy: _Copy) -> None:
    """The rules of rounds, none of which is open."""
    session, blocks = copy.session, copy.ids["meeting_block"]
    rounds = _all(session, MatchmakingRound, copy.source)
    copy.rows(
        MatchmakingRound,
        rounds,
        state=RoundState.DRAFT,
        opens_at=lambda row: copy.instant(row.opens_at),
        closes_at=lambda row: copy.instant(row.closes_at),
        created_at=copy.target.now(),
    )
    known = copy.ids.get("matchmaking_round", {})
    chosen = session.execute(
        select(round_block.c.round_id, round_block.c.block_id).where(round_block.c.round_id.in_(known))
    ).all()
    pairs = [
        {"round_id": known[round_id], "block_id": blocks[block]}
        for round_id, block in chosen
        if block in blocks
    ]
    if pairs:
        session.execute(insert(round_block), pairs)
    caps = session.scalars(select(RoundTypeRule).where(RoundTypeRule.round_id.in_(known))).all()
    copy.rows(RoundTypeRule, caps)


def _copy_programme(copy: _Copy, copied: Copied) -> None:
    """Sessions for everybody; who attends is asked anew, and delegations make their own programme."""
    days = {day.date for day in copy.target.days}
    now = copy.target.now()
    sessions = [row for row in _all(copy.session, ProgrammeSession, copy.source) if row.delegation_id is None]
    kept = [row for row in sessions if row.starts_at.astimezone(copy.source.zone).date() + copy.shift in days]
    copied.left += len(sessions) - len(kept)
    copied.sessions = len(kept)
    copy.rows(
        ProgrammeSession,
        kept,
        starts_at=lambda row: copy.instant(row.starts_at),
        ends_at=lambda row: copy.instant(row.ends_at),
        changed_at=now,
    )
