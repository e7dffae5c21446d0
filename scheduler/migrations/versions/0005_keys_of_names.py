"""One normal form of names, stored beside them and unique where names are

Names that only differ in case, blanks or invisible letters could stand side by side until now. Of organisations, one
that holds nothing of its own is merged into the first; whatever else collides gets a number behind its name. Both are
written into the event's log, and to the terminal.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from scheduler.domain.text_key import address_key, name_key, search_key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

log = logging.getLogger("scheduler.migrations")
Row = dict[str, Any]

KEYS: tuple[tuple[str, str, Callable[[str], str], tuple[str, ...]], ...] = (
    ("organisation", "name_key", name_key, ("name",)),
    ("organisation", "search_key", search_key, ("name",)),
    ("participant", "name_key", name_key, ("name",)),
    ("participant", "search_key", search_key, ("name", "email")),
    ("participant", "words_key", search_key, ("name", "job_title", "offers_text", "seeks_text")),
    ("topic", "label_key", name_key, ("label",)),
    ("pavilion", "name_key", name_key, ("name",)),
    ("place", "name_key", name_key, ("name",)),
    ("delegation", "name_key", name_key, ("name",)),
    ("matchmaking_round", "name_key", name_key, ("name",)),
)
UNIQUE = (
    # table, column of the name, its length, within what
    ("organisation", "name", 200, "event_id"),
    ("pavilion", "name", 120, "event_id"),
    ("place", "name", 120, "pavilion_id"),
    ("delegation", "name", 160, "event_id"),
    ("matchmaking_round", "name", 120, "event_id"),
    ("topic", "label", 160, "parent_id"),
)
INDEXES = (
    ("uq_organisation_name_key", "organisation", ["name_key", "event_id"], True),
    ("ix_participant_name_key", "participant", ["name_key", "event_id"], False),
    ("uq_pavilion_name_key", "pavilion", ["event_id", "name_key"], True),
    ("uq_place_name_key", "place", ["pavilion_id", "name_key"], True),
    ("uq_delegation_name_key", "delegation", ["event_id", "name_key"], True),
    ("uq_matchmaking_round_name_key", "matchmaking_round", ["event_id", "name_key"], True),
    ("uq_topic_label_key", "topic", ["parent_id", "label_key"], True),
)
OF_ORGANISATIONS = (
    ("participant", "organisation_id"),
    ("participant", "brought_by_id"),
    ("place", "organisation_id"),
    ("event_role", "organisation_id"),
    ("picture", "organisation_id"),
)
OWN = ("kind", "country", "city", "website", "description", "employees", "inhabitants")
"""What an organisation says of itself beside its name."""


def upgrade() -> None:
    for table, column, _make, _sources in KEYS:
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
    _addresses()
    for table, name, length, within in UNIQUE:
        _separate(table, name, length, within)
    for table, column, make, sources in KEYS:
        _fill(table, column, make, sources)
    for index, table, columns, unique in INDEXES:
        op.create_index(index, table, columns, unique=unique)
    top = sa.text("parent_id IS NULL")
    op.create_index(
        "uq_topic_label_key_top",
        "topic",
        ["event_id", "label_key"],
        unique=True,
        sqlite_where=top,
        postgresql_where=top,
    )


def downgrade() -> None:
    op.drop_index("uq_topic_label_key_top", "topic")
    for index, table, _columns, _unique in reversed(INDEXES):
        op.drop_index(index, table)
    for table, column, _make, _sources in reversed(KEYS):
        op.drop_column(table, column)


def _rows(table: str, *columns: str) -> Iterator[Row]:
    wanted: list[sa.ColumnClause[Any]] = [sa.column(name) for name in dict.fromkeys(("id", *columns))]
    found = op.get_bind().execute(sa.select(*wanted).select_from(sa.table(table)).order_by(sa.column("id")))
    return (dict(row._mapping) for row in found.all())


def _set(table: str, row_id: int, **values: Any) -> None:
    target = sa.table(table, sa.column("id"), *(sa.column(name) for name in values))
    op.execute(sa.update(target).where(target.c.id == row_id).values(**values))


def _fill(table: str, column: str, make: Callable[[str], str], sources: tuple[str, ...]) -> None:
    target = sa.table(table, sa.column("id"), sa.column(column))
    rows = [
        {"row": row["id"], "made": make("\n".join(row[name] for name in sources if row[name]))}
        for row in _rows(table, *sources)
    ]
    if rows:
        statement = sa.update(target).where(target.c.id == sa.bindparam("row"))
        op.get_bind().execute(statement.values({column: sa.bindparam("made")}), rows)


def _addresses() -> None:
    """Mail addresses were put in lower case only. One whose form is another's already stays as it is."""
    for table, key, column, within in (
        ("participant", "id", "email", "event_id"),
        ("user_account", "id", "email", None),
        ("dead_address", "address", "address", None),
    ):
        names = dict.fromkeys((key, column, *([within] if within else [])))
        target = sa.table(table, *(sa.column(name) for name in names))
        rows = [dict(row._mapping) for row in op.get_bind().execute(sa.select(target)).all()]
        taken = {(row.get(within or ""), row[column]) for row in rows}
        for row in rows:
            fresh = address_key(row[column])
            if fresh == row[column]:
                continue
            if (row.get(within or ""), fresh) in taken:
                log.warning("%s %s: its address in normal form is another's.", table, row[key])
                continue
            taken.add((row.get(within or ""), fresh))
            op.execute(sa.update(target).where(target.c[key] == row[key]).values({column: fresh}))


def _separate(table: str, name: str, length: int, within: str) -> None:
    """No two rows of one key within one whole, so that the index can be made."""
    columns = [name, within, "event_id", *(OWN if table == "organisation" else ())]
    groups: dict[tuple[str, int, str], list[Row]] = defaultdict(list)
    for row in _rows(table, *columns):
        # Topics at the top have nothing above: the event holds them.
        column = within if row[within] is not None else "event_id"
        groups[column, row[column], name_key(row[name])].append(row)
    for (column, whole, _key), rows in list(groups.items()):
        for row in rows[1:]:
            if table == "organisation" and _merged(rows[0], row):
                continue
            fresh = _free(
                row[name], length, {key for one, part, key in groups if (one, part) == (column, whole)}
            )
            groups[column, whole, name_key(fresh)].append(row)
            _set(table, row["id"], **{name: fresh})
            _report(row["event_id"], f"{table}.renamed", fresh, before=row[name], after=fresh)


def _free(text: str, length: int, taken: set[str]) -> str:
    number = 2
    while name_key(fresh := f"{text[: length - len(str(number)) - 3]} ({number})") in taken:
        number += 1
    return fresh


def _merged(first: Row, other: Row) -> bool:
    """Make two organisations one, unless something of either would be lost by it."""
    if any(first[name] and other[name] and first[name] != other[name] for name in OWN):
        return False
    picture = sa.table("picture", sa.column("organisation_id"))
    both = sa.select(sa.func.count()).where(picture.c.organisation_id.in_((first["id"], other["id"])))
    if op.get_bind().scalar(both) == 2:
        return False
    if filled := {name: other[name] for name in OWN if other[name] and not first[name]}:
        _set("organisation", first["id"], **filled)
        first.update(filled)
    for table, column in OF_ORGANISATIONS:
        target = sa.table(table, sa.column(column))
        op.execute(sa.update(target).where(target.c[column] == other["id"]).values({column: first["id"]}))
    gone = sa.table("organisation", sa.column("id"))
    op.execute(sa.delete(gone).where(gone.c.id == other["id"]))
    _report(
        other["event_id"], "organisation.merged", first["name"], before=other["name"], after=first["name"]
    )
    return True


def _report(event_id: int, action: str, subject: str, **detail: str) -> None:
    log.warning("Event %s: %s: %s", event_id, action, detail)
    entry = sa.table(
        "audit_entry",
        sa.column("event_id"),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("action"),
        sa.column("subject"),
        sa.column("detail", sa.JSON()),
    )
    op.execute(
        sa.insert(entry).values(
            event_id=event_id, at=datetime.now(UTC), action=action, subject=subject[:200], detail=detail
        )
    )
