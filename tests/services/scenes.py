"""A small published schedule that the tests of agendas, feeds and messages share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState
from scheduler.models import (
    Event,
    MatchmakingRound,
    Meeting,
    MeetingBlock,
    Participant,
    Pavilion,
    Place,
    Plan,
    WalkingTime,
)
from tests.factories import (
    at,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_pavilion,
    make_place,
    make_plan,
    make_round,
)


@dataclass
class Scene:
    """Ana and Ivan of Sofia, Marta and Jordi; Ana meets Marta in Bavaria, then Jordi in Catalonia."""

    event: Event
    round: MatchmakingRound
    plan: Plan
    block: MeetingBlock
    ana: Participant
    ivan: Participant
    marta: Participant
    jordi: Participant
    bavaria: Pavilion
    catalonia: Pavilion
    tables: Place
    others: Place
    meetings: list[Meeting] = field(default_factory=list)


def published_scene(session: Session, slug: str = "") -> Scene:
    """Two published meetings on Tue 7 November 2023 at 10:00 and 10:25, six minutes of walk between."""
    event = make_event(session, slug)
    block = make_block(session, event)
    people = {name: make_participant(session, event, name=name) for name in ("Ana", "Ivan", "Marta", "Jordi")}
    bavaria, catalonia = make_pavilion(session, event, "Bavaria"), make_pavilion(session, event, "Catalonia")
    session.add(WalkingTime(event_id=event.id, from_id=bavaria.id, to_id=catalonia.id, minutes=6))
    tables, others = make_place(session, event, bavaria), make_place(session, event, catalonia)
    tables.name = others.name = "table"
    round_ = make_round(session, event, blocks=[block])
    plan = make_plan(session, round_)
    scene = Scene(
        event,
        round_,
        plan,
        block,
        people["Ana"],
        people["Ivan"],
        people["Marta"],
        people["Jordi"],
        bavaria,
        catalonia,
        tables,
        others,
    )
    scene.meetings = [
        make_meeting(session, plan, block.slots[0], tables, [scene.ana, scene.marta]),
        make_meeting(session, plan, block.slots[1], others, [scene.ana, scene.jordi]),
    ]
    plan.state = PlanState.PUBLISHED
    session.flush()
    return scene


def set_clock(event: Event, local: str) -> None:
    """Let the event's clock stand at a local time, such as `2023-11-06 09:00`."""
    event.clock_shift = int((datetime.now(UTC) - at(local)).total_seconds())
