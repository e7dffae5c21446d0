"""The database's history: each step up and down, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, create_engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind
from scheduler.extensions import make_engine
from scheduler.mail.outbox import preference_of, queue_for
from scheduler.models import Base, Organisation, OutboxMessage, Participant, Request
from scheduler.schema import alembic_config
from tests.factories import NOW, make_event, make_participant, make_request, make_round


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'steps.sqlite3'}")
        yield engine
        engine.dispose()
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"steps_{uuid.uuid4().hex[:8]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(server.replace("/postgres?", f"/{name}?"))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def fill(engine: Engine) -> None:
    with Session(engine) as session:
        event = make_event(session)
        round_ = make_round(session, event)
        one, other = make_participant(session, event), make_participant(session, event)
        make_request(session, round_, one, other)
        preference_of(session, one.id)
        queue_for(session, one, MessageKind.INVITATION, {})
        queue_for(session, other, MessageKind.NEWS, {"items": []})
        session.commit()


def counts(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Organisation, Participant, Request, OutboxMessage)
        }


def test_all_steps_together_make_the_tables_that_the_code_expects(engine: Engine) -> None:
    command.upgrade(alembic_config(engine), "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_last_step_down_and_up_again_loses_nothing_but_what_it_brought(engine: Engine) -> None:
    command.upgrade(alembic_config(engine), "head")
    fill(engine)
    before = counts(engine)

    command.downgrade(alembic_config(engine), "0001")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM request")) == 1
        assert connection.scalar(text("SELECT count(*) FROM message_preference")) == 1
    command.upgrade(alembic_config(engine), "head")

    assert counts(engine) == before | {"outbox_message": 1}
    with Session(engine) as session:
        person = session.scalars(select(Participant)).first()
        assert person is not None
        assert (person.wanted_sizes, person.organisation.employees) == ("", None)


def test_copied_table_keeps_its_checks_and_indexes(engine: Engine) -> None:
    command.upgrade(alembic_config(engine), "head")
    fill(engine)
    for change in ("kind = 'gossip'", "attempts = -1", "state = 'lost'"):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(f"UPDATE outbox_message SET {change}"))


def test_names_of_one_key_are_merged_or_numbered_and_reported(engine: Engine) -> None:
    """What stood side by side before keys were unique; nothing that anybody entered is lost."""
    command.upgrade(alembic_config(engine), "0003")
    fill_names(engine)
    command.upgrade(alembic_config(engine), "head")
    with engine.connect() as connection:

        def rows(statement: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.execute(text(statement))]

        assert rows("SELECT name, name_key, city FROM organisation ORDER BY id") == [
            ("Österreichische Post", "österreichische post", "Graz"),
            ("österreichische post (2)", "österreichische post (2)", "Wien"),
            ("öko (2)", "öko (2)", ""),
            ("Öko", "öko", "Berlin"),
            ("öko (3)", "öko (3)", "Bonn"),
        ]
        assert rows("SELECT name, organisation_id, search_key FROM participant ORDER BY id") == [
            ("Åsa", 1, "asa asa@example.org"),
            ("Bo", 1, "bo bo@example.org"),
            ("Cy", 4, "cy cy@example.org"),
        ]
        assert rows("SELECT brought_by_id FROM participant WHERE id = 1") == [(1,)]
        assert rows("SELECT name FROM pavilion ORDER BY id") == [("Österreich",), ("österreich (2)",)]
        assert rows("SELECT label, parent_id FROM topic ORDER BY id") == [
            ("Ökologie", None),
            ("ökologie (2)", None),
            ("ökologie", 1),
        ]
        assert rows("SELECT action, subject FROM audit_entry ORDER BY id") == [
            ("organisation.merged", "Österreichische Post"),
            ("organisation.renamed", "österreichische post (2)"),
            ("organisation.renamed", "öko (3)"),
            ("pavilion.renamed", "österreich (2)"),
            ("topic.renamed", "ökologie (2)"),
        ]
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_types_of_one_name_are_numbered_and_caps_of_types_become_rules(engine: Engine) -> None:
    command.upgrade(alembic_config(engine), "0021")
    fill_types(engine)
    command.upgrade(alembic_config(engine), "head")
    with engine.connect() as connection:

        def rows(statement: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.execute(text(statement))]

        assert rows("SELECT name, name_key, position FROM participant_type ORDER BY id") == [
            ("City", "city", 0),
            ("CITY (2)", "city (2)", 1),
            ("Supplier", "supplier", 2),
        ]
        assert rows("SELECT action, subject FROM audit_entry") == [("participant_type.renamed", "CITY (2)")]
        assert rows("SELECT type_id, request_cap, guarantee FROM round_type_rule") == [(2, 7, None)]
        assert rows("SELECT half_day_at, max_meetings FROM matchmaking_round") == [(780, None)]
        assert rows("SELECT priority, held_at FROM matrix_rule") == [("usual", None)]
    command.downgrade(alembic_config(engine), "0021")
    with engine.connect() as connection:
        caps = connection.execute(text("SELECT round_id, type_id, cap FROM type_cap")).all()
    assert [tuple(row) for row in caps] == [(1, 2, 7)]


def test_steps_that_copy_a_table_keep_what_refers_to_it(engine: Engine) -> None:
    """SQLite alters a table by copying it: a plan knew its run no longer, and sessions had lost who attends them."""
    command.upgrade(alembic_config(engine), "0014")
    fill_references(engine)
    command.upgrade(alembic_config(engine), "head")
    with engine.begin() as connection:
        for table in ("session_attendance", "run_progress", "event_role", "audit_entry"):
            assert (table, connection.scalar(text(f"SELECT count(*) FROM {table}"))) == (table, 1)
        assert connection.scalar(text("SELECT run_id FROM plan")) == 1
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE plan SET run_id = 99"))


def fill_references(engine: Engine) -> None:
    """A run with its plan, and a session that somebody attends."""
    rows: dict[str, dict[str, Any]] = {
        "user_account": {"email": "organiser@example.org"},
        "event": {"name": "Expo", "timezone": "Europe/Vienna"},
        "event_role": {"role": "organiser"},
        "audit_entry": {"action": "event.create", "detail": {}},
        "participant_type": {"name": "City"},
        "organisation": {"name": "Sofia", "name_key": "sofia"},
        "participant": {"name": "Ana", "email": "ana@example.org", "name_key": "ana"},
        "matchmaking_round": {
            "request_mode": "opt-in",
            "state": "draft",
            "name_key": "round",
            "closes_at": datetime(2030, 1, 1, tzinfo=UTC),
        },
        "run": {"state": "finished", "time_limit": 60, "weights": {}},
        "run_progress": {},
        "plan": {"name": "Plan 1", "state": "draft", "measures": {}, "run_id": 1},
        "programme_session": {
            "title": "Opening",
            "kind": "keynote",
            "ends_at": datetime(2030, 1, 1, tzinfo=UTC),
        },
        "session_attendance": {"role": "attendee"},
    }
    tables = MetaData()
    tables.reflect(engine, only=list(rows))
    with engine.begin() as connection:
        for name, row in rows.items():
            plain = {column.name: plainly(column, 1) for column in tables.tables[name].columns}
            connection.execute(insert(tables.tables[name]).values(plain | row))


def fill_types(engine: Engine) -> None:
    """An event with two types of one name, a cap on the second, and a cell of the matrix."""
    names = ("event", "participant_type", "matchmaking_round", "type_cap", "matrix_rule")
    tables = MetaData()
    tables.reflect(engine, only=names)
    rows: dict[str, list[dict[str, Any]]] = {
        "event": [{"name": "Expo", "timezone": "Europe/Vienna"}],
        "participant_type": [{"name": name} for name in ("City", "CITY", "Supplier")],
        "matchmaking_round": [
            {"request_mode": "opt-in", "state": "draft", "closes_at": datetime(2030, 1, 1, tzinfo=UTC)}
        ],
        "type_cap": [{"round_id": 1, "type_id": 2, "cap": 7}],
        "matrix_rule": [{"meeting_kind": "B2B"}],
    }
    with engine.begin() as connection:
        for name in names:
            table = tables.tables[name]
            for number, row in enumerate(rows[name], start=1):
                plain = {column.name: plainly(column, number) for column in table.columns}
                connection.execute(insert(table).values(plain | row))


def fill_names(engine: Engine) -> None:
    """Rows as the tables before keys held them: the models have columns that those lack."""
    tables = MetaData()
    tables.reflect(
        engine, only=["event", "participant_type", "organisation", "participant", "pavilion", "topic"]
    )
    with engine.begin() as connection:

        def put(table: str, *rows: dict[str, Any]) -> None:
            for number, row in enumerate(rows, start=1):
                plain = {column.name: plainly(column, number) for column in tables.tables[table].columns}
                connection.execute(insert(tables.tables[table]).values(plain | row))

        put("event", {"name": "Expo", "timezone": "Europe/Vienna"})
        put("participant_type", {"code": "city"})
        put(
            "organisation",
            {"name": "Österreichische Post", "city": ""},
            {"name": "ÖSTERREICHISCHE POST", "city": "Graz"},
            {"name": "österreichische post", "city": "Wien"},
            {"name": "öko (2)"},
            {"name": "Öko", "city": "Berlin"},
            {"name": "öko", "city": "Bonn"},
        )
        put(
            "participant",
            {"name": "Åsa", "email": "asa@example.org", "organisation_id": 2, "brought_by_id": 2},
            {"name": "Bo", "email": "bo@example.org", "organisation_id": 1},
            {"name": "Cy", "email": "cy@example.org", "organisation_id": 4},
        )
        put("pavilion", {"name": "Österreich"}, {"name": "österreich"})
        put(
            "topic",
            {"label": "Ökologie"},
            {"label": "ökologie"},
            {"label": "ökologie", "parent_id": 1},
        )


def plainly(column: Column[Any], number: int) -> Any:
    """A value that the column takes."""
    if column.name in ("id", "public_id", "slug", "code"):
        return number if column.name == "id" else f"{column.table.name}{number}"
    if column.nullable:
        return None
    if column.foreign_keys:
        return 1
    kind = column.type.python_type
    return (
        NOW
        if kind is datetime
        else {bool: False, int: 0, float: 0.0}.get(kind, "active" if column.name == "state" else "")
    )
