"""How the databases read what is asked most often: by the one right index, with and without statistics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from scheduler.domain.messages import Priority
from scheduler.mail.compose import content_of
from scheduler.mail.send import due_messages, left_behind
from scheduler.mail.status import mail_standing
from scheduler.queries.calendars.agenda import agendas_of, people_at_published_meetings
from scheduler.queries.calendars.offline import pocket
from scheduler.queries.engagements import meeting_engagements
from scheduler.queries.machine import machine
from scheduler.services.calendars.calendar_sync import bury_the_past
from scheduler.services.machine.statistics import keep_statistics
from tests.bulk_event import Bulk, bulk_event

LARGE = (
    "agenda_entry",
    "meeting",
    "meeting_attendance",
    "outbox_message",
    "participant",
    "request",
    "interest",
)
WIDE = re.compile(
    r"SEARCH (agenda_entry|participant|outbox_message) USING (?:COVERING )?INDEX \S+ \(event_id=\?\)"
)
"""A search by what all rows have in common is none."""

HOT: dict[str, Callable[[Session, Bulk], object]] = {
    "agenda": lambda session, bulk: agendas_of(session, bulk.event, [bulk.me.id]),
    "agendas of a delegation": lambda session, bulk: agendas_of(
        session, bulk.event, range(bulk.me.id, bulk.me.id + 30)
    ),
    "where somebody is taken": lambda session, bulk: meeting_engagements(
        session, bulk.event.id, [bulk.me.id]
    ),
    "partners": lambda session, bulk: people_at_published_meetings(session, bulk.event, [bulk.me.id]),
    "pocket": lambda session, bulk: pocket(session, bulk.event, bulk.me),
    "sign-in links due": lambda session, bulk: due_messages(session, 100, most=Priority.SOON),
    "mails due": lambda session, bulk: due_messages(session, 400, least=Priority.LATER),
    "mails in hand": lambda session, bulk: left_behind(session),
    "health": lambda session, bulk: machine(session, datetime.now(UTC)),
    "text of an agenda's mail": lambda session, bulk: content_of(session, _mail(session, bulk)),
    "tombstones": lambda session, bulk: bury_the_past(session, bulk.event),
}


def _mail(session: Session, bulk: Bulk) -> Any:
    from scheduler.domain.messages import MessageKind
    from scheduler.models import OutboxMessage

    return OutboxMessage(kind=MessageKind.AGENDA_PUBLISHED, participant_id=bulk.me.id, payload={})


@contextmanager
def _statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []
    engine = session.get_bind()
    assert isinstance(engine, Engine)

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _wrong_plans(session: Session, bulk: Bulk) -> list[str]:
    sqlite = session.get_bind().dialect.name == "sqlite"
    wrong = []
    for name, ask in HOT.items():
        session.expire_all()
        with _statements(session) as found:
            ask(session, bulk)
        for statement, parameters in found:
            explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
            rows = session.connection().exec_driver_sql(explain + statement, parameters).all()
            plan = "\n".join(str(row[-1]) for row in rows)
            if _reads_all(plan, sqlite=sqlite):
                wrong.append(f"{name}\n{statement}\n{plan}\n")
    session.rollback()
    return wrong


def _reads_all(plan: str, *, sqlite: bool) -> bool:
    if not sqlite:
        return any(f"Seq Scan on {table} " in plan for table in LARGE)
    scans = re.findall(r"SCAN (\w+)(?! USING (?:COVERING )?INDEX ix_outbox_message_(?:open|in_hand))", plan)
    return any(table in LARGE for table in scans) or WIDE.search(plan) is not None


def _forget_statistics(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        session.execute(text("DROP TABLE IF EXISTS sqlite_stat4"))
    session.commit()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_right_indexes_on_sqlite_without_statistics_and_with_them(session: Session) -> None:
    # SQLite decides by statistics alone, whatever the number of rows: few are enough.
    bulk = bulk_event(session, 300)
    _forget_statistics(session)
    assert _wrong_plans(session, bulk) == []
    keep_statistics(session)
    assert _wrong_plans(session, bulk) == []


@pytest.mark.slow
def test_right_indexes_at_25000_people(session: Session) -> None:
    bulk = bulk_event(session, 25_000)
    if session.get_bind().dialect.name == "sqlite":
        _forget_statistics(session)
        assert _wrong_plans(session, bulk) == []
    keep_statistics(session)
    assert _wrong_plans(session, bulk) == []
    assert mail_standing(session, bulk.event).counts
