"""The command line: an event goes out of one installation and into another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from scheduler.cli import main
from scheduler.domain.enums import Role
from scheduler.models import AuditEntry, Event, EventRole, Participant, User
from tests.services.scenes import Scene, published_scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Run = Callable[..., Result]


@pytest.fixture
def expo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command on the database of an address."""

    def run(url: str, *arguments: str) -> Result:
        monkeypatch.setenv("EXPO_INSTANCE", str(tmp_path / "instance"))
        monkeypatch.setenv("EXPO_DATABASE_URL", url)
        return CliRunner().invoke(main, arguments)

    return run


@pytest.fixture
def scene(session: Session) -> Scene:
    found = published_scene(session, "expo")
    session.commit()
    return found


@pytest.fixture
def file(expo: Run, scene: Scene, database_url: str, tmp_path: Path) -> Path:
    path = tmp_path / "expo.zip"
    answer = expo(database_url, "export-archive", "expo", str(path))
    assert answer.exit_code == 0, answer.output
    assert "keep it safe" in answer.output
    return path


def test_event_goes_out_and_into_another_installation(
    expo: Run, scene: Scene, file: Path, session: Session, tmp_path: Path
) -> None:
    assert os.stat(file).st_mode & 0o077 == 0
    session.rollback()
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == scene.event.id)).all()
    assert acts.count("event.take-out") == 1
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    answer = expo(other, "import-archive", str(file), "--organiser", "New@Example.org")
    assert answer.exit_code == 0, answer.output
    assert "/e/expo/" in answer.output
    engine = create_engine(other)
    with Session(engine) as there:
        event = there.scalars(select(Event)).one()
        assert (event.name, event.public_id) == (scene.event.name, scene.event.public_id)
        assert len(there.scalars(select(Participant)).all()) == 4
        roles = there.execute(select(User.email, EventRole.role).join_from(EventRole, User)).all()
        assert [tuple(row) for row in roles] == [("new@example.org", Role.ORGANISER)]
    engine.dispose()


def test_archive_is_looked_through_without_storing_it(expo: Run, file: Path, database_url: str) -> None:
    answer = expo(database_url, "check-archive", str(file))
    assert answer.exit_code == 0
    assert "4  participant\n" in answer.output
    assert "2  meeting\n" in answer.output
    broken = file.with_name("broken.zip")
    broken.write_bytes(file.read_bytes()[:-30])
    answer = expo(database_url, "check-archive", str(broken))
    assert answer.exit_code == 1
    assert "its end is missing" in answer.output


def test_short_name_that_is_taken_is_said_and_another_may_be_given(
    expo: Run, file: Path, tmp_path: Path
) -> None:
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    brings = ("import-archive", str(file), "--organiser", "new@example.org")
    assert expo(other, *brings).exit_code == 0
    answer = expo(other, *brings)
    assert answer.exit_code == 1
    assert "already an event “expo”" in answer.output
    answer = expo(other, *brings, "--slug", "again", "--archived")
    assert answer.exit_code == 0, answer.output
    engine = create_engine(other)
    with Session(engine) as there:
        closed = {event.slug: event.closed for event in there.scalars(select(Event))}
        assert closed == {"expo": False, "again": True}
    engine.dispose()


def test_file_that_can_not_be_written_is_said_and_nothing_is_left(
    expo: Run, scene: Scene, database_url: str, tmp_path: Path
) -> None:
    answer = expo(database_url, "export-archive", "expo", str(tmp_path / "missing" / "expo.zip"))
    assert answer.exit_code == 1
    assert "can't be written: No such file or directory" in answer.output
    assert (
        "There is no event 'nowhere'"
        in expo(database_url, "export-archive", "nowhere", str(tmp_path / "x")).output
    )
    assert not (tmp_path / "x").exists()
