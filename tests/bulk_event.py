"""An event of many thousands in seconds: one of each kind is made as always, the database copies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from scheduler.domain.enums import InterestLevel, RequestState
from scheduler.mail.outbox import queue_mail
from scheduler.models import Event, Interest, Participant
from scheduler.services.calendars.calendar_sync import refresh
from tests.factories import NOW, make_request
from tests.services.scenes import Scene, published_scene, set_clock

EACH = 9
"""Entries of an agenda, meetings, interests, requests and mails of each person."""


@dataclass
class Bulk:
    """The copied event, and somebody in its middle."""

    scene: Scene
    event: Event
    me: Participant


def bulk_event(session: Session, people: int) -> Bulk:
    """An event with so many people, each with nine of everything that grows with them."""
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-06 15:00")
    refresh(session, scene.event)
    make_request(session, scene.round, scene.ana, scene.ivan, RequestState.ACCEPTED)
    session.add(
        Interest(
            round_id=scene.round.id,
            from_id=scene.ana.id,
            to_id=scene.jordi.id,
            level=InterestLevel.LIKE,
            updated_at=NOW,
        )
    )
    queue_mail(session, to_address="a@example.org", to_name="A", subject="S", text="T", event=scene.event)
    session.commit()
    sqlite = session.get_bind().dialect.name == "sqlite"
    connection = session.connection()
    if sqlite:
        for (name,) in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        connection.execute(text("SET session_replication_role = replica"))
    own = f"1000 + n.i / {EACH}"
    other = f"1000 + (n.i / {EACH} + 1 + n.i % {EACH}) % {people}"
    key, named = "100000 + n.i", "'x' || n.i"
    mail = f"{named} || '@example.org'"
    many = people * EACH
    _copy(session, "participant", people, id="1000 + n.i", public_id=named, email=mail, user_id="NULL")
    _copy(session, "agenda_entry", many, id=key, participant_id=own, uid=named)
    _copy(session, "meeting", many // 2, id=key, public_id=named, uid=named, wish=named)
    for side, person in enumerate((own, other)):
        _copy(
            session,
            "meeting_attendance",
            many // 2,
            meeting_id=key,
            participant_id=person,
            side=str(side),
        )
    _copy(session, "request", many, id=key, public_id=named, from_id=own, to_id=other)
    _copy(session, "interest", many, id=key, from_id=own, to_id=other)
    _copy(session, "outbox_message", many, id=key, public_id=named, participant_id=own)
    session.commit()
    session.expire_all()
    return Bulk(scene, scene.event, session.get_one(Participant, 1000 + people // 2))


def _copy(session: Session, name: str, count: int, **changes: str) -> None:
    """Copy the newest row of a table, some columns made anew from the number `n.i`."""
    table: Table = Interest.metadata.tables[name]
    columns = [column.name for column in table.columns if column.computed is None]
    values: Mapping[str, str] = {column: changes.get(column, f'one."{column}"') for column in columns}
    first: Any = next(iter(table.primary_key)).name
    ignore = " ON CONFLICT DO NOTHING"
    session.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}),"
            f' one AS (SELECT * FROM "{name}" ORDER BY "{first}" LIMIT 1)'
            f' INSERT INTO "{name}" ({", ".join(f"{chr(34)}{c}{chr(34)}" for c in columns)})'
            f" SELECT {', '.join(values[c] for c in columns)} FROM n CROSS JOIN one WHERE 1 = 1{ignore}"
        )
    )
