"""The frame of the demonstration: event, days, types, matrix, topics, venue, blocks and rounds."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from sqlalchemy.orm import Session

from scheduler.demo.source import DemoSource
from scheduler.domain.enums import PlaceKind, RoundState
from scheduler.imports.plans import draw_own_plan
from scheduler.models import (
    Event,
    EventDay,
    MatchmakingRound,
    MatrixRule,
    MeetingBlock,
    ParticipantType,
    Pavilion,
    Place,
    Topic,
    WalkingTime,
)
from scheduler.services.venue.hall_names import place_by_names
from scheduler.services.venue.halls import HallEntry, add_hall
from scheduler.services.venue.slots import BlockEntry, add_block


@dataclass
class Frame:
    """What was made, by the codes of the files. Times in the files are wall-clock times of the event."""

    source: DemoSource
    event: Event
    types: dict[str, ParticipantType] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    pavilions: dict[str, Pavilion] = field(default_factory=dict)
    blocks: dict[str, list[MeetingBlock]] = field(default_factory=dict)
    rounds: dict[str, MatchmakingRound] = field(default_factory=dict)

    def utc(self, local: datetime) -> datetime:
        """The instant of a wall-clock time of the event."""
        return local.replace(tzinfo=self.event.zone).astimezone(UTC)

    @property
    def now(self) -> datetime:
        """The instant at which the demonstration's clock stands when it is made."""
        return self.utc(self.source.clock)


def build_frame(session: Session, source: DemoSource, *, slug: str, name: str, tables_factor: float) -> Frame:
    """Everything but people. `tables_factor` multiplies the numbers of tables (1 for 300 participants)."""
    event = Event(
        slug=slug,
        name=name,
        timezone=source.timezone,
        city=source.city,
        venue=source.venue,
        description=source.description,
        demonstration=True,
        created_at=datetime.now(UTC),
        days=[EventDay(date=day, label=label) for day, label in source.days],
    )
    session.add(event)
    session.flush()
    frame = Frame(source, event)
    set_clock(event, source)
    event.created_at = frame.utc(source.rounds[0].opens) - timedelta(days=30)
    _types(session, frame)
    _topics(session, frame)
    _blocks(session, frame)
    _venue(session, frame, tables_factor)
    _hall(session, frame)
    _rounds(session, frame)
    session.flush()
    return frame


def set_clock(event: Event, source: DemoSource) -> None:
    """Let the event's clock show the written-down time now; it ticks on from there."""
    shown = source.clock.replace(tzinfo=event.zone)
    event.clock_shift = int((datetime.now(UTC) - shown).total_seconds())


def _types(session: Session, frame: Frame) -> None:
    for code, name in frame.source.types.items():
        frame.types[code] = ParticipantType(event_id=frame.event.id, code=code, name=name)
    session.add_all(frame.types.values())
    session.flush()
    session.add_all(
        MatrixRule(
            event_id=frame.event.id,
            from_type_id=frame.types[asker].id,
            to_type_id=frame.types[asked].id,
            meeting_kind=kind,
        )
        for asker, row in frame.source.matrix.items()
        for asked, kind in row.items()
    )


def _topics(session: Session, frame: Frame) -> None:
    text = resources.files("scheduler.data").joinpath("topics.json").read_text(encoding="utf-8")

    def walk(nodes: list[dict[str, Any]], parent: Topic | None) -> None:
        for node in nodes:
            topic = Topic(
                event_id=frame.event.id,
                code=node["id"],
                label=node["label"],
                parent_id=parent.id if parent else None,
                position=len(frame.topics),
            )
            session.add(topic)
            session.flush()
            frame.topics[topic.code] = topic
            walk(node.get("topics", []), topic)

    walk(json.loads(text)["topics"], None)


def _blocks(session: Session, frame: Frame) -> None:
    for facts in frame.source.blocks:
        block = add_block(
            session,
            frame.event,
            BlockEntry(facts.name, facts.date, facts.start, facts.end, facts.slot, facts.pause),
        )
        frame.blocks.setdefault(facts.round, []).append(block)


def _venue(session: Session, frame: Frame, tables_factor: float) -> None:
    event = frame.event
    for facts in frame.source.pavilions:
        frame.pavilions[facts.code] = Pavilion(
            event_id=event.id,
            name=facts.name,
            x=facts.x,
            y=facts.y,
            placed=not facts.off_site,
            off_site=facts.off_site,
            address=facts.address,
            note=facts.note,
        )
    session.add_all(frame.pavilions.values())
    session.flush()
    walking = frame.source.walking
    for number, one in enumerate(frame.source.pavilions):
        for other in frame.source.pavilions[number + 1 :]:
            distance = math.hypot(one.x - other.x, one.y - other.y)
            minutes = max(walking.least, round(distance * walking.minutes_per_hundred / 100))
            session.add(
                WalkingTime(
                    event_id=event.id,
                    from_id=frame.pavilions[one.code].id,
                    to_id=frame.pavilions[other.code].id,
                    minutes=walking.off_site if one.off_site or other.off_site else minutes,
                )
            )
    for facts in frame.source.pavilions:
        for number in range(1, facts.rooms + 1):
            session.add(
                Place(
                    event_id=event.id,
                    pavilion_id=frame.pavilions[facts.code].id,
                    kind=PlaceKind.ROOM,
                    name=f"Meeting room {number}",
                    capacity=1,
                )
            )
        if not facts.tables:
            continue
        session.add(
            Place(
                event_id=event.id,
                pavilion_id=frame.pavilions[facts.code].id,
                kind=PlaceKind.TABLES,
                name="Tables",
                capacity=min(1000, math.ceil(facts.tables * tables_factor)),
            )
        )


def _hall(session: Session, frame: Frame) -> None:
    """The plan of the hall, with the pavilions placed by their names on it."""
    facts = frame.source.hall
    drawing = resources.files("scheduler.data").joinpath("barcelona", "hall.geojson").read_bytes()
    entry = HallEntry(facts.name, facts.metres)
    hall = add_hall(session, frame.event, entry, draw_own_plan(drawing), None)
    place_by_names(session, frame.event, hall, None)


def _rounds(session: Session, frame: Frame) -> None:
    for facts in frame.source.rounds:
        row = MatchmakingRound(
            event_id=frame.event.id,
            name=facts.name,
            state=RoundState.CLOSED if facts.published else RoundState.OPEN,
            opens_at=frame.utc(facts.opens),
            closes_at=frame.utc(facts.closes),
            request_mode=facts.mode,
            request_cap=facts.cap,
            guarantee=facts.guarantee,
            created_at=frame.utc(facts.opens) - timedelta(days=7),
            blocks=frame.blocks[facts.code],
        )
        session.add(row)
        frame.rounds[facts.code] = row
