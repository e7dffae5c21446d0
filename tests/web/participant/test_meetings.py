"""The page of one meeting: before, between, after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from scheduler.domain.enums import ChangeState, MeetingState, PlanState
from scheduler.models import Meeting, MeetingChange, MeetingMemory, Participant
from scheduler.services.calendars import calendar_sync
from tests.factories import NOW, at, make_meeting, make_place, make_plan
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; services run on both


@dataclass
class Planned:
    scene: Scene
    meeting: Meeting
    grace: Participant

    @property
    def path(self) -> str:
        return f"agenda/meeting/{self.meeting.uid}"

    def clock(self, instant: datetime) -> None:
        self.scene.event.clock_shift = int((datetime.now(UTC) - instant).total_seconds())


@pytest.fixture
def planned(scene: Scene) -> Planned:
    grace = scene.person(name="Grace Hopper")
    plan = make_plan(scene.session, scene.round)
    meeting = make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [scene.me, grace]
    )
    plan.state = PlanState.PUBLISHED
    plan.published_at = NOW
    found = Planned(scene, meeting, grace)
    found.clock(NOW)
    # What publishing does: from now on the calendars know the meeting.
    calendar_sync.refresh(scene.session, scene.event, [scene.me.id, grace.id], mails=False)
    scene.session.commit()
    return found


def test_meeting_before_it_begins_offers_times_and_asks_no_rating(planned: Planned) -> None:
    page = planned.scene.get(planned.path)

    assert page.count('name="slot"') == 3
    assert "How was it?" not in page
    assert "on the plan of the hall" in page


def test_wish_to_move_is_answered_by_the_other(planned: Planned) -> None:
    scene = planned.scene
    slot = scene.block.slots[1]

    scene.post(f"{planned.path}/move", slot=slot.public_id, reason="I come later")
    assert "You have asked to move" in scene.get(planned.path)
    assert planned.grace.user
    scene.session.commit()
    scene.client.sign_in(planned.grace.user)
    assert "Answer Ada Lovelace, who asks to move your meeting" in scene.get()
    page = scene.get(planned.path)
    assert "Ada Lovelace asks to move" in page
    assert "I come later" in page
    change = scene.session.scalars(select(MeetingChange)).one()

    scene.post(f"{planned.path}/change/{change.public_id}", agree="1")

    assert "10:25–10:45" in scene.get(planned.path)


def test_wish_to_move_is_taken_back(planned: Planned) -> None:
    scene = planned.scene
    scene.post(f"{planned.path}/move", slot=scene.block.slots[1].public_id, reason="Later")
    change = scene.session.scalars(select(MeetingChange)).one()

    scene.post(f"{planned.path}/change/{change.public_id}", agree="")

    assert change.state is ChangeState.WITHDRAWN


def test_cancelling_without_a_reason_says_what_is_missing(planned: Planned) -> None:
    assert "short reason" in planned.scene.post(f"{planned.path}/cancel", 422, reason="")
    assert planned.meeting.state is MeetingState.PLANNED


def test_cancelled_meeting_says_so_with_the_reason(planned: Planned) -> None:
    planned.scene.post(f"{planned.path}/cancel", reason="My flight was cancelled")

    page = planned.scene.get(planned.path)
    assert "Cancelled" in page
    assert "My flight was cancelled" in page
    assert "Something in the way?" not in page


def test_meeting_that_is_over_is_rated_for_oneself_alone(planned: Planned) -> None:
    planned.clock(at("2023-11-07 12:00"))
    scene = planned.scene
    page = scene.get(planned.path)
    assert "Something in the way?" not in page

    scene.post(
        f"{planned.path}/memory", held="yes", rating="4", note="Nice stand", follow_up="Call in December"
    )

    memory = scene.session.scalars(select(MeetingMemory)).one()
    assert (memory.held, memory.rating, memory.note, memory.follow_up) == (
        True,
        4,
        "Nice stand",
        "Call in December",
    )
    assert re.search(r'checked [^>]*name="rating" type="radio" value="4"', scene.get(planned.path))
    assert planned.grace.user
    scene.session.commit()
    scene.client.sign_in(planned.grace.user)
    assert "Nice stand" not in scene.get(planned.path)


def test_note_that_is_too_long_is_refused(planned: Planned) -> None:
    planned.clock(at("2023-11-07 12:00"))

    assert "4000" in planned.scene.post(f"{planned.path}/memory", 422, note="n" * 4001)


def test_meeting_of_others_can_not_be_touched(planned: Planned) -> None:
    scene = planned.scene
    stranger = scene.person()
    assert stranger.user
    scene.session.commit()
    scene.client.sign_in(stranger.user)

    scene.post(f"{planned.path}/cancel", 404, reason="Ha")
    scene.post(f"{planned.path}/memory", 404, note="Ha")
    assert planned.meeting.state is MeetingState.PLANNED


def test_note_that_is_too_long_stays_on_the_page_with_what_else_was_said(planned: Planned) -> None:
    planned.clock(at("2023-11-07 12:00"))

    page = planned.scene.post(
        f"{planned.path}/memory",
        422,
        held="yes",
        rating="4",
        note="long " * 1000,
        follow_up="A call in December",
    )

    assert "4000" in page
    assert "long long" in page
    assert "A call in December" in page
    assert re.search(r'checked [^>]*name="rating" type="radio" value="4"', page)
