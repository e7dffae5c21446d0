"""Sessions with those who attend them, and the times at which people are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.demo.crowd import Crowd, InventedPerson
from scheduler.demo.frame import Frame
from scheduler.demo.register import Register, table_of
from scheduler.demo.source import SessionFacts
from scheduler.domain.enums import BusySource, SessionRole
from scheduler.models import BusyTime, ProgrammeSession, SessionAttendance

Times = dict[int, list[tuple[datetime, datetime]]]


def schedule_sessions(session: Session, frame: Frame, crowd: Crowd, register: Register, rng: Random) -> Times:
    """Make the sessions and their attendance. Returns when each person (by id) is in a session."""
    attended: Times = {}
    for facts in frame.source.sessions:
        delegation = register.delegations.get(facts.delegation)
        if facts.delegation and delegation is None:
            continue
        row = ProgrammeSession(
            event_id=frame.event.id,
            title=facts.title,
            kind=facts.kind,
            starts_at=frame.utc(facts.start),
            ends_at=frame.utc(facts.end),
            pavilion_id=frame.pavilions[facts.pavilion].id,
            room=facts.room,
            host=facts.host,
            description=facts.description,
            delegation_id=delegation.id if delegation else None,
            changed_at=frame.utc(frame.source.rounds[0].opens),
        )
        session.add(row)
        session.flush()
        roles: dict[int, SessionRole] = {}
        for person, role in _attendance(facts, crowd, register, rng):
            times = attended.setdefault(person.id, [])
            clash = any(a < row.ends_at and row.starts_at < b for a, b in times)
            # A joint visit is everybody's who travels along.
            if person.id in roles or (clash and not delegation):
                continue
            roles[person.id] = role
            times.append((row.starts_at, row.ends_at))
        if roles:
            session.execute(
                insert(table_of(SessionAttendance)),
                [
                    {"session_id": row.id, "participant_id": number, "role": role}
                    for number, role in roles.items()
                ],
            )
    return attended


def _attendance(
    facts: SessionFacts, crowd: Crowd, register: Register, rng: Random
) -> Iterable[tuple[InventedPerson, SessionRole]]:
    names = {facts.name: position for position, facts in enumerate(crowd.organisations)}
    people = [person for person in crowd.people if person.meets]
    by_home: dict[int, InventedPerson] = {}
    for person in reversed(people):
        by_home[person.organisation] = person
    for name in facts.speakers:
        if names.get(name) in by_home:
            yield by_home[names[name]], SessionRole.SPEAKER
    if facts.host in names and names[facts.host] in by_home:
        yield by_home[names[facts.host]], SessionRole.HOST
    for code in (*facts.who, facts.delegation):
        for person in register.members.get(code, []):
            if facts.delegation or (person.meets and rng.random() < 0.9):
                yield person, SessionRole.ATTENDEE
        if code == "partners":
            yield from ((person, SessionRole.ATTENDEE) for person in people if person.partner)
    # A room has an end: large events don't send thousands to one session.
    most = 400 if len(people) > 1000 else len(people)
    for person in rng.sample(people, min(len(people), 4 * most)):
        if most and rng.random() < facts.types.get(person.kind, facts.share):
            most -= 1
            yield person, SessionRole.ATTENDEE


def write_busy_times(session: Session, frame: Frame, crowd: Crowd, rng: Random, keep: set[int]) -> None:
    """People who come late, leave early, are elsewhere for a while. `keep`: ids that stay all days."""
    zone = frame.event.zone
    days = sorted({block.date for block in frame.source.blocks})
    rows: list[dict[str, Any]] = []

    def busy(person: InventedPerson, day: int, start: time, end: time | None = None) -> None:
        begin = datetime.combine(days[day], start, zone)
        finish = datetime.combine(days[day], end, zone) if end else begin.replace(hour=0) + timedelta(days=1)
        rows.append(
            {
                "participant_id": person.id,
                "starts_at": begin,
                "ends_at": finish,
                "source": BusySource.CALENDAR if rng.random() < 0.2 else BusySource.OWN,
            }
        )

    for person in crowd.people:
        if not person.meets or person.id in keep:
            continue
        chance = rng.random()
        if chance < 0.10:  # leaves on Wednesday at noon
            busy(person, 1, time(13, 0))
            busy(person, 2, time(0, 0))
        elif chance < 0.22:  # leaves on Thursday
            busy(person, 2, rng.choice((time(10, 30), time(12, 0), time(14, 0))))
        elif chance < 0.30:  # comes on Tuesday afternoon
            busy(person, 0, time(0, 0), time(14, 0))
        elif chance < 0.33:  # one day only
            only = rng.randrange(len(days))
            for day in range(len(days)):
                if day != only:
                    busy(person, day, time(0, 0))
        if rng.random() < 0.35:
            hour = rng.randint(9, 15)
            day = rng.randrange(len(days))
            busy(person, day, time(hour, rng.choice((0, 30))), time(hour + rng.randint(1, 2), 45))
        if rng.random() < 0.06:  # shy of early hours
            for day in range(len(days)):
                busy(person, day, time(8, 0), time(10, 30))
    if rows:
        session.execute(insert(table_of(BusyTime)), rows)
