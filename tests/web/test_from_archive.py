"""In the web, an event is taken out whole, looked at elsewhere, and made there; nothing is stored before."""

from __future__ import annotations

import html
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import Role
from scheduler.extensions import db
from scheduler.models import AuditEntry, Event, EventRole, Participant, User
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant, make_user
from tests.services.archive.installations import files_of, packed
from tests.services.scenes import Scene, published_scene

NEW, LOOK = "/events/new/archive", "/events/new/archive/look"


@pytest.fixture
def scene(session: Session) -> Scene:
    return published_scene(session, "expo")


@pytest.fixture
def nora(session: Session, scene: Scene, client: Client) -> User:
    user = make_organiser(session, scene.event)
    session.commit()
    client.sign_in(user)
    return user


@pytest.fixture
def archive(client: Client, scene: Scene, nora: User) -> bytes:
    answer = client.post("/e/expo/organise/event/end/take-out")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="expo.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.data


@pytest.fixture
def there(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """Another installation, where Olga organises an event."""
    path = tmp_path / "there.sqlite3"
    shutil.copy(sqlite_template, path)
    app = create_app(
        {
            "INSTANCE": tmp_path / "there",
            "DATABASE_URL": f"sqlite:///{path}",
            "MODE": "demonstration",
            "SECRET_KEY": "a secret of the other installation",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
        }
    )
    app.test_client_class = Client
    yield app
    db.dispose(app.config["DATABASE_URL"])


@pytest.fixture
def olga(there: Flask) -> Client:
    with db.new_session(there.config["DATABASE_URL"]) as session:
        user = make_organiser(session, make_event(session, "another"))
        session.commit()
    client = there.test_client()
    assert isinstance(client, Client)
    return client.sign_in(user)


def bring(client: Client, content: bytes, name: str = "expo.zip") -> str:
    """The page after a file was sent."""
    answer = client.post(NEW, data={"file": (io.BytesIO(content), name)}, follow_redirects=True)
    return html.unescape(answer.text)


def test_event_is_looked_at_and_then_made(archive: bytes, there: Flask, olga: Client, scene: Scene) -> None:
    page = bring(olga, archive)
    assert "Nothing is stored before you say so" in page
    assert scene.event.name in page
    assert 'value="expo"' in page
    with db.new_session(there.config["DATABASE_URL"]) as session:
        assert session.scalars(select(Event.slug)).all() == ["another"]
    answer = olga.post(LOOK, data={"slug": "expo"}, follow_redirects=True)
    assert "you are its organiser" in html.unescape(answer.text)
    with db.new_session(there.config["DATABASE_URL"]) as session:
        event = session.scalars(select(Event).where(Event.slug == "expo")).one()
        people = session.scalar(select(func.count()).where(Participant.event_id == event.id))
        roles = session.scalars(select(EventRole.role).where(EventRole.event_id == event.id)).all()
        assert (people, roles, event.closed) == (4, [Role.ORGANISER], False)
    assert not list((Path(there.instance_path) / "archives").iterdir())
    assert "Bring it again" in html.unescape(olga.get(LOOK, follow_redirects=True).text)


def test_event_comes_in_beside_itself_under_another_short_name(
    session: Session, client: Client, archive: bytes
) -> None:
    page = bring(client, archive)
    assert "“expo” is here already" in page
    assert 'value="expo-2"' in page
    answer = client.post(LOOK, data={"slug": "expo"})
    assert answer.status_code == 422
    assert "already an event “expo”" in html.unescape(answer.text)
    assert client.post(LOOK, data={"slug": "expo-2", "archived": "y"}).status_code == 302
    assert {row.slug: row.closed for row in session.scalars(select(Event))} == {"expo": False, "expo-2": True}


def test_archive_can_be_thrown_away(client: Client, archive: bytes, app: Flask) -> None:
    bring(client, archive)
    answer = client.post(LOOK, data={"throw": "1"}, follow_redirects=True)
    assert "thrown away" in answer.text
    assert not list((Path(app.instance_path) / "archives").iterdir())


def test_what_is_kept_is_its_owners_alone(
    session: Session, client: Client, archive: bytes, app: Flask, nora: User
) -> None:
    bring(client, archive)
    folder = Path(app.instance_path) / "archives"
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}
    other = make_organiser(session, make_event(session, "other"))
    session.commit()
    client.sign_in(other)
    assert client.get(LOOK).status_code == 302
    client.sign_in(nora)
    assert client.get(LOOK).status_code == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This is no archive of an event"),
        (b"PK", "This is no archive of an event"),
        (None, "Choose a file"),
    ],
)
def test_what_is_no_archive_is_refused_on_its_form(
    client: Client, nora: User, content: bytes | None, sentence: str
) -> None:
    data = {"file": (io.BytesIO(content), "holiday.zip")} if content is not None else {}
    answer = client.post(NEW, data=data)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)


def test_damaged_archive_names_the_file(client: Client, archive: bytes) -> None:
    files = files_of(archive)
    page = bring(client, packed({**files, "tables/participant.jsonl": b"{}\n"}))
    assert "tables/participant.jsonl was changed" in page


def test_texts_of_an_archive_are_shown_as_texts(
    session: Session, client: Client, scene: Scene, nora: User
) -> None:
    scene.event.name = "<script>alert(1)</script>"
    session.commit()
    content = client.post("/e/expo/organise/event/end/take-out").data
    answer = client.post(NEW, data={"file": (io.BytesIO(content), "<b>.zip")}, follow_redirects=True)
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<b>.zip" not in answer.text


def test_who_may_make_no_event_brings_none(session: Session, client: Client, scene: Scene) -> None:
    stranger = make_user(session)
    session.commit()
    client.sign_in(stranger)
    assert [client.get(path).status_code for path in (NEW, LOOK)] == [403, 403]
    assert client.post(LOOK, data={"slug": "expo-2"}).status_code == 403


def test_co_organisers_and_participants_take_nothing_out(
    session: Session, client: Client, scene: Scene
) -> None:
    co_organiser = make_organiser(session, scene.event, Role.CO_ORGANISER)
    ana = make_participant(session, scene.event)
    session.commit()
    for user in (co_organiser, ana.user):
        client.sign_in(user)
        assert client.post("/e/expo/organise/event/end/take-out").status_code == 403
        assert "Take everything out" not in client.get("/e/expo/organise/event/end").text


def test_taking_out_is_logged_and_works_in_a_closed_event(
    session: Session, client: Client, scene: Scene, archive: bytes
) -> None:
    assert client.post("/e/expo/organise/event/end/archive").status_code == 302
    assert client.post("/e/expo/organise/event/end/take-out").status_code == 200
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == scene.event.id)).all()
    assert acts.count("event.take-out") == 2
    assert "Archive of everything taken out" in client.get("/e/expo/organise/log/").text
