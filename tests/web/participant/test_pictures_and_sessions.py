"""Uploading pictures; choosing sessions."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from scheduler.domain.enums import SessionRole
from scheduler.models import AgendaEntry, OutboxMessage, Picture, SessionAttendance
from scheduler.services.calendars.stale_agendas import refresh_marked
from tests.factories import make_delegation, make_event, make_participant, make_session
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it


def png() -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(target, "PNG")
    target.seek(0)
    return target, "me.png"


def test_photo_is_shown_and_taken_away(scene: Scene) -> None:
    scene.post("profile/picture", picture=png())

    address = re.findall(r'src="(/e/[^"]+/pictures/[^"]+)"', scene.get("about"))[0]
    answer = scene.client.get(address)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"

    scene.post("profile/picture", remove="1")
    assert scene.session.scalars(select(Picture)).all() == []


def test_logo_belongs_to_the_organisation(scene: Scene) -> None:
    scene.post("profile/picture", picture=png(), logo="1")

    picture = scene.session.scalars(select(Picture)).one()
    assert (picture.organisation_id, picture.participant_id) == (scene.me.organisation_id, None)


def test_picture_of_another_event_is_not_served(scene: Scene) -> None:
    other = make_participant(scene.session, make_event(scene.session))
    picture = Picture(
        participant_id=other.id,
        media_type="image/png",
        width=1,
        height=1,
        content=b"x",
        created_at=scene.round.created_at,
    )
    scene.session.add(picture)
    scene.session.commit()

    assert scene.client.get(scene.path(f"pictures/{picture.public_id}")).status_code == 404


def test_file_that_is_no_picture_is_answered_with_a_sentence(scene: Scene) -> None:
    page = scene.post("profile/picture", 422, picture=(io.BytesIO(b"MZ"), "virus.exe"))

    assert "read as a picture" in page
    assert scene.session.scalars(select(Picture)).all() == []


def test_session_is_attended_and_left_out(scene: Scene) -> None:
    talk = make_session(scene.session, scene.event, "2023-11-07 10:10", minutes=30)
    assert "Takes 2 of your meeting times" in scene.get("sessions")

    scene.post(f"sessions/{talk.public_id}", going="1")
    assert "2 of 4 meeting times" in scene.get("availability")
    scene.post(f"sessions/{talk.public_id}", going="")
    assert "4 of 4 meeting times" in scene.get("availability")


def test_speaker_can_not_leave_their_session(scene: Scene) -> None:
    talk = make_session(scene.session, scene.event, attendees=[scene.me])
    scene.session.get_one(SessionAttendance, (talk.id, scene.me.id)).role = SessionRole.SPEAKER

    assert "You are on stage" in scene.post(f"sessions/{talk.public_id}", 409, going="")


def test_joint_session_of_a_delegation_is_not_for_others(scene: Scene) -> None:
    delegation = make_delegation(scene.session, scene.event, [scene.person()])
    talk = make_session(scene.session, scene.event, delegation=delegation)

    assert talk.title not in scene.get("sessions")
    scene.post(f"sessions/{talk.public_id}", 404, going="1")


def test_who_chooses_a_session_gets_no_mail_about_it(scene: Scene) -> None:
    talk = make_session(scene.session, scene.event)
    scene.session.commit()

    scene.post(f"sessions/{talk.public_id}", going="1")
    refresh_marked(scene.session)

    entry = scene.session.scalars(select(AgendaEntry).where(AgendaEntry.uid == talk.public_id)).one()
    assert entry.participant_id == scene.me.id
    assert not scene.session.scalars(select(OutboxMessage)).all()
