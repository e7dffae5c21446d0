"""The database's history: each change of the tables is a step that `expo db upgrade` takes."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parent


def configuration(engine: Engine) -> Config:
    """Alembic's settings, without a file: the steps lie in this package."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest step, in one transaction."""
    command.upgrade(configuration(engine), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest step."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
