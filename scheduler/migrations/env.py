"""Run by Alembic for each command."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from scheduler.models import Base

engine: Engine = context.config.attributes["engine"]
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite can't alter most things: tables are copied instead.
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
