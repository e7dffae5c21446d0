"""Contacts: partners of published meetings, for their partners alone."""

from __future__ import annotations

from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import Meeting
from tests.factories import NOW, make_meeting, make_place, make_plan
from tests.web.participant.scene import Scene


def meet(scene: Scene, name: str, *, published: bool = True, slot: int = 0) -> Meeting:
    partner = scene.person("city", name)
    plan = make_plan(scene.session, scene.round)
    place = make_place(scene.session, scene.event)
    meeting = make_meeting(scene.session, plan, scene.block.slots[slot], place, [scene.me, partner])
    if published:
        plan.state, plan.published_at = PlanState.PUBLISHED, NOW
    scene.session.flush()
    return meeting


def test_contacts_are_the_partners_of_published_meetings(scene: Scene) -> None:
    meet(scene, "Jane Jacobs")
    scene.person("city", "Jan Gehl")

    page = scene.get("contacts")
    card = scene.get("contacts.vcf")

    assert "Jane Jacobs" in page
    assert "FN:Jane Jacobs" in card
    assert "Jan Gehl" not in page + card


def test_contacts_leave_out_drafts_and_cancelled_meetings(scene: Scene) -> None:
    meet(scene, "Jane Jacobs", published=False)
    assert "Jane Jacobs" not in scene.get("contacts")


def test_contacts_leave_out_cancelled_meetings(scene: Scene) -> None:
    meeting = meet(scene, "Jane Jacobs")
    for attendance in meeting.attendances:
        attendance.state = MeetingState.CANCELLED
    meeting.state = MeetingState.CANCELLED
    assert "Jane Jacobs" not in scene.get("contacts")


def test_contacts_come_as_a_spreadsheet(scene: Scene) -> None:
    meet(scene, "Jane Jacobs")
    scene.session.commit()
    answer = scene.client.get(scene.path("contacts.xlsx"))
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
    assert answer.headers["Cache-Control"] == "private, no-store"
