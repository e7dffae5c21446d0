"""Times that have begun are closed: to requests, calls and proposals, to sessions, to moves and call-offs by hand."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.alternatives import Rule
from scheduler.domain.enums import RequestState, SessionKind
from scheduler.errors import Conflict, Invalid
from scheduler.queries.requests.common_times import partners_without_common_time
from scheduler.services.delegation.joint_programme import VisitDetails, add_visit, change_visit
from scheduler.services.event.programme import SessionEntry, save_session
from scheduler.services.meetings.meetings import bring_back_meeting, cancel_meeting, move_meeting
from scheduler.services.meetings.refused_choices import ChoiceRefused
from scheduler.services.requests.open_calls import post_call
from scheduler.services.requests.requests import send
from tests.factories import (
    at,
    make_block,
    make_delegation,
    make_event,
    make_organiser,
    make_participant,
    make_request,
    make_round,
    make_session,
)
from tests.services.scenes import published_scene, set_clock


def test_round_whose_last_slot_has_begun_takes_no_requests_and_no_calls(session: Session) -> None:
    event = make_event(session)
    round_ = make_round(session, event, blocks=[make_block(session, event)])
    me = make_participant(session, event)
    city, company = (make_participant(session, event, type_code=code) for code in ("city", "supplier"))
    set_clock(event, "2023-11-07 11:14")
    send(session, me, city, round_, "", event.now())

    set_clock(event, "2023-11-07 11:15")

    for ask in (
        lambda: send(session, me, company, round_, "", event.now()),
        lambda: post_call(
            session, me, round_, title="Lunch", text="", topic_id=None, seats=3, now=event.now()
        ),
    ):
        with pytest.raises(Conflict, match="Every meeting time of this round has begun"):
            ask()


def test_slots_that_have_begun_are_no_common_times(session: Session) -> None:
    event = make_event(session)
    round_ = make_round(session, event, blocks=[make_block(session, event)])
    me, other = make_participant(session, event), make_participant(session, event)
    make_request(session, round_, me, other, RequestState.ACCEPTED)
    make_session(session, event, "2023-11-07 11:00", attendees=[other])

    set_clock(event, "2023-11-07 10:24")
    assert partners_without_common_time(session, me, event.now()) == ()
    set_clock(event, "2023-11-07 10:25")
    assert [one.name for one in partners_without_common_time(session, me, event.now())] == [other.name]


def test_meeting_that_has_begun_is_neither_moved_nor_brought_back(session: Session) -> None:
    scene = published_scene(session)
    first, second = scene.meetings
    cancel_meeting(session, second)
    set_clock(scene.event, "2023-11-07 10:25")

    with pytest.raises(ChoiceRefused) as held:
        move_meeting(session, first, scene.block.slots[3])
    with pytest.raises(ChoiceRefused) as begun:
        bring_back_meeting(session, second)
    assert ([fact.rule for fact in held.value.facts], [fact.rule for fact in begun.value.facts]) == (
        [Rule.HELD],
        [Rule.BEGUN],
    )
    move_meeting(session, second, scene.block.slots[2])
    assert second.slot_id == scene.block.slots[2].id


def test_meeting_ahead_is_not_moved_into_a_time_that_has_begun(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-07 10:10")

    with pytest.raises(ChoiceRefused) as refused:
        move_meeting(session, scene.meetings[1], scene.block.slots[0])
    assert Rule.BEGUN in [fact.rule for fact in refused.value.facts]


def test_session_or_visit_is_not_put_into_a_time_that_is_over_nor_moved_out_of_it(session: Session) -> None:
    scene = published_scene(session)
    actor = make_organiser(session, scene.event)
    delegation = make_delegation(session, scene.event, [scene.ana])
    set_clock(scene.event, "2023-11-07 10:30")

    def entry(start: str, end: str) -> SessionEntry:
        return SessionEntry("Talk", SessionKind.SEMINAR, at(start), at(end))

    def visit(start: str, end: str) -> VisitDetails:
        return VisitDetails("Harbour", SessionKind.VISIT, at(start), at(end))

    over = ("2023-11-07 09:00", "2023-11-07 10:30")
    running = ("2023-11-07 10:00", "2023-11-07 10:31")
    ahead = ("2023-11-07 12:00", "2023-11-07 13:00")
    now = scene.event.now()
    with pytest.raises(Invalid, match="This time is over"):
        save_session(session, scene.event, None, entry(*over), actor)
    with pytest.raises(Invalid, match="This time is over"):
        add_visit(session, delegation, visit(*over), actor, now)
    talk = save_session(session, scene.event, None, entry(*running), actor)
    joint = add_visit(session, delegation, visit(*running), actor, now)

    set_clock(scene.event, "2023-11-07 10:31")
    with pytest.raises(Invalid, match="stays as it is"):
        save_session(session, scene.event, talk, entry(*ahead), actor)
    with pytest.raises(Invalid, match="stays as it is"):
        change_visit(session, delegation, joint.public_id, visit(*ahead), actor, scene.event.now())
    save_session(session, scene.event, talk, entry(*running), actor)
