"""Attending sessions: not in the past, and not two at once without a word and a choice."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.domain.enums import PlanState, SessionRole
from scheduler.models import AgendaEntry, ProgrammeSession, SessionAttendance
from scheduler.services.calendars.calendar_sync import refresh
from tests.factories import make_meeting, make_organiser, make_place, make_plan, make_session
from tests.services.scenes import set_clock
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def attended(scene: Scene) -> set[int]:
    rows = select(SessionAttendance.session_id).where(SessionAttendance.participant_id == scene.me.id)
    return set(scene.session.scalars(rows))


def test_a_session_that_has_begun_is_not_attended_and_one_that_is_over_not_left(scene: Scene) -> None:
    over = make_session(scene.session, scene.event, "2023-11-07 09:00", minutes=30, attendees=[scene.me])
    begun = make_session(scene.session, scene.event, "2023-11-07 09:40")
    set_clock(scene.event, "2023-11-07 10:00")
    page = scene.post(f"sessions/{begun.public_id}", status=409, going="1")
    assert "has begun already" in page
    assert "is over" in scene.post(f"sessions/{over.public_id}", status=409, going="")
    assert attended(scene) == {over.id}
    assert "It has begun." in scene.get("sessions")


def test_two_sessions_at_once_are_asked_about_and_either_is_possible(scene: Scene) -> None:
    first = make_session(scene.session, scene.event, "2023-11-07 15:00", attendees=[scene.me])
    second = make_session(scene.session, scene.event, "2023-11-07 15:30")
    refresh(scene.session, scene.event)
    asked = scene.post(f"sessions/{second.public_id}", status=200, going="1")
    assert "Two things at once" in asked
    assert first.title in asked
    assert attended(scene) == {first.id}
    scene.post(f"sessions/{second.public_id}", going="1", choice="instead")
    assert attended(scene) == {second.id}
    status = select(AgendaEntry.status).where(AgendaEntry.uid == first.public_id)
    assert scene.session.scalars(status).one() == "cancelled"
    scene.post(f"sessions/{first.public_id}", going="1", choice="both")
    assert attended(scene) == {first.id, second.id}
    assert scene.session.scalars(status).one() == "confirmed"


def test_a_meeting_and_a_stage_are_not_left_out_for_a_session(scene: Scene) -> None:
    plan = make_plan(scene.session, scene.round)
    bo = scene.person(name="Bo")
    make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [scene.me, bo]
    )
    plan.state = PlanState.PUBLISHED
    talk = make_session(scene.session, scene.event, "2023-11-07 10:00")
    asked = scene.post(f"sessions/{talk.public_id}", status=200, going="1")
    assert "your meeting with Bo" in asked
    assert 'value="instead"' not in asked
    scene.post(f"sessions/{talk.public_id}", going="1", choice="both")
    assert attended(scene) == {talk.id}


def test_the_organiser_is_told_where_somebody_is_then_and_may_want_both(scene: Scene) -> None:
    first = make_session(scene.session, scene.event, "2023-11-07 15:00", attendees=[scene.me])
    second = make_session(scene.session, scene.event, "2023-11-07 15:30")
    organiser = make_organiser(scene.session, scene.event)
    scene.session.commit()
    scene.client.sign_in(organiser)
    address = f"/e/{scene.event.slug}/organise/programme/sessions/{second.public_id}/attendees"
    form = {"who": scene.me.email, "role": SessionRole.SPEAKER.value}
    refused = scene.client.post(address, data=form)
    assert refused.status_code == 422
    assert f"is at “{first.title}” then." in refused.text
    assert "At both all the same" in refused.text
    assert scene.client.post(address, data={**form, "anyway": "y"}).status_code == 302
    assert attended(scene) == {first.id, second.id}
    session_form = {
        "title": "Gala dinner",
        "kind": "networking",
        "day": "2023-11-07",
        "starts": "20:00",
        "pavilion": "",
        "ends": "00:00",
    }
    saved = scene.client.post(
        f"/e/{scene.event.slug}/organise/programme/sessions/new", data=session_form, follow_redirects=True
    )
    assert "Tue 7 Nov, 20:00 – Wed 8 Nov, 00:00" in saved.text


def test_of_many_sessions_a_day_is_shown_or_what_somebody_looks_for(scene: Scene) -> None:
    for number in range(90):
        talk = make_session(scene.session, scene.event, f"2023-11-0{7 + number % 2} 15:00")
        talk.title, talk.track = f"Talk {number:02d}", "Water" if number == 17 else "Light"
    first = scene.get("sessions")
    assert "Talk 02" in first
    assert "Talk 03" not in first
    assert "Talk 03" in scene.get("sessions?day=2023-11-08")
    assert re.findall(r"<h3>(.*?)</h3>", scene.get("sessions?track=Water")) == ["Talk 17"]
    assert re.findall(r"<h3>(.*?)</h3>", scene.get("sessions?q=tälk+17")) == ["Talk 17"]
    assert "No session matches" in scene.get("sessions?q=nothing")
    key = scene.session.scalars(
        select(ProgrammeSession.public_id).where(ProgrammeSession.title == "Talk 17")
    ).one()
    scene.post(f"sessions/{key}", going="1", day="2023-11-08")
    assert "Talk 03" in scene.get("sessions?day=2023-11-08")
