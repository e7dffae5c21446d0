"""The database's history: each step up and down, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.messages import MessageKind
from scheduler.extensions import make_engine
from scheduler.models import Base, Organisation, OutboxMessage, Participant, Request
from scheduler.schema import alembic_config
from scheduler.services.messages import preference_of, queue_for
from tests.factories import make_event, make_participant, make_request, make_round


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
