"""How fast feeds answer, measured against an empty view of the same server in the same run.

Builds an event of the wanted size (25,000 participants with 115,000 meetings by default) in a temporary folder,
times the publication with its change mails, starts gunicorn and asks with several connections kept alive.

    python -m bench.feeds [--participants N] [--meetings N] [--seconds S] [--table FILE]
"""

from __future__ import annotations

import argparse
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.kinds import FeedKind, PlaceKind, RoundState
from scheduler.extensions import db
from scheduler.models import (
    AgendaEntry,
    Base,
    Event,
    EventDay,
    FeedToken,
    MatchmakingRound,
    Meeting,
    MeetingAttendance,
    MeetingBlock,
    Organisation,
    OutboxMessage,
    Participant,
    ParticipantType,
    Pavilion,
    Place,
    Plan,
    Slot,
)
from scheduler.queries.feeds import token_hash
from scheduler.services.agendas import refresh
from scheduler.services.plans import publish

NOW = datetime.now(UTC).replace(microsecond=0)
SLOTS = 20
DAYS = 3
CONNECTIONS = 8
TOKENS = 2000


@dataclass(frozen=True)
class Measured:
    """One way to ask, and how many answers came in a second."""

    name: str
    rate: float
    median_ms: float


def build(session: Session, participants: int, meetings: int) -> tuple[Event, Plan]:
    """An event with a draft plan in which nobody has two meetings at once."""
    first = (NOW + timedelta(days=1)).replace(hour=8, minute=0, second=0)
    event = Event(slug="bench", name="Bench", timezone="Europe/Madrid", created_at=NOW)
    event.days = [
        EventDay(date=(first + timedelta(days=day)).date(), label=f"Day {day + 1}") for day in range(DAYS)
    ]
    session.add(event)
    session.flush()
    kind = ParticipantType(event_id=event.id, code="any", name="Any")
    pavilions = [Pavilion(event_id=event.id, name=f"Pavilion {number}") for number in range(24)]
    organisations = [
        Organisation(event_id=event.id, name=f"Organisation {number}")
        for number in range(max(2, participants // 3))
    ]
    session.add_all([kind, *pavilions, *organisations])
    session.flush()
    places = [
        Place(
            event_id=event.id, pavilion=pavilion, kind=PlaceKind.TABLES, name=f"table {part} -", capacity=1000
        )
        for pavilion in pavilions
        for part in range(2)
    ]
    session.add_all(places)
    slots: list[Slot] = []
    blocks = []
    for day in range(DAYS):
        start = first + timedelta(days=day)
        block = MeetingBlock(
            event_id=event.id,
            name=f"Day {day + 1}",
            day=start.date(),
            starts_at=start,
            ends_at=start + timedelta(minutes=30 * SLOTS),
            slot_minutes=25,
            pause_minutes=5,
        )
        for number in range(SLOTS):
            begins = start + timedelta(minutes=30 * number)
            block.slots.append(
                Slot(
                    event_id=event.id,
                    day=block.day,
                    starts_at=begins,
                    ends_at=begins + timedelta(minutes=25),
                    first_tick=int(begins.timestamp()) // 300,
                    tick_count=5,
                )
            )
        session.add(block)
        blocks.append(block)
        slots += block.slots
    session.flush()
    round_ = MatchmakingRound(
        event_id=event.id,
        name="Round",
        state=RoundState.CLOSED,
        opens_at=NOW - timedelta(days=9),
        closes_at=NOW - timedelta(days=1),
        created_at=NOW,
        blocks=blocks,
    )
    plan = Plan(event_id=event.id, round=round_, name="Plan", created_at=NOW)
    session.add_all([round_, plan])
    session.flush()
    session.execute(
        insert(Participant),
        [
            {
                "event_id": event.id,
                "organisation_id": organisations[number % len(organisations)].id,
                "type_id": kind.id,
                "name": f"Person {number}",
                "email": f"p{number}@example.org",
                "created_at": NOW,
                "updated_at": NOW,
            }
            for number in range(participants)
        ],
    )
    people = list(session.scalars(select(Participant.id).order_by(Participant.id)))
    _meet(session, plan, people, slots, places, meetings)
    return event, plan


def _meet(
    session: Session, plan: Plan, people: list[int], slots: list[Slot], places: list[Place], meetings: int
) -> None:
    chance = random.Random(7)
    rows: list[dict[str, object]] = []
    pairs: list[tuple[int, int]] = []
    each = -(-meetings // len(slots))
    for slot in slots:
        chosen = chance.sample(people, min(2 * min(each, meetings - len(rows)), len(people) // 2 * 2))
        for number in range(len(chosen) // 2):
            pairs.append((chosen[2 * number], chosen[2 * number + 1]))
            rows.append(
                {
                    "plan_id": plan.id,
                    "wish": f"w{len(rows)}",
                    "slot_id": slot.id,
                    "place_id": places[number % len(places)].id,
                    "table_number": number // len(places) + 1,
                    "kind": "B2B",
                    "changed_at": NOW,
                }
            )
    session.execute(insert(Meeting), rows)
    made = {
        row.wish: (row.id, row.slot_id)
        for row in session.execute(select(Meeting.wish, Meeting.id, Meeting.slot_id))
    }
    session.execute(
        insert(MeetingAttendance),
        [
            {
                "meeting_id": made[f"w{number}"][0],
                "participant_id": person,
                "plan_id": plan.id,
                "slot_id": made[f"w{number}"][1],
                "side": side,
            }
            for number, pair in enumerate(pairs)
            for side, person in enumerate(pair)
        ],
    )
    session.flush()


@dataclass(frozen=True)
class Publication:
    """A publication with its mails in one transaction: by the clock, by the processor, and how many mails."""

    seconds: float
    processor: float
    messages: int


def publish_timed(session: Session, event: Event, plan: Plan) -> Publication:
    """Publish a plan and tell everybody, in one transaction."""
    before = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    session.commit()
    started, worked = time.perf_counter(), time.process_time()
    publish(session, plan, None)
    refresh(session, event)
    session.commit()
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    after = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    session.commit()
    return Publication(seconds, processor, after - before)


def changed_plan(session: Session, event: Event, plan: Plan) -> Plan:
    """A copy of a plan in which everybody has a meeting at another place, and most others stay where they were."""
    other = Plan(event_id=event.id, round_id=plan.round_id, name="Plan 2", created_at=NOW)
    session.add(other)
    session.flush()
    places = list(session.scalars(select(Place.id).where(Place.event_id == event.id).order_by(Place.id)))
    following = {place: places[(index + 2) % len(places)] for index, place in enumerate(places)}
    columns = (
        Meeting.id,
        Meeting.uid,
        Meeting.wish,
        Meeting.slot_id,
        Meeting.place_id,
        Meeting.table_number,
    )
    old = session.execute(select(*columns).where(Meeting.plan_id == plan.id)).all()
    attended = session.execute(
        select(MeetingAttendance.meeting_id, MeetingAttendance.participant_id, MeetingAttendance.side).where(
            MeetingAttendance.plan_id == plan.id
        )
    ).all()
    moved = _enough_for_everybody(attended)
    session.execute(
        insert(Meeting),
        [
            {
                "uid": row.uid,
                "plan_id": other.id,
                "wish": row.wish,
                "slot_id": row.slot_id,
                "place_id": following[row.place_id] if row.id in moved else row.place_id,
                "table_number": row.table_number + (500 if row.id in moved else 0),
                "kind": "B2B",
                "changed_at": NOW,
            }
            for row in old
        ],
    )
    new = {
        row.wish: row.id
        for row in session.execute(select(Meeting.wish, Meeting.id).where(Meeting.plan_id == other.id))
    }
    wishes = {row.id: (row.wish, row.slot_id) for row in old}
    session.execute(
        insert(MeetingAttendance),
        [
            {
                "meeting_id": new[wishes[row.meeting_id][0]],
                "participant_id": row.participant_id,
                "plan_id": other.id,
                "slot_id": wishes[row.meeting_id][1],
                "side": row.side,
            }
            for row in attended
        ],
    )
    session.flush()
    return other


def _enough_for_everybody(attended: Sequence[Row[int, int, int]]) -> set[int]:
    """Meetings in which everybody who has one has at least one."""
    people: dict[int, list[int]] = defaultdict(list)
    for meeting, person, _side in attended:
        people[meeting].append(person)
    chosen: set[int] = set()
    reached: set[int] = set()
    for most in (2, 1):
        for meeting, present in people.items():
            if sum(person not in reached for person in present) >= most:
                chosen.add(meeting)
                reached.update(present)
    return chosen


def make_tokens(session: Session, event: Event) -> list[str]:
    people = list(
        session.scalars(
            select(Participant.id).where(Participant.event_id == event.id).order_by(Participant.id)
        )
    )
    chosen = random.Random(3).sample(people, min(TOKENS, len(people)))
    tokens = [f"bench-token-{key}" for key in chosen]
    session.execute(
        insert(FeedToken),
        [
            {
                "event_id": event.id,
                "kind": FeedKind.PARTICIPANT,
                "token_hash": token_hash(token),
                "participant_id": key,
                "created_at": NOW,
            }
            for token, key in zip(tokens, chosen, strict=True)
        ],
    )
    session.commit()
    return tokens


def application() -> Flask:
    """The real application with one empty view more, for gunicorn."""
    from scheduler.web import access

    app = create_app()

    @app.get("/empty")
    @access.public
    def empty() -> str:
        return ""

    return app


class Client(threading.Thread):
    """One connection that asks again and again for as long as it may."""

    def __init__(self, port: int, asks: list[tuple[str, dict[str, str]]], status: int, end: float) -> None:
        super().__init__(daemon=True)
        self.port, self.asks, self.status, self.end = port, asks, status, end
        self.times: list[float] = []
        self.wrong = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        number = 0
        while time.perf_counter() < self.end:
            path, headers = self.asks[number % len(self.asks)]
            number += 1
            started = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.times.append(time.perf_counter() - started)
            self.wrong += answer.status != self.status


def measure(
    name: str, port: int, asks: list[tuple[str, dict[str, str]]], status: int, seconds: float
) -> Measured:
    """Ask over several connections for some seconds. Raises RuntimeError when an answer is not the wanted one."""
    started = time.perf_counter()
    part = len(asks) // CONNECTIONS or 1
    clients = [
        Client(
            port,
            asks[(index * part) % len(asks) :] + asks[: (index * part) % len(asks)],
            status,
            started + seconds,
        )
        for index in range(CONNECTIONS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - started
    times = sorted(one for client in clients for one in client.times)
    if any(client.wrong for client in clients) or not times:
        raise RuntimeError(f"{name}: answers with another code than {status}")
    return Measured(name, len(times) / took, 1000 * times[len(times) // 2])


def tags(port: int, tokens: list[str]) -> dict[str, str]:
    """The ETag of every feed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = {}
    for token in tokens:
        connection.request("GET", f"/feeds/{token}.ics")
        answer = connection.getresponse()
        answer.read()
        found[token] = str(answer.getheader("ETag"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=25_000)
    parser.add_argument("--meetings", type=int, default=115_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8115)
    parser.add_argument("--table", type=Path, help="write the table as Markdown into this file")
    choices = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-feeds-") as folder:
        lines = run(choices, Path(folder))
    text = "\n".join(lines)
    print(text)
    if choices.table:
        choices.table.write_text(text + "\n", encoding="utf-8")


def run(choices: argparse.Namespace, folder: Path) -> list[str]:
    url = f"sqlite:///{folder / 'expo.sqlite3'}"
    config = {"INSTANCE": folder, "DATABASE_URL": url, "MODE": "demonstration", "SECRET_KEY": "bench"}
    app = create_app(config)
    Base.metadata.create_all(db.engine(url))
    with app.app_context(), db.new_session(url) as session:
        event, plan = build(session, choices.participants, choices.meetings)
        session.commit()
        first = publish_timed(session, event, plan)
        second_plan = changed_plan(session, event, plan)
        session.commit()
        changes = publish_timed(session, event, second_plan)
        tokens = make_tokens(session, event)
        held = session.scalar(
            select(func.count()).select_from(Meeting).where(Meeting.plan_id == second_plan.id)
        )
        told = session.scalar(select(func.count()).select_from(AgendaEntry))
    db.dispose(url)
    rates = serve_and_measure(choices, folder, url, tokens)
    return report(choices, held or 0, told or 0, first, changes, rates)


def serve_and_measure(
    choices: argparse.Namespace, folder: Path, url: str, tokens: list[str]
) -> dict[str, list[Measured]]:
    import os

    environment = {
        **os.environ,
        "EXPO_INSTANCE": str(folder),
        "EXPO_DATABASE_URL": url,
        "EXPO_MODE": "demonstration",
        "EXPO_SECRET_KEY": "bench",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "bench.feeds:application()",
        f"--bind=127.0.0.1:{choices.port}",
    ]
    server = subprocess.Popen(
        [
            *command,
            "--workers=1",
            "--worker-class=gthread",
            "--threads=64",
            "--keep-alive=30",
            "--log-level=warning",
        ],
        env=environment,
    )
    try:
        _wait(choices.port)
        known = tags(choices.port, tokens)
        ways: dict[str, tuple[list[tuple[str, dict[str, str]]], int]] = {
            "empty view": ([("/empty", {})], 200),
            "feed, 304": ([(f"/feeds/{one}.ics", {"If-None-Match": known[one]}) for one in tokens], 304),
            "feed, 200": ([(f"/feeds/{one}.ics", {}) for one in tokens], 200),
        }
        found: dict[str, list[Measured]] = {name: [] for name in ways}
        for _ in range(choices.rounds):
            for name, (asks, status) in ways.items():
                found[name].append(measure(name, choices.port, asks, status, choices.seconds))
        return found
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/empty")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _line(what: str, row: Publication) -> str:
    return f"| {what} | {row.messages:,} | {row.seconds:.1f} | {row.processor:.1f} |"


def report(
    choices: argparse.Namespace,
    held: int,
    told: int,
    first: Publication,
    changes: Publication,
    rates: dict[str, list[Measured]],
) -> list[str]:
    middle = {name: sorted(rows, key=lambda row: row.rate)[len(rows) // 2] for name, rows in rates.items()}
    base = middle["empty view"].rate
    lines = [
        f"{choices.participants:,} participants, {held:,} meetings, {told:,} agenda entries; SQLite; one gunicorn",
        f"process, {CONNECTIONS} connections; the middle of {choices.rounds} runs of {choices.seconds:g} s.",
        "",
        "| asked | answers a second | ratio to the empty view | wanted | median |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, wanted in (("empty view", ""), ("feed, 304", "0.50"), ("feed, 200", "0.20")):
        row = middle[name]
        lines.append(
            f"| {name} | {row.rate:,.0f} | {row.rate / base:.2f} | {wanted} | {row.median_ms:.1f} ms |"
        )
    lines += [
        "",
        "| in one transaction | messages | seconds | of the processor |",
        "| --- | ---: | ---: | ---: |",
        _line("first publication, everybody gets the agenda", first),
        _line("publication that moves a meeting of everybody", changes),
    ]
    return lines


if __name__ == "__main__":
    main()
