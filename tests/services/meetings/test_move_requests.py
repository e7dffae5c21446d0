"""Wishes to move a meeting go along with it into the next plan, and end where it is no more what it was."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import ChangeKind, ChangeState, PlanState
from scheduler.models import Meeting, MeetingChange, Plan
from scheduler.queries.people.participation import figures
from scheduler.services.meetings.changes import ask_to_move, open_change
from scheduler.services.meetings.plans import publish, unpublish
from tests.factories import NOW, make_meeting, make_plan
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(session: Session) -> Scene:
    found = published_scene(session)
    found.plan.published_at = NOW
    set_clock(found.event, "2023-11-07 09:00")
    return found


def wish(session: Session, scene: Scene, slot: int = 3) -> MeetingChange:
    """Ana's, to meet Marta later."""
    found = MeetingChange(
        meeting=scene.meetings[0],
        participant=scene.ana,
        kind=ChangeKind.MOVE,
        reason="later",
        slot=scene.block.slots[slot],
        created_at=scene.event.now(),
    )
    session.add(found)
    session.flush()
    return found


def next_plan(session: Session, scene: Scene, slot: int) -> tuple[Plan, Meeting]:
    """A draft in which Ana meets Marta in another slot."""
    plan = make_plan(session, scene.round)
    meeting = make_meeting(session, plan, scene.block.slots[slot], scene.tables, [scene.ana, scene.marta])
    meeting.wish = scene.meetings[0].wish
    session.flush()
    return plan, meeting


def test_wish_goes_along_into_a_plan_that_leaves_the_meeting_where_it_is(
    session: Session, scene: Scene
) -> None:
    found = wish(session, scene)
    plan, meeting = next_plan(session, scene, 0)
    publish(session, plan, None)
    session.refresh(found)
    assert (found.state, found.meeting_id) == (ChangeState.OPEN, meeting.id)
    assert figures(session, scene.marta, None, scene.event.now()).moves == ((meeting.uid, "Ana"),)


def test_wish_ends_when_a_plan_moves_the_meeting(session: Session, scene: Scene) -> None:
    found = wish(session, scene)
    plan, _meeting = next_plan(session, scene, 2)
    publish(session, plan, None)
    session.refresh(found)
    assert found.state is ChangeState.WITHDRAWN


def test_wish_ends_when_the_plan_is_taken_back(session: Session, scene: Scene) -> None:
    found = wish(session, scene)
    unpublish(session, scene.plan, None)
    session.refresh(found)
    assert (found.state, scene.plan.state) == (ChangeState.WITHDRAWN, PlanState.DRAFT)


def test_wish_whose_time_has_begun_is_asked_of_nobody_and_makes_room(session: Session, scene: Scene) -> None:
    second = scene.meetings[1]
    found = MeetingChange(
        meeting=second,
        participant=scene.ana,
        kind=ChangeKind.MOVE,
        reason="earlier",
        slot=scene.block.slots[0],
        created_at=scene.event.now(),
    )
    session.add(found)
    session.flush()
    assert open_change(session, second, scene.event.now()) is found

    set_clock(scene.event, "2023-11-07 10:00")
    now = scene.event.now()
    assert open_change(session, second, now) is None
    assert figures(session, scene.jordi, None, now).moves == ()
    ask_to_move(session, scene.event, scene.jordi, second, scene.block.slots[3].public_id, "A call")
    session.refresh(found)
    assert found.state is ChangeState.WITHDRAWN
