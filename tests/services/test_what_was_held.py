"""What was held is fixed: nobody calls it off, leaves it, is put into it or takes its place away afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import BusySource, ChangeKind, ChangeState, MeetingState, SessionRole
from scheduler.errors import Conflict
from scheduler.models import BusyTime, MeetingChange, Pavilion, ProgrammeSession, SessionAttendance
from scheduler.services.calendars.availability import touched_meetings
from scheduler.services.delegation.joint_programme import remove_visit
from scheduler.services.delegation.members import add_member, remove_member
from scheduler.services.event.programme import put_in_session, remove_session, take_out_of_session
from scheduler.services.meetings.meetings import cancel_meeting, cancel_meetings, move_meeting
from scheduler.services.venue.removal import remove_pavilion, sessions_in
from tests.factories import at, make_delegation, make_organiser, make_pavilion, make_session
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(session: Session) -> Scene:
    return published_scene(session)


def attending(session: Session, item: ProgrammeSession) -> set[int]:
    return set(
        session.scalars(
            select(SessionAttendance.participant_id).where(SessionAttendance.session_id == item.id)
        )
    )


@pytest.mark.parametrize("clock", ["2023-11-07 10:00", "2023-11-07 10:05", "2023-11-08 00:10"])
def test_meeting_is_called_off_until_it_begins(session: Session, scene: Scene, clock: str) -> None:
    set_clock(scene.event, clock)
    with pytest.raises(Conflict, match="has begun: it can't be called off"):
        cancel_meeting(session, scene.meetings[0])
    assert scene.meetings[0].state is MeetingState.PLANNED

    set_clock(scene.event, "2023-11-07 09:59")
    cancel_meeting(session, scene.meetings[0])
    assert scene.meetings[0].state is MeetingState.CANCELLED


def test_session_that_is_over_keeps_those_who_attended(session: Session, scene: Scene) -> None:
    actor = make_organiser(session, scene.event)
    talk = make_session(session, scene.event, "2023-11-07 09:00", attendees=[scene.ana])
    set_clock(scene.event, "2023-11-07 12:00")

    for act in (
        lambda: remove_session(session, scene.event, talk, actor),
        lambda: take_out_of_session(session, scene.event, talk, scene.ana.public_id, actor),
        lambda: put_in_session(session, scene.event, talk, scene.ivan.name, SessionRole.ATTENDEE, actor),
    ):
        with pytest.raises(Conflict, match="is over: it stays in agendas"):
            act()
    assert attending(session, talk) == {scene.ana.id}


def test_who_joins_a_delegation_gets_what_is_ahead_and_who_leaves_keeps_what_is_over(
    session: Session, scene: Scene
) -> None:
    actor = make_organiser(session, scene.event)
    delegation = make_delegation(session, scene.event, [scene.ana, scene.ivan])
    both = [scene.ana, scene.ivan]
    past = make_session(session, scene.event, "2023-11-07 09:00", delegation=delegation, attendees=both)
    ahead = make_session(session, scene.event, "2023-11-08 15:00", delegation=delegation, attendees=both)
    set_clock(scene.event, "2023-11-07 13:00")

    remove_member(session, scene.event, delegation, scene.ivan.public_id, actor)
    add_member(session, scene.event, delegation, scene.marta.name, actor)

    assert attending(session, past) == {scene.ana.id, scene.ivan.id}
    assert attending(session, ahead) == {scene.ana.id, scene.marta.id}
    with pytest.raises(Conflict, match="is over"):
        remove_visit(session, delegation, past.public_id, actor, scene.event.now())


def test_pavilion_that_is_taken_out_keeps_what_was_held_there(session: Session, scene: Scene) -> None:
    actor = make_organiser(session, scene.event)
    hesse = make_pavilion(session, scene.event, "Hesse")
    past = make_session(session, scene.event, "2023-11-07 09:00")
    ahead = make_session(session, scene.event, "2023-11-08 09:00")
    past.pavilion = ahead.pavilion = hesse
    session.flush()
    set_clock(scene.event, "2023-11-07 13:00")
    assert sessions_in(session, scene.event, hesse) == 1

    remove_pavilion(session, scene.event, hesse, actor)

    assert (past.pavilion_id, ahead.pavilion_id) == (hesse.id, None)
    assert session.get_one(Pavilion, hesse.id).retired_at is not None


def test_answers_touch_only_meetings_ahead(session: Session, scene: Scene) -> None:
    session.add(
        BusyTime(
            participant_id=scene.ana.id,
            starts_at=at("2023-11-07 09:00"),
            ends_at=at("2023-11-07 18:00"),
            source=BusySource.OWN,
        )
    )
    session.flush()
    set_clock(scene.event, "2023-11-07 10:00")
    assert [one.starts_at for one in touched_meetings(session, scene.ana, scene.event.now())] == [
        at("2023-11-07 10:25")
    ]


@pytest.mark.parametrize("act", ["move", "call off", "leave"])
def test_wish_to_move_ends_with_what_it_was_about(session: Session, scene: Scene, act: str) -> None:
    set_clock(scene.event, "2023-11-07 09:00")
    first = scene.meetings[0]
    wish = MeetingChange(
        meeting=first,
        participant=scene.ana,
        kind=ChangeKind.MOVE,
        reason="later",
        slot=scene.block.slots[3],
        created_at=scene.event.now(),
    )
    session.add(wish)
    session.flush()

    if act == "move":
        move_meeting(session, first, scene.block.slots[3])
    elif act == "call off":
        cancel_meeting(session, first)
    else:
        cancel_meetings(session, scene.event, [first])

    session.refresh(wish)
    assert wish.state is ChangeState.WITHDRAWN
