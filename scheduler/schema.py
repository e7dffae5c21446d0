"""Bringing the database to the shape that the code expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from scheduler.extensions import make_engine
from scheduler.models import Base

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's settings for a database; the migrations lie in the package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade_database(url: str) -> None:
    """Run every migration that the database has not seen; an empty database gets all tables."""
    if (MIGRATIONS / "env.py").is_file():
        command.upgrade(alembic_config(url), "head")
        return
    engine = make_engine(url)
    if not inspect(engine).has_table("event"):
        Base.metadata.create_all(engine)
    engine.dispose()
