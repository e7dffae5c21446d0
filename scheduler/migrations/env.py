"""Run by Alembic for each command."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Engine

from scheduler.models import Base


def _keep_references(connection: Connection, on: bool) -> None:
    """On SQLite a table is altered by copying it, and dropping the old one deletes, row by row, what refers to it: the
    keys are not followed meanwhile. The switch works outside of transactions only."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_references(connection: Connection) -> None:
    """Raise RuntimeError, which undoes all steps, when a row refers to one that is not there."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"a row of {lost[0]} would refer to a row of {lost[2]} that is not there")


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    _keep_references(connection, False)
    try:
        with connection.begin():
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                # SQLite can't alter most things: tables are copied instead.
                render_as_batch=True,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            _check_references(connection)
    finally:
        _keep_references(connection, True)
