"""What of the tables belongs to an event's archive, read off the metadata: a new table of events is in it by itself.

A row belongs to an event when its foreign keys lead there. What stays behind is named here, with the reason;
docs/archive.md is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import BigInteger, Column, ColumnElement, LargeBinary, Select, Table, or_, select

from scheduler.domain.enums import RunState
from scheduler.domain.messages import MessageState
from scheduler.models import AuditEntry, Base, Event, OutboxMessage, Run

FORMAT = "expo-scheduler-archive"
VERSION = 1
"""Of the container: its files and the form of their lines. The tables have the revision of the schema."""
MANIFEST = "manifest.json"
ACCOUNTS = "user_account"
TAKEN_OUT, BROUGHT_IN = "event.take-out", "event.bring-in"
"""Acts about archives themselves: facts of an installation, and no part of the event."""

ACCOUNT_COLUMNS = ("email", "name", "locale")
"""What is told of an account: enough to find it elsewhere by its address, or to make it."""

STAYS: Mapping[str, str] = {
    "agenda_mark": "what a worker has yet to do; an import makes the worker look at every agenda once",
    "dead_address": "what one installation's mail server was told",
    "event_role": "rights at one installation; who brings the archive in becomes the organiser there",
    "feed_token": "hashes of secret addresses of one installation; people subscribe anew",
    "import_errand": "what a worker does with a list of people",
    "matching_model": "computed from the rest; the worker computes it anew",
    "meeting_memory": "private notes, which nobody but their author reads",
    "participant_booking": "written by the database itself for each attendance",
    "people_import": "work in progress: lists that are being looked at, and what undoing one needs",
    "place_booking": "written by the database itself for each meeting",
    "programme_import": "work in progress: files that are being looked at",
    "rate_count": "counts of one installation",
    "recommendation": "computed from the rest; the worker computes it anew",
    "recommendation_set": "computed from the rest; the worker computes it anew",
    "sign_in_link": "secrets of one installation",
    "tick_offset": "numbers that every database has",
    "user_session": "secrets of one installation",
    "work_lease": "what processes of one installation tell each other",
    "worker_beat": "what processes of one installation tell each other",
}
"""Tables that are not in an archive, and why."""

COLUMNS_STAY: Mapping[tuple[str, str], str] = {
    ("event", "deletes_at"): "an event to be deleted here is not to be deleted elsewhere",
    ("message_preference", "unsubscribe_key"): "a secret; made anew",
    ("outbox_message", "claimed_by"): "the name of a process",
    ("plan", "errand"): "work that a worker of this installation has begun",
    ("plan", "errand_since"): "as above",
    ("plan", "errand_worker"): "as above",
    ("plan", "errand_refusal"): "as above",
    ("plan", "errand_attempts"): "as above",
    ("run", "worker"): "the name of a process",
    ("run", "stop_requested"): "a word to a process",
    ("run", "heartbeat_at"): "a process's sign of life",
}
"""Columns that are not in an archive, and why."""

ROWS_STAY: Mapping[str, str] = {
    "audit_entry": "that an archive was made or brought in",
    "outbox_message": "mails that have not left yet: they leave from where they wait, and once",
    "run": "runs that wait or work: their worker is elsewhere",
}
"""Rows that are not in an archive, and why."""

_ACTIVE = (RunState.QUEUED, RunState.RUNNING)
_OPEN = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
_ROWS: Mapping[str, ColumnElement[bool]] = {
    "audit_entry": AuditEntry.action.not_in((TAKEN_OUT, BROUGHT_IN)),
    "outbox_message": OutboxMessage.state.not_in(_OPEN),
    "run": Run.state.not_in(_ACTIVE),
}


@dataclass(frozen=True, slots=True)
class ArchivedColumn:
    """A column in the archive. `target`: the table one of whose entries it names, by number."""

    column: Column[object]
    target: str | None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def is_file(self) -> bool:
        """Whether its bytes are a file of their own, and the entry holds the hash."""
        return isinstance(self.column.type, LargeBinary)

    @property
    def is_long(self) -> bool:
        return isinstance(self.column.type, BigInteger)


@dataclass(frozen=True, slots=True)
class ArchivedTable:
    """A table in the archive, with its columns in the order of the schema. `numbered`: entries have a key `id`."""

    table: Table
    columns: tuple[ArchivedColumn, ...]
    numbered: bool

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def file(self) -> str:
        return file_of(self.table.name)


def file_of(table: str) -> str:
    """The name of a table's file in the archive."""
    return f"tables/{table}.jsonl"


def referred(column: Column[object]) -> Table | None:
    """The table whose row a column names: foreign keys are followed until they come to a table's own id."""
    found = column
    while found.foreign_keys:
        found = next(iter(found.foreign_keys)).column
    return found.table if found is not column and found.primary_key and found.name == "id" else None


@cache
def archived_tables() -> tuple[ArchivedTable, ...]:
    """The tables of an archive, those that others refer to first."""
    return tuple(
        ArchivedTable(table, _columns(table), "id" in table.columns)
        for table in Base.metadata.sorted_tables
        if table.name not in STAYS and table.name != ACCOUNTS and _owners(table) is not None
    )


def _columns(table: Table) -> tuple[ArchivedColumn, ...]:
    kept = []
    for column in table.columns:
        if column.name == "id" or "key_of" in column.info or (table.name, column.name) in COLUMNS_STAY:
            continue
        target = referred(column)
        if target is not None and target.name in STAYS:
            continue
        # Every table of an archive is of the one event.
        if target is Event.__table__:
            continue
        kept.append(ArchivedColumn(column, target.name if target is not None else None))
    return tuple(kept)


@cache
def _owners(table: Table) -> tuple[Column[object], ...] | None:
    """The columns whose rows decide whether a row is the event's: one that is never empty, or else any of several.

    () is the event itself; None: nothing leads from this table to an event.
    """
    if table is Event.__table__:
        return ()
    parents = [
        (column, target)
        for column in table.columns
        if (target := referred(column)) is not None and target is not table and target.name not in STAYS
    ]
    direct = [column for column, target in parents if target is Event.__table__]
    if direct:
        return (direct[0],)
    led = [column for column, target in parents if _owners(target) is not None]
    sure = [column for column in led if not column.nullable]
    return (sure[0],) if sure else tuple(led) or None


def rows_of(table: Table, event_id: int) -> ColumnElement[bool]:
    """The condition for the rows of a table that are in an event's archive."""
    owners = _owners(table)
    assert owners is not None, table.name
    if not owners:
        return table.c.id == event_id
    belongs = or_(*(_belongs(column, event_id) for column in owners))
    for column in table.columns:
        target = referred(column)
        if target is not None and target.name in _ROWS and not column.nullable and column not in owners:
            belongs &= column.in_(_ids(target, event_id))
    return belongs & _ROWS[table.name] if table.name in _ROWS else belongs


def _belongs(column: Column[object], event_id: int) -> ColumnElement[bool]:
    target = referred(column)
    assert target is not None, column
    return column == event_id if target is Event.__table__ else column.in_(_ids(target, event_id))


def _ids(table: Table, event_id: int) -> Select[int]:
    return select(table.c.id).where(rows_of(table, event_id))


def account_columns() -> Sequence[tuple[ArchivedTable, ArchivedColumn]]:
    """Where entries name an account."""
    return [
        (each, column) for each in archived_tables() for column in each.columns if column.target == ACCOUNTS
    ]
