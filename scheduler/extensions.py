"""The database and the Flask extensions, made once and bound to an application in `create_app`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session

from scheduler.phrases import PhrasesBabel
from scheduler.rate_limits import Limiter

babel = PhrasesBabel()
csrf = CSRFProtect()
limiter = Limiter()
login = LoginManager()


POSTGRESQL_WAITS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that is gone without a word is noticed after half a minute, not after the system's two hours."""


def make_engine(url: str, *, patience: float = 30) -> Engine:
    """An engine with which no update is lost. With a short `patience` (seconds) it is for small work beside the rest.

    Python's SQLite driver starts transactions late, so that two processes read the same state and the later writer wins
    unseen. Its own handling is switched off; work that may write takes the lock first (BEGIN IMMEDIATE).
    """
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith("sqlite"):
        # Errors go to logs, and what people write into pages stays out of those.
        options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
        if patience >= 30:
            waits = POSTGRESQL_WAITS
            return create_engine(url, connect_args=waits, pool_size=10, max_overflow=60, **options)
        wait = f"-c lock_timeout={patience * 1000:.0f} -c statement_timeout={patience * 1000:.0f}"
        waits = {**POSTGRESQL_WAITS, "connect_timeout": 2, "tcp_user_timeout": 2000, "options": wait}
        return create_engine(
            url, connect_args=waits, pool_size=2, max_overflow=8, pool_timeout=patience, **options
        )
    make_private(make_url(url).database)
    engine = create_engine(
        url,
        connect_args={"timeout": patience, "check_same_thread": False},
        max_overflow=80,
        hide_parameters=True,
        # A connection reads the tables' statistics when it begins, and never again.
        pool_recycle=1800,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={patience * 1000:.0f}",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def make_private(database: str | None) -> None:
    """See to it that only its owner can read a database of SQLite; the files beside it take after it."""
    if not database or database == ":memory:" or database.startswith("file:"):
        return
    path = Path(database)
    # Another owner's file, or a folder that is missing: the connection says what is wrong.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
        for name in (path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
            if name.exists() and name.stat().st_mode & 0o077:
                name.chmod(0o600)


class Database:
    """Engines by process (an engine must not cross a fork), sessions by request."""

    def __init__(self) -> None:
        self._engines: dict[tuple[int, str], Engine] = {}
        self._app: Flask | None = None

    def init_app(self, app: Flask) -> None:
        app.extensions["expo-database"] = self
        app.teardown_appcontext(self._close)

    def engine(self, url: str) -> Engine:
        key = (os.getpid(), url)
        if key not in self._engines:
            self._engines[key] = make_engine(url)
        return self._engines[key]

    def new_session(self, url: str, *, read_only: bool = False) -> Session:
        """A session for work outside of a request; the caller commits and closes it."""
        engine = self.engine(url)
        if read_only:
            options: dict[str, Any] = {"read_only": True}
            if engine.dialect.name == "postgresql":
                options["postgresql_readonly"] = True
            return Session(engine.execution_options(**options))
        return Session(engine, expire_on_commit=False)

    @property
    def session(self) -> Session:
        """The request's session. GET and HEAD only read: they take no write lock."""
        if "database_session" not in g:
            from flask import current_app

            reads = request.method in ("GET", "HEAD", "OPTIONS")
            g.database_session = self.new_session(current_app.config["DATABASE_URL"], read_only=reads)
            for prepare in g.get("session_begins", ()):
                prepare(g.database_session)
        session: Session = g.database_session
        return session

    def prepare(self, prepare: Callable[[Session], None]) -> None:
        """Do something with the request's session, and with each that takes its place (see `release`)."""
        prepare(self.session)
        g.session_begins = [*g.get("session_begins", ()), prepare]

    def commit(self) -> None:
        """Commit the request's session, if it has one."""
        if "database_session" in g:
            g.database_session.commit()

    def release(self) -> None:
        """Give up the request's transaction: what it changed is undone, and its locks are free.

        What was read stays readable: an answer that says what went wrong still names the event and the person.
        """
        session: Session | None = g.get("database_session")
        if session is not None:
            session.expunge_all()
        self._close(None)

    def rollback(self) -> None:
        """Undo what the request's session holds, if it has one."""
        if "database_session" in g:
            g.database_session.rollback()

    def _close(self, _error: BaseException | None) -> None:
        session: Session | None = g.pop("database_session", None)
        if session is not None:
            session.rollback()
            session.close()

    def dispose(self, url: str) -> None:
        engine = self._engines.pop((os.getpid(), url), None)
        if engine is not None:
            engine.dispose()


db = Database()
