"""Signing up for a session with few seats, as participants and the organiser see it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.models import ProgrammeSession, SessionAttendance, SessionInvitation
from tests.factories import make_organiser, make_session
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def workshop(scene: Scene) -> ProgrammeSession:
    found = make_session(scene.session, scene.event, "2023-11-07 15:00")
    found.capacity = 1
    scene.session.commit()
    return found


def test_full_session_offers_to_wait_and_tells_the_turn(scene: Scene, workshop: ProgrammeSession) -> None:
    assert "1 seat is free." in scene.get("sessions")
    bo = scene.person()
    scene.session.add(SessionAttendance(session_id=workshop.id, participant_id=bo.id))
    page = scene.get("sessions")
    assert "All 1 seats are taken." in page
    assert "Wait for a seat" in page
    assert "You can wait for one below." in scene.post(f"sessions/{workshop.public_id}", 409, going="1")

    scene.post(f"sessions/{workshop.public_id}/wait", waits="1")
    assert "You are number 1 in the waiting list." in scene.get("sessions")
    scene.post(f"sessions/{workshop.public_id}/wait", waits="")
    assert "Wait for a seat" in scene.get("sessions")


def test_session_by_invitation_is_seen_by_who_is_invited(scene: Scene, workshop: ProgrammeSession) -> None:
    workshop.by_invitation = True
    assert workshop.title not in scene.get("sessions")
    scene.session.add(SessionInvitation(session_id=workshop.id, participant_id=scene.me.id))
    page = scene.get("sessions")
    assert workshop.title in page
    assert "You are invited" in page


def test_organiser_sees_seats_and_who_waits_and_says_who_must_come(
    scene: Scene, workshop: ProgrammeSession
) -> None:
    bo = scene.person(name="Bo Berg")
    scene.session.add(SessionAttendance(session_id=workshop.id, participant_id=bo.id))
    scene.post(f"sessions/{workshop.public_id}/wait", waits="1")
    organiser = make_organiser(scene.session, scene.event)
    scene.session.commit()
    scene.client.sign_in(organiser)
    address = f"/e/{scene.event.slug}/organise/programme/sessions/{workshop.public_id}/"

    page = scene.client.get(address).text
    assert "1 of 1 seats taken" in page
    assert page.index("Who waits for a seat") < page.index(scene.me.name)

    full = scene.client.post(address + "attendees", data={"who": scene.me.email, "role": "must"})
    assert "Every seat is taken: 1 of 1." in full.text
    data = {"who": scene.me.email, "role": "must", "anyway": "y"}
    page = scene.client.post(address + "attendees", data=data, follow_redirects=True).text
    assert "Must come" in page
    assert "Who waits for a seat" not in page
    scene.client.post(address + "attendees/types", data={"type": "supplier", "how": "invited"})
    assert set(scene.session.scalars(select(SessionInvitation.participant_id))) == {scene.me.id, bo.id}


def test_fields_of_the_form_are_kept(scene: Scene, workshop: ProgrammeSession) -> None:
    organiser = make_organiser(scene.session, scene.event)
    scene.session.commit()
    scene.client.sign_in(organiser)
    address = f"/e/{scene.event.slug}/organise/programme/sessions/{workshop.public_id}/edit"
    data = {
        "title": "Trams",
        "kind": "workshop",
        "day": "2023-11-07",
        "starts": "15:00",
        "ends": "16:00",
        "pavilion": "",
        "speakers": "Ada Lee\n\n Bo  Berg ",
        "track": "Mobility",
        "language": "ca",
        "link": "example.org/trams",
        "capacity": "30",
        "audience": ["city"],
        "by_invitation": "y",
    }
    assert scene.client.post(address, data={**data, "link": "javascript:x"}).status_code == 422
    assert scene.client.post(address, data={**data, "capacity": "0"}).status_code == 422
    assert scene.client.post(address, data=data).status_code == 302
    scene.session.refresh(workshop)
    assert (workshop.speakers, workshop.link, workshop.capacity) == (
        "Ada Lee\nBo Berg",
        "https://example.org/trams",
        30,
    )
    page = scene.client.get(address).text
    assert 'checked id="audience-0" name="audience"' in page
    assert "Mobility" in page
