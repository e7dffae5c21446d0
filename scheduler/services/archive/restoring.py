"""Bringing an archive in: the whole event in one transaction, with ids of this database, or nothing."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from scheduler.database.bulk import insert_many, update_many, without_collector
from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid
from scheduler.models import AgendaMark, Event, Place, User
from scheduler.services.accounts.sign_in_links import grant
from scheduler.services.archive.accounts import accounts_of
from scheduler.services.archive.contents import ACCOUNTS, BROUGHT_IN, ArchivedTable, archived_tables
from scheduler.services.archive.entries import Arrival, Ids, Row, as_ids, rows_in
from scheduler.services.archive.public_ids import renamed
from scheduler.services.archive.reading import Archive
from scheduler.services.archive.said import place, unfit
from scheduler.services.archive.times import check_times
from scheduler.services.archive.values import Unfit
from scheduler.services.audit import record
from scheduler.services.event.events import check_slug, check_zone

_AT_ONCE = 1000
_FILES_AT_ONCE = 10
_MOST_TABLES = 1000
"""The most that a place may have."""

_MADE: Mapping[tuple[str, str], Callable[[], Any]] = {
    ("message_preference", "unsubscribe_key"): lambda: secrets.token_urlsafe(32),
}
"""Columns that archives leave out and that nothing else fills."""


def bring_in(session: Session, archive: Archive, slug: str, actor: User, *, archived: bool = False) -> Event:
    """The event of an archive, under a short name; `actor` becomes its organiser, and nobody else gets a role.

    It keeps its public ids unless it is here already: then it is a second event, with new ones. `archived`: it is
    closed at once, so that nothing in it changes and nobody is written to. Raises Invalid, Conflict.
    """
    check_slug(session, slug)
    with archive.opened() as opened, without_collector():
        known = Arrival(opened, 0)
        if _is_here(session, archive):
            known.renamed = renamed(opened)
        known.ids[ACCOUNTS] = accounts_of(session, opened)
        _store_tables(session.connection(), known, slug)
    session.expire_all()
    event = session.get_one(Event, known.event_id)
    if archived and event.archived_at is None:
        event.archived_at = datetime.now(UTC)
    grant(session, actor, event.id, Role.ORGANISER)
    check_times(session, event)
    record(session, event, actor, BROUGHT_IN, event.public_id, name=event.name, schema=archive.schema)
    session.add(AgendaMark(event_id=event.id, what="event", key=0))
    session.flush()
    return event


def free_slug(session: Session, slug: str) -> str:
    """The short name, or the first like it that is free: `smart-city-2`."""
    number, free = 1, slug
    while session.scalar(select(Event.id).where(Event.slug == free)) is not None:
        number += 1
        free = f"{slug[:55]}-{number}"
    return free


def _is_here(session: Session, archive: Archive) -> bool:
    public_id = archive.manifest["event"]["public_id"]
    return session.scalar(select(Event.id).where(Event.public_id == public_id)) is not None


def _store_tables(connection: Connection, known: Arrival, slug: str) -> None:
    capacities: list[dict[str, int]] = []
    for each in archived_tables():
        if each.numbered:
            count = known.opened.archive.rows(each.name)
            known.ids[each.name] = _reserve(connection, each.table, count)
        rows: Iterable[Row] = rows_in(known, each)
        if each.table is Event.__table__:
            rows = [_event_row(row, slug) for row in rows]
            known.event_id = rows[0].values["id"]
        elif each.table is Place.__table__:
            # A meeting stays at a table that its place has lost since: the trigger would refuse to put it there.
            rows = list(rows)
            capacities = [{"id": row.values["id"], "capacity": row.values["capacity"]} for row in rows]
            for row in rows:
                if 1 <= row.values["capacity"] <= _MOST_TABLES:
                    row.values["capacity"] = _MOST_TABLES
        _store(connection, each, rows)
    update_many(connection, cast(Table, Place.__table__), capacities)


def _event_row(row: Row, slug: str) -> Row:
    try:
        check_zone(row.values["timezone"])
    except Invalid:
        raise unfit("tables/event.jsonl", row.number, "timezone", Unfit("zone")) from None
    row.values["slug"] = slug
    return row


def _reserve(connection: Connection, table: Table, count: int) -> Ids:
    """Ids for so many rows, rising. On SQLite we alone write; on PostgreSQL the sequence deals them."""
    if connection.dialect.name == "sqlite":
        last = connection.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    found = connection.scalars(statement, {"name": table.name, "count": count})
    return as_ids(sorted(found))


def _store(connection: Connection, each: ArchivedTable, rows: Iterable[Row]) -> None:
    names = {column.name for column in each.table.columns}
    made = {name: make for (table, name), make in _MADE.items() if table == each.name and name in names}
    # Files may be large: only a few of them are held at once.
    most = _FILES_AT_ONCE if any(column.is_file for column in each.columns) else _AT_ONCE
    chunk: list[Row] = []
    for row in _parents_first(each, rows):
        row.values.update({name: make() for name, make in made.items()})
        chunk.append(row)
        if len(chunk) == most:
            _insert(connection, each, chunk)
            chunk = []
    _insert(connection, each, chunk)


def _parents_first(each: ArchivedTable, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of a table, those that others of it refer to before these."""
    if not any(column.target == each.name for column in each.columns):
        yield from rows
        return
    there: set[int] = set()
    waiting: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        ready = [row]
        while ready:
            one = ready.pop()
            missing = next((parent for parent in one.after if parent not in there), None)
            if missing is not None:
                waiting[missing].append(one)
                continue
            yield one
            there.add(one.values["id"])
            ready.extend(waiting.pop(one.values["id"], ()))
    for left in waiting.values():
        where = place(each.file, left[0].number)
        raise Invalid(_("%(where)s: it refers to itself, perhaps through others.", where=where), "file")


def _insert(connection: Connection, each: ArchivedTable, rows: list[Row]) -> None:
    if not rows:
        return
    try:
        with connection.begin_nested():
            insert_many(connection, each.table, [row.values for row in rows])
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            raise Invalid(
                _(
                    "%(where)s: the database refuses it (%(rule)s).",
                    where=place(each.file, rows[0].number),
                    rule=_rule(error),
                ),
                "file",
            ) from None
    else:
        return
    # One of them it is: in halves, until it is found.
    middle = len(rows) // 2
    _insert(connection, each, rows[:middle])
    _insert(connection, each, rows[middle:])
    raise Conflict(_("%(file)s can't be stored.", file=each.file))


def _rule(error: IntegrityError | DataError) -> str:
    """What the database names: a rule's name or columns, never a value."""
    return str(error.orig).split("\n", 1)[0][:200]
