"""Bodies of feeds are kept for those who ask again, and served to nobody who may not have them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState
from scheduler.extensions import db
from scheduler.models import Participant
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.feeds import create_feed, revoke_all_feeds
from scheduler.web.feeds.body_cache import CHOICES, LIFE, BodyCache, bodies
from tests.conftest import Client
from tests.factories import make_delegation
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    refresh(session, scene.event, mails=False)
    session.commit()
    return scene


@pytest.fixture
def kept(app: Flask) -> BodyCache:
    with app.app_context():
        return bodies()


def test_agenda_is_read_and_written_once_for_each_choice(
    client: Client, session: Session, scene: Scene, app: Flask, kept: BodyCache
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    first = {choice: client.get(f"/feeds/{token}.ics{choice}").data for choice in ("", "?reminder=5")}
    questions = 0

    def count(*_found: object) -> None:
        nonlocal questions
        questions += 1

    engine = db.engine(app.config["DATABASE_URL"])
    event.listen(engine, "checkout", count)
    try:
        again = {choice: client.get(f"/feeds/{token}.ics{choice}").data for choice in first}
    finally:
        event.remove(engine, "checkout", count)
    assert again == first
    assert len(set(first.values())) == 2
    assert questions == 2
    assert len(kept) == 1


def test_calendar_of_a_group_is_kept_and_follows_its_members(
    client: Client, session: Session, scene: Scene, kept: BodyCache
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana, scene.marta])
    _feed, token = create_feed(session, delegation)
    session.commit()
    first = client.get(f"/feeds/{token}.ics").data
    assert len(kept) == 1
    assert client.get(f"/feeds/{token}.ics").data == first
    called_off(session, scene)
    session.commit()
    after = client.get(f"/feeds/{token}.ics").data
    assert after != first
    assert client.get(f"/feeds/{token}.ics").data == after


def called_off(session: Session, scene: Scene) -> None:
    scene.meetings[0].state = MeetingState.CANCELLED
    refresh(session, scene.event, mails=False)


def event_renamed(_session: Session, scene: Scene) -> None:
    scene.event.name = "Another expo"


def partner_renamed(session: Session, scene: Scene) -> None:
    for person in (scene.ivan, scene.jordi):
        person.name = f"{person.name} Called Otherwise"
    session.flush()
    refresh(session, scene.event, mails=False)


def reader_renamed(_session: Session, scene: Scene) -> None:
    scene.ana.name = "Ana Otherwise"


@pytest.mark.parametrize("change", [called_off, event_renamed, partner_renamed, reader_renamed])
def test_change_shows_at_once_and_nothing_of_before_is_kept(
    client: Client,
    session: Session,
    scene: Scene,
    kept: BodyCache,
    change: Callable[[Session, Scene], None],
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    for choice in ("", "?reminder=5", "?walking=1"):
        client.get(f"/feeds/{token}.ics{choice}")
    before = client.get(f"/feeds/{token}.ics")
    change(session, scene)
    session.commit()
    after = client.get(f"/feeds/{token}.ics")
    assert after.data != before.data
    assert after.headers["ETag"] != before.headers["ETag"]
    assert client.get(f"/feeds/{token}.ics").data == after.data
    assert kept.size == len(after.data)


def withdrawn(_session: Session, scene: Scene) -> None:
    scene.ana.state = ParticipantState.WITHDRAWN


def given_away(_session: Session, scene: Scene) -> None:
    scene.ana.user_id = None


def revoked(session: Session, scene: Scene) -> None:
    revoke_all_feeds(session, scene.ana)


def erased(session: Session, scene: Scene) -> None:
    session.execute(delete(Participant).where(Participant.id == scene.ana.id))


@pytest.mark.parametrize("change", [withdrawn, given_away, revoked, erased])
def test_right_that_ended_ends_what_was_kept(
    client: Client,
    session: Session,
    scene: Scene,
    kept: BodyCache,
    change: Callable[[Session, Scene], None],
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    assert client.get(f"/feeds/{token}.ics").status_code == 200
    assert len(kept) == 1
    change(session, scene)
    session.commit()
    assert client.get(f"/feeds/{token}.ics?reminder=5").status_code == 404
    assert (len(kept), kept.size) == (0, 0)


def test_room_choices_and_time_are_bounded() -> None:
    now = [0.0]
    cache = BodyCache(room=100, clock=lambda: now[0])
    for number in range(20):
        cache.put(f"feed {number}", "1", "tag", b"x" * 30)
    assert (len(cache), cache.size) == (3, 90)
    assert cache.get("feed 16", "1", "tag") is None
    assert cache.get("feed 19", "1", "tag") == b"x" * 30
    for number in range(3 * CHOICES):
        cache.put("feed 19", "1", f"tag {number}", b"x")
    assert cache.size <= 60 + CHOICES
    cache.put("large", "1", "tag", b"x" * 101)
    assert cache.get("large", "1", "tag") is None
    cache.put("late", "1", "tag", b"x")
    now[0] = LIFE + 1
    assert cache.get("somebody else's", "1", "tag") is None
    assert (len(cache), cache.size) == (0, 0)


def test_same_tag_of_another_feed_or_version_is_not_found() -> None:
    cache = BodyCache()
    cache.put("one", "1", "tag", b"one")
    assert cache.get("other", "1", "tag") is None
    assert cache.get("one", "2", "tag") is None
    assert cache.get("one", "1", "tag") is None
