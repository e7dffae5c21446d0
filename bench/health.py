"""How long the health of a large round takes, from rows to the page: `python -m bench.health`.

`--people` in organisations of three, six requests of each, fourteen pavilions with common tables, a stand of every
fifth organisation, three days of twenty slots, two busy times of each; on SQLite in a folder of its own.
The baseline is reading the rows of the problem, which nobody can do without; the median of three.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import ParticipantState, PlaceKind, RequestState, RoundState
from scheduler.extensions import db
from scheduler.models import (
    Base,
    BusyTime,
    Event,
    EventDay,
    MatchmakingRound,
    MatrixRule,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Request,
    Slot,
)
from scheduler.planning.health import round_health
from scheduler.planning.material import read_material
from scheduler.planning.problem import round_problem

_ASKED = 6
_HOURS = 10
_SLOT = timedelta(minutes=30)


def new_round(session: Session, people: int) -> MatchmakingRound:
    """An event with its venue, blocks, people, and an open round of their requests."""
    now = datetime.now(UTC)
    event = Event(slug="expo", name="Expo", timezone="Europe/Vienna", created_at=now, assumed_walk=5)
    session.add(event)
    session.flush()
    kind = ParticipantType(event_id=event.id, code="firm", name="Firm")
    session.add(kind)
    session.flush()
    session.add(MatrixRule(event_id=event.id, from_type_id=kind.id, to_type_id=kind.id, meeting_kind="B2B"))
    blocks = list(_blocks(event, now))
    found = MatchmakingRound(
        event_id=event.id,
        name="Round",
        state=RoundState.OPEN,
        opens_at=now,
        closes_at=now + timedelta(days=10),
        created_at=now,
        blocks=blocks,
    )
    session.add_all([*blocks, found])
    session.flush()
    _crowd(session, event, kind, people)
    _requests(session, found, people)
    session.commit()
    return found


def _blocks(event: Event, now: datetime) -> Iterator[MeetingBlock]:
    for number in range(3):
        first = (now + timedelta(days=30 + number)).replace(hour=8, minute=0, second=0, microsecond=0)
        event.days.append(EventDay(date=first.date(), label=f"Day {number + 1}"))
        block = MeetingBlock(
            event_id=event.id,
            name=f"Day {number + 1}",
            day=first.date(),
            starts_at=first,
            ends_at=first + _HOURS * 2 * _SLOT,
            slot_minutes=30,
            pause_minutes=0,
        )
        for start in (first + index * _SLOT for index in range(2 * _HOURS)):
            ticks = int(start.timestamp()) // 300
            block.slots.append(
                Slot(
                    event_id=event.id,
                    day=block.day,
                    starts_at=start,
                    ends_at=start + _SLOT,
                    first_tick=ticks,
                    tick_count=6,
                )
            )
        yield block


def _crowd(session: Session, event: Event, kind: ParticipantType, people: int) -> None:
    now = datetime.now(UTC)
    halls = [Pavilion(event_id=event.id, name=f"Hall {number}") for number in range(14)]
    homes = [Organisation(event_id=event.id, name=f"Firm {number}") for number in range(-(-people // 3))]
    session.add_all([*halls, *homes])
    session.flush()
    places = [(hall, PlaceKind.TABLES, people // 60, None) for hall in halls]
    places += [(halls[n % 14], PlaceKind.STAND, 2, home.id) for n, home in enumerate(homes) if n % 5 == 0]
    _rows(
        session,
        Place,
        [
            {
                "event_id": event.id,
                "pavilion_id": hall.id,
                "kind": sort,
                "name": f"Place {number}",
                "capacity": capacity,
                "organisation_id": home,
            }
            for number, (hall, sort, capacity, home) in enumerate(places)
        ],
    )
    _rows(
        session,
        Participant,
        [
            {
                "id": number + 1,
                "event_id": event.id,
                "organisation_id": homes[number // 3].id,
                "type_id": kind.id,
                "name": f"Ada {number}",
                "email": f"ada{number}@invented.example",
                "state": ParticipantState.ACTIVE,
                "created_at": now,
                "updated_at": now,
            }
            for number in range(people)
        ],
    )
    first = (now + timedelta(days=30)).replace(hour=8, minute=0, second=0, microsecond=0)
    chance = random.Random(1)
    busy = [
        (number + 1, first + timedelta(days=chance.randrange(3), hours=chance.randrange(_HOURS - 2)))
        for number in range(people)
        for _ in range(2)
    ]
    _rows(
        session,
        BusyTime,
        [{"participant_id": who, "starts_at": at, "ends_at": at + timedelta(hours=2)} for who, at in busy],
    )


def _requests(session: Session, found: MatchmakingRound, people: int) -> None:
    chance = random.Random(2)
    states = (RequestState.ACCEPTED, RequestState.ACCEPTED, RequestState.OPEN)
    pairs = {
        (who + 1, 1 + (who + 3 + chance.randrange(people - 6)) % people)
        for who in range(people)
        for _ in range(_ASKED)
    }
    _rows(
        session,
        Request,
        [
            {
                "round_id": found.id,
                "from_id": one,
                "to_id": other,
                "state": states[number % 3],
                "message": "",
                "sent_at": datetime.now(UTC),
            }
            for number, (one, other) in enumerate(sorted(pairs))
        ],
    )


def _rows(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(table), rows)


def median(work: Callable[[], object]) -> float:
    """Seconds of the processor, the median of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found)


def run(session: Session, people: int) -> None:
    """Print how long each step takes."""
    row = new_round(session, people)
    problem = round_problem(session, row.id)
    health = round_health(problem)
    print(f"{people} people, {health.wishes} wishes, {len(health.halls)} halls, {len(health.slots)} slots")
    print(
        f"possible wishes {health.demand.sum():.0f}, of {health.wishes - health.timeless - health.placeless}"
    )
    base = median(lambda: read_material(session, row.id))
    steps = {
        "baseline: read the rows": base,
        "read them and build the problem": median(lambda: round_problem(session, row.id)),
        "health of the problem": median(lambda: round_health(problem)),
    }
    for name, seconds in steps.items():
        print(f"{name:<40}{seconds:>8.2f} s{seconds / base:>8.1f}")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=25_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        app = create_app({"INSTANCE": Path(folder), "DATABASE_URL": url, "MODE": "demonstration"})
        Base.metadata.create_all(db.engine(url))
        with app.test_request_context(), db.new_session(url) as session:
            run(session, people)
        db.dispose(url)


if __name__ == "__main__":
    main()
