"""Downloads and the pages that hand out secret addresses."""

from __future__ import annotations

import re

import icalendar
import pytest
from sqlalchemy.orm import Session

from scheduler.models import Delegation
from scheduler.services.calendars.feeds import feeds_of
from tests.conftest import Client
from tests.factories import make_delegation
from tests.services.scenes import Scene, published_scene, set_clock

# Pages and their answers: what the database does differently is tested with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-01 09:00")
    make_delegation(session, scene.event, [scene.ivan, scene.ana])
    session.commit()
    return scene


def _uids(data: bytes) -> set[str]:
    return {str(event["UID"]) for event in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_agenda_day_and_meeting_are_downloaded_as_files(client: Client, scene: Scene) -> None:
    client.sign_in(scene.ana.user)
    whole = client.get("/e/expo/me/agenda.ics")
    assert whole.headers["Content-Disposition"] == 'attachment; filename="expo-agenda.ics"'
    assert len(_uids(whole.data)) == 2
    assert len(_uids(client.get("/e/expo/me/agenda/2023-11-07.ics").data)) == 2
    assert _uids(client.get("/e/expo/me/agenda/2023-11-08.ics").data) == set()
    uid = scene.meetings[0].uid
    assert _uids(client.get(f"/e/expo/me/entry/{uid}.ics").data) == {f"{uid}@expo-scheduler.invalid"}


def test_download_of_what_is_not_mine_or_no_day_says_so(client: Client, scene: Scene) -> None:
    client.sign_in(scene.ivan.user)
    assert client.get(f"/e/expo/me/entry/{scene.meetings[0].uid}.ics").status_code == 404
    assert client.get("/e/expo/me/agenda/someday.ics").status_code == 404
    assert client.get("/e/expo/me/agenda.ics").status_code == 200


def test_address_is_shown_once_and_replaced_and_revoked(
    client: Client, session: Session, scene: Scene
) -> None:
    client.sign_in(scene.ana.user)
    made = client.post("/e/expo/me/calendar", data={"sessions": "y", "walking": "y", "reminder": "10"})
    assert made.status_code == 201
    (address,) = set(re.findall(r'value="(http[^"]*/feeds/[^"]*)"', made.text))
    path = address.replace("&amp;", "&").split("8000")[1]
    assert "walking=1" in path
    assert client.get(path).status_code == 200
    for program in ("apple", "google", "outlook", "office", "thunderbird"):
        assert f'data-calendar="{program}"' in made.text
    assert address.split("/feeds/")[1][:20] not in client.get("/e/expo/me/calendar").text
    (feed,) = feeds_of(session, scene.ana)
    feed_id = feed.public_id
    session.commit()
    replaced = client.post(f"/e/expo/me/calendar/{feed_id}/replace")
    assert replaced.status_code == 201
    assert "sessions=0" not in replaced.text
    assert client.get(path).status_code == 404
    session.commit()
    (feed,) = feeds_of(session, scene.ana)
    feed_id = feed.public_id
    session.commit()
    assert client.post(f"/e/expo/me/calendar/{feed_id}/revoke").status_code == 303
    session.commit()
    assert feeds_of(session, scene.ana) == []


def test_feed_of_somebody_else_cannot_be_revoked(client: Client, session: Session, scene: Scene) -> None:
    client.sign_in(scene.ana.user).post("/e/expo/me/calendar", data={"reminder": "0"})
    (feed,) = feeds_of(session, scene.ana)
    feed_id = feed.public_id
    session.commit()
    client.sign_in(scene.marta.user)
    assert client.post(f"/e/expo/me/calendar/{feed_id}/revoke").status_code == 404


def test_eleventh_subscription_is_refused_with_a_sentence(client: Client, scene: Scene) -> None:
    client.sign_in(scene.ana.user)
    codes = [client.post("/e/expo/me/calendar", data={"reminder": "0"}).status_code for _ in range(11)]
    assert codes == [201] * 10 + [429]


def test_delegation_has_a_calendar_page_for_its_members_only(
    client: Client, session: Session, scene: Scene
) -> None:
    address = f"/e/expo/delegation/{session.query(Delegation).one().public_id}"
    session.commit()
    client.sign_in(scene.ivan.user)
    assert f"{address}/calendar" in client.get(f"{address}/").text
    assert client.get(f"{address}/calendar").status_code == 200
    assert client.post(f"{address}/calendar", data={"reminder": "0"}).status_code == 201
    assert client.get(f"{address}/agenda.ics").status_code == 200
    client.sign_in(scene.marta.user)
    assert client.get(f"{address}/calendar").status_code == 403
