"""The feed at its secret address: what readers ask, what guessers get."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.http import http_date, parse_date
from werkzeug.test import TestResponse

from scheduler import create_app
from scheduler.domain.enums import MeetingState
from scheduler.models import AgendaVersion, FeedToken
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.feeds import create_feed, replace_feed
from tests.conftest import Client
from tests.factories import make_delegation, make_participant, make_session
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    refresh(session, scene.event, mails=False)
    session.commit()
    return scene


def _titles(answer: TestResponse) -> list[str]:
    return [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")]


def test_feed_answers_a_program_without_session_and_accept_header(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    answer = client.get(f"/feeds/{token}.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Content-Disposition" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert len(_titles(answer)) == 2
    assert "UID:" + scene.meetings[0].uid + "@expo-scheduler.invalid" in answer.text


def test_feed_leaves_no_cookie_and_is_kept_by_no_proxy(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    answer = client.get(f"/feeds/{token}.ics")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_feed_answers_304_until_the_agenda_changes(client: Client, session: Session, scene: Scene) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    first = client.get(f"/feeds/{token}.ics")
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    same = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    assert client.get(f"/feeds/{token}.ics?reminder=5", headers={"If-None-Match": tag}).status_code == 200
    assert client.get(f"/feeds/{token}.ics").data == first.data
    scene.meetings[0].state = MeetingState.CANCELLED
    scene.event.clock_shift -= 5
    refresh(session, scene.event, mails=False)
    session.commit()
    changed = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert sorted(_titles(changed))[0].startswith("Cancelled: ")
    assert client.get(f"/feeds/{token}.ics", headers={"If-Modified-Since": modified}).status_code == 200


def test_date_alone_spares_the_body_when_it_came_with_this_version(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    first = client.get(f"/feeds/{token}.ics")
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]

    def status(**headers: str) -> int:
        return client.get(
            f"/feeds/{token}.ics", headers={name.replace("_", "-"): value for name, value in headers.items()}
        ).status_code

    same = client.get(f"/feeds/{token}.ics", headers={"If-Modified-Since": modified})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    moment = parse_date(modified)
    assert moment is not None
    assert status(If_Modified_Since=f"{moment:%A, %d-%b-%y %H:%M:%S} GMT") == 304
    assert status(If_Modified_Since=http_date(moment - timedelta(seconds=1))) == 200
    assert status(If_Modified_Since="yesterday") == 200
    assert status(If_Modified_Since="") == 200
    # A tag wins over a date, whether it is known or not.
    assert status(If_Modified_Since=modified, If_None_Match='"another"') == 200
    assert status(If_Modified_Since=modified, If_None_Match="") == 200
    assert status(If_Modified_Since="yesterday", If_None_Match=f"W/{tag}") == 304
    assert status(If_None_Match=f'"another", {tag}') == 304
    assert status(If_None_Match="*") == 304
    # Another choice in the address is another calendar.
    other = client.get(f"/feeds/{token}.ics?reminder=5", headers={"If-Modified-Since": modified})
    assert other.status_code == 200


def test_date_of_a_feed_is_never_in_the_future(client: Client, session: Session, scene: Scene) -> None:
    _feed, token = create_feed(session, scene.ana)
    version = session.get_one(AgendaVersion, scene.ana.id)
    version.changed_at = datetime.now(UTC) + timedelta(days=400)
    session.commit()
    assert "Last-Modified" not in client.get(f"/feeds/{token}.ics").headers


def test_asker_that_knows_only_a_date_never_keeps_an_old_name(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    dated = {"If-Modified-Since": client.get(f"/feeds/{token}.ics").headers["Last-Modified"]}
    scene.event.name = "Another name"
    session.commit()
    answer = client.get(f"/feeds/{token}.ics", headers=dated)
    assert (answer.status_code, "Another name" in answer.text) == (200, True)


def test_revoked_replaced_cut_and_invented_tokens_get_the_same_answer(
    client: Client, session: Session, scene: Scene
) -> None:
    feed, token = create_feed(session, scene.ana)
    _new, fresh = replace_feed(session, scene.ana, feed.public_id)
    session.commit()
    assert client.get(f"/feeds/{fresh}.ics").status_code == 200
    wrong = [token, fresh[:-1], fresh + "x", fresh.swapcase(), "x", "%00", "ü" * 40, "a" * 5000]
    answers = {
        (client.get(f"/feeds/{guess}.ics").status_code, client.get(f"/feeds/{guess}.ics").data)
        for guess in wrong
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_feed_changes_with_the_names_and_the_zone_of_the_event_and_keeps_its_instants(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ana)
    delegation = make_delegation(session, scene.event, [scene.ana])
    _joint, joint = create_feed(session, delegation)
    session.commit()
    for address in (f"/feeds/{token}.ics", f"/feeds/{joint}.ics"):
        before = client.get(address)
        scene.event.timezone = "Asia/Kathmandu"
        scene.event.name += ", moved"
        session.commit()
        after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert ", moved" in after.text.replace("\\,", ",")
        old, new = (icalendar.Calendar.from_ical(answer.data).walk("VEVENT") for answer in (before, after))
        for one, other in zip(old, new, strict=True):
            assert (one["UID"], one["SEQUENCE"], one.start) == (other["UID"], other["SEQUENCE"], other.start)
        assert "(Asia/Kathmandu)" in str(new[0]["DESCRIPTION"])
        scene.event.timezone = "Europe/Madrid"
        session.commit()


def test_feed_on_a_database_that_was_never_set_up_says_so(tmp_path: Path, app: Flask) -> None:
    bare = create_app(
        {**app.config, "INSTANCE": tmp_path, "DATABASE_URL": f"sqlite:///{tmp_path / 'bare.sqlite3'}"}
    )
    answer = bare.test_client().get("/feeds/anything.ics")
    assert (answer.status_code, answer.content_type) == (503, "text/plain; charset=utf-8")
    assert "not set up yet" in answer.text
    assert answer.headers["Retry-After"] == "300"


def test_token_of_another_event_shows_that_event_only(client: Client, session: Session, scene: Scene) -> None:
    other = published_scene(session)
    set_clock(other.event, "2023-11-01 09:00")
    refresh(session, other.event, mails=False)
    _feed, token = create_feed(session, other.ana)
    session.commit()
    text = client.get(f"/feeds/{token}.ics").text
    assert other.meetings[0].uid in text
    assert scene.meetings[0].uid not in text


def test_secret_is_stored_as_a_hash_alone(session: Session, scene: Scene) -> None:
    feed, token = create_feed(session, scene.ana)
    stored = session.scalars(select(FeedToken.token_hash).where(FeedToken.id == feed.id)).one()
    assert token not in stored
    assert len(token) >= 43


@pytest.mark.usefixtures("still_clock")
def test_guessing_at_speed_is_stopped_and_a_true_reader_is_not(
    app: Flask, session: Session, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.web.feeds.feed.GUESSES", "30 per hour")
    _feed, token = create_feed(session, scene.ana)
    session.commit()
    limited = create_app({**app.config, "INSTANCE": app.instance_path, "RATELIMIT_ENABLED": True})
    client = limited.test_client()
    for _ in range(40):
        assert client.get(f"/feeds/{token}.ics").status_code == 200
    codes = [client.get(f"/feeds/guess{number}.ics").status_code for number in range(40)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_delegation_feed_shows_each_meeting_once_with_the_members_names(
    client: Client, session: Session, scene: Scene
) -> None:
    delegation = make_delegation(session, scene.event, [scene.ana, scene.marta])
    _feed, token = create_feed(session, delegation)
    session.commit()
    calendar = icalendar.Calendar.from_ical(client.get(f"/feeds/{token}.ics").data)
    together, apart = sorted(calendar.walk("VEVENT"), key=lambda entry: entry.start)
    names = [f"{person.name} ({person.organisation.name})" for person in (scene.ana, scene.marta)]
    assert together["SUMMARY"] == " / ".join(names)
    assert together["DESCRIPTION"].startswith("Who goes: Ana, Marta\n")
    assert apart["SUMMARY"] == f"Jordi ({scene.jordi.organisation.name})"
    assert apart["DESCRIPTION"].startswith("Who goes: Ana\n")


def test_feed_of_a_large_delegation_keeps_the_title_of_a_joint_visit(
    client: Client, session: Session, scene: Scene
) -> None:
    others = [make_participant(session, scene.event, name=f"Somebody Long-Name {n}") for n in range(20)]
    delegation = make_delegation(session, scene.event, [scene.ivan, *others])
    visit = make_session(session, scene.event, attendees=[scene.ivan, *others], delegation=delegation)
    visit.title = "Guided tour of the port, with a talk about shore power for ships"
    refresh(session, scene.event, mails=False)
    _feed, token = create_feed(session, delegation)
    session.commit()
    (entry,) = icalendar.Calendar.from_ical(client.get(f"/feeds/{token}.ics").data).walk("VEVENT")
    assert entry["SUMMARY"] == visit.title
    assert entry["DESCRIPTION"].count("Somebody Long-Name") == 20


def test_stand_pavilion_and_session_have_feeds_of_their_own(
    client: Client, session: Session, scene: Scene
) -> None:
    keynote = make_session(session, scene.event)
    for subject, expected in ((scene.tables, 1), (scene.bavaria, 1), (keynote, 1)):
        _feed, token = create_feed(session, subject)
        session.commit()
        answer = client.get(f"/feeds/{token}.ics")
        assert len(_titles(answer)) == expected
        again = client.get(f"/feeds/{token}.ics", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_feed_of_a_participant_without_meetings_is_an_empty_calendar(
    client: Client, session: Session, scene: Scene
) -> None:
    _feed, token = create_feed(session, scene.ivan)
    session.commit()
    answer = client.get(f"/feeds/{token}.ics")
    assert (answer.status_code, _titles(answer)) == (200, [])
