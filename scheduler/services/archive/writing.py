"""An event as an archive: a zip written as it is read, whatever its size; equal events give equal bytes."""

from __future__ import annotations

import hashlib
import zipfile
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from sqlalchemy import Select, String, Table, func, select, union
from sqlalchemy.orm import Session

from scheduler.migrations import revisions
from scheduler.models import AuditEntry, Event, User
from scheduler.services.archive.contents import (
    ACCOUNT_COLUMNS,
    ACCOUNTS,
    FORMAT,
    MANIFEST,
    VERSION,
    ArchivedTable,
    account_columns,
    archived_tables,
    file_of,
    rows_of,
)
from scheduler.services.archive.values import encode_line, writer

_AT_ONCE = 2000
"""Rows that are read together."""
_PART = 256 * 1024
"""Bytes that are handed on together, about."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file of the zip: the earliest that a zip can name, so that equal events are equal bytes."""


@dataclass(slots=True)
class _Pipe:
    """What the zip is written into, and taken out of again: nothing can be sought in it."""

    parts: list[bytes] = field(default_factory=list)
    waiting: int = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def flush(self) -> None:
        return

    def taken(self) -> bytes:
        found = b"".join(self.parts)
        self.parts.clear()
        self.waiting = 0
        return found


@dataclass(slots=True)
class _Numbers:
    """The numbers of a table's entries by the ids of its rows, which rise."""

    ids: array[int]

    def of(self, row: int | None) -> int | None:
        """The number of the entry, from 1; None when the row is not in the archive."""
        if row is None:
            return None
        place = bisect_left(self.ids, row)
        return place + 1 if place < len(self.ids) and self.ids[place] == row else None


@dataclass(slots=True)
class _Writing:
    """An archive under way: what is written so far, as the manifest tells it."""

    session: Session
    event: Event
    pipe: _Pipe
    zip: zipfile.ZipFile
    numbers: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


def archive_of(session: Session, event_id: int) -> Iterator[bytes]:
    """The archive of an event, part by part. Nothing is changed; without its last part an archive is none.

    The session's transaction begins here, so that all of it is of one instant; raises RuntimeError if one is under way.
    """
    if session.in_transaction():
        raise RuntimeError("An archive begins its transaction itself: all of it is to be of one instant.")
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    event = session.get_one(Event, event_id)
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        writing = _Writing(session, event, pipe, archive)
        yield from _accounts(writing)
        for each in archived_tables():
            yield from _table(writing, each)
        for each in archived_tables():
            yield from _files(writing, each)
        archive.writestr(_entry(MANIFEST), encode_manifest(_manifest(writing)))
    yield pipe.taken()


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """The manifest's one form."""
    return (encode_line(manifest) + "\n").encode()


def _manifest(writing: _Writing) -> dict[str, Any]:
    session, event = writing.session, writing.event
    table = AuditEntry.__table__
    assert isinstance(table, Table)
    last = session.scalar(select(func.max(AuditEntry.at)).where(rows_of(table, event.id)))
    instant = writer(table.c.at)
    assert instant is not None
    return {
        "format": FORMAT,
        "version": VERSION,
        "schema": revisions()[-1],
        "software": version("expo-scheduler"),
        "event": {"slug": event.slug, "name": event.name, "public_id": event.public_id},
        # The last thing that anybody did, by the event's clock: a time of day would make equal events unequal.
        "as_of": instant(last or event.created_at),
        "tables": writing.tables,
        "files": writing.files,
    }


def _entry(name: str, kind: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = kind
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def _accounts(writing: _Writing) -> Iterator[bytes]:
    """Those who are named anywhere, by their addresses."""
    session, event = writing.session, writing.event
    named = union(
        *(select(column.column).where(rows_of(each.table, event.id)) for each, column in account_columns())
    )
    rows = session.execute(
        select(User.id, User.email, User.name, User.locale).where(User.id.in_(named))
    ).all()
    rows = sorted(rows, key=lambda row: row.email)
    known = {row.id: number for number, row in enumerate(rows, start=1)}
    writing.numbers[ACCOUNTS] = known.get
    lines = (
        {"id": number, **{name: getattr(row, name) for name in ACCOUNT_COLUMNS}}
        for number, row in enumerate(rows, start=1)
    )
    yield from _lines(writing, file_of(ACCOUNTS), lines)


def _table(writing: _Writing, each: ArchivedTable) -> Iterator[bytes]:
    if each.numbered:
        condition = rows_of(each.table, writing.event.id)
        ids = writing.session.scalars(select(each.table.c.id).where(condition).order_by(each.table.c.id))
        writing.numbers[each.name] = _Numbers(array("q", ids)).of
    yield from _lines(writing, each.file, _rows(writing, each))


def _rows(writing: _Writing, each: ArchivedTable) -> Iterator[dict[str, Any]]:
    """The entries of a table's file."""
    names = [column.name for column in each.columns]
    change = [_change(writing, column.target, column.is_file, column.column) for column in each.columns]
    statement = select(*(column.column for column in each.columns)).where(
        rows_of(each.table, writing.event.id)
    )
    found = writing.session.execute(_in_order(statement, each, writing)).yield_per(_AT_ONCE)
    for number, row in enumerate(found, start=1):
        entry: dict[str, Any] = {"id": number} if each.numbered else {}
        for name, make, value in zip(names, change, row, strict=True):
            entry[name] = value if make is None or value is None else make(value)
        yield entry


def _change(writing: _Writing, target: str | None, is_file: bool, column: Any) -> Callable[[Any], Any] | None:
    if target is not None:
        return writing.numbers[target]
    return _hash if is_file else writer(column)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _in_order(
    statement: Select[*tuple[Any, ...]], each: ArchivedTable, writing: _Writing
) -> Select[*tuple[Any, ...]]:
    """By the primary key, texts byte by byte: the order in which an import gives new ids, so the next archive's too."""
    postgresql = writing.session.get_bind().dialect.name == "postgresql"
    keys = [
        column.collate("C") if postgresql and isinstance(column.type, String) else column
        for column in each.table.primary_key
    ]
    return statement.order_by(*keys)


def _lines(writing: _Writing, name: str, entries: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    digest, count = hashlib.sha256(), 0
    with writing.zip.open(_entry(name), "w", force_zip64=True) as file:
        for batch in _batches(entries):
            data = "".join(f"{encode_line(entry)}\n" for entry in batch).encode()
            file.write(data)
            digest.update(data)
            count += len(batch)
            if writing.pipe.waiting >= _PART:
                yield writing.pipe.taken()
    writing.tables[name] = {"rows": count, "sha256": digest.hexdigest()}


def _batches(entries: Iterator[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    batch = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _files(writing: _Writing, each: ArchivedTable) -> Iterator[bytes]:
    """The bytes that entries name by their hash, each once."""
    for column in each.columns:
        if not column.is_file:
            continue
        statement = select(column.column).where(
            rows_of(each.table, writing.event.id), column.column.is_not(None)
        )
        found = writing.session.scalars(_in_order(statement, each, writing)).yield_per(20)
        for content in found:
            name = f"files/{_hash(content)}"
            if name in writing.files:
                continue
            # Pictures and papers are compressed already.
            writing.zip.writestr(_entry(name, zipfile.ZIP_STORED), content)
            writing.files[name] = {"bytes": len(content)}
            if writing.pipe.waiting >= _PART:
                yield writing.pipe.taken()
