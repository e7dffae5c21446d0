"""A group and its common time: seen when somebody is taken, told when there is none, mended with one click."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerState, BusySource, PlanState, RoundState
from scheduler.domain.messages import MessageKind
from scheduler.domain.wish_keys import call_key
from scheduler.models import (
    BusyTime,
    CallAnswer,
    MeetingAttendance,
    OpenCall,
    OutboxMessage,
    Participant,
    Plan,
    Unscheduled,
)
from scheduler.planning.draft import store_draft
from scheduler.planning.problem import round_problem
from scheduler.services.meetings.plans import publish
from solver import Settings, solve
from tests.factories import NOW, make_meeting, make_place, make_request
from tests.services.scenes import set_clock
from tests.waiting import PLENTY
from tests.web.participant.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def group(scene: Scene) -> tuple[OpenCall, Participant, Participant]:
    """Ada's call, answered by Grace, who can at 10:00 and 10:25, and by Jan, who can at 10:50 and 11:15."""
    set_clock(scene.event, "2023-10-25 09:00")
    make_place(scene.session, scene.event)
    grace, jan = scene.person(name="Grace Hopper"), scene.person(name="Jan Gehl")
    for person, closed in ((grace, (2, 3)), (jan, (0, 1))):
        for number in closed:
            slot = scene.block.slots[number]
            scene.session.add(
                BusyTime(
                    participant_id=person.id,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    source=BusySource.OWN,
                )
            )
    call = OpenCall(
        round_id=scene.round.id, author=scene.me, title="Buy sensors", created_at=NOW, changed_at=NOW
    )
    call.answers = [CallAnswer(participant=person, sent_at=NOW) for person in (grace, jan)]
    scene.session.add(call)
    scene.session.commit()
    return call, grace, jan


def _take(scene: Scene, call: OpenCall, person: Participant) -> str:
    address, public_id = f"calls/{call.public_id}", person.public_id
    scene.post(f"{address}/decide", person=public_id, take="1")
    return scene.get(address)


def _run(session: Session, scene: Scene) -> Plan:
    ours = round_problem(session, scene.round.id)
    schedule = solve(ours.problem, Settings(time_limit=PLENTY, workers=1))
    return store_draft(session, ours, schedule, name=f"Plan {schedule.seconds}", now=scene.event.now())


def _news(session: Session, person: Participant) -> list[str]:
    messages = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.participant_id == person.id, OutboxMessage.kind == MessageKind.NEWS
        )
    )
    return [item["what"] for message in messages for item in (message.payload or {})["items"]]


def test_page_says_before_and_after_taking_whether_a_time_suits_all(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    call, grace, jan = group
    before = scene.get(f"calls/{call.public_id}")
    assert "With Grace Hopper, 2 times suit everybody." in before
    assert "With Jan Gehl, 2 times suit everybody." in before
    one = _take(scene, call, grace)
    assert "2 times suit everybody in the group." in one
    assert "With Jan Gehl no time suits everybody: Jan Gehl can't when the rest of you can." in one
    both = _take(scene, call, jan)
    assert "But you have no time in common" in both
    assert "No time suits everybody in the group." in both
    assert "Without Grace Hopper there are 2 times." in both
    assert "Without Jan Gehl there are 2 times." in both
    assert "Meet without Jan Gehl if need be" in both


def test_times_that_are_past_or_taken_by_another_round_do_not_suit(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    call, grace, _jan = group
    set_clock(scene.event, "2023-11-07 10:10")
    assert "With Grace Hopper, 1 time suits everybody." in scene.get(f"calls/{call.public_id}")
    other = scene.round.__class__(
        event_id=scene.event.id,
        name="Earlier",
        state=RoundState.CLOSED,
        opens_at=scene.round.opens_at,
        closes_at=scene.round.closes_at,
        created_at=NOW,
    )
    plan = Plan(event_id=scene.event.id, round=other, name="Theirs", created_at=NOW)
    scene.session.add(plan)
    third = scene.person()
    make_meeting(
        scene.session, plan, scene.block.slots[1], make_place(scene.session, scene.event), [grace, third]
    )
    plan.state = PlanState.PUBLISHED
    page = scene.get(f"calls/{call.public_id}")
    assert "With Grace Hopper no time suits everybody" in page


def test_group_that_found_no_time_is_told_and_one_click_lets_it_meet_in_the_next_run(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    session = scene.session
    call, grace, jan = group
    for answer in call.answers:
        answer.state, answer.decided_at = AnswerState.TAKEN, NOW
    scene.round.state = RoundState.CLOSED
    session.flush()
    first = _run(session, scene)
    wish = session.scalars(select(Unscheduled.wish).where(Unscheduled.plan_id == first.id)).one()
    assert wish == call_key(call.public_id)
    # Somebody else has a meeting, so that there is a plan to publish.
    one, other = scene.person(), scene.person()
    place = make_place(session, scene.event)
    make_meeting(session, first, scene.block.slots[0], place, [one, other])
    publish(session, first, None)
    for person in (scene.me, grace, jan):
        assert _news(session, person) == ["not-held"]
    page = scene.get(f"calls/{call.public_id}")
    assert "The published schedule holds no meeting of the group." in page
    assert "You have no time in common." in page
    assert "Without Jan Gehl there are 2 times." in page
    assert grace.user is not None
    scene.client.sign_in(grace.user)
    assert "The published schedule holds no meeting of the group." in scene.get(f"calls/{call.public_id}")
    assert scene.me.user is not None
    scene.client.sign_in(scene.me.user)

    scene.post(f"calls/{call.public_id}/optional", person=jan.public_id, optional="1")

    assert _news(session, jan) == ["not-held", "optional"]
    page = scene.get(f"calls/{call.public_id}")
    assert "Comes if possible" in page
    assert "2 times suit everybody in the group." in page
    second = _run(session, scene)
    assert not session.scalars(select(Unscheduled).where(Unscheduled.plan_id == second.id)).all()
    sides = select(MeetingAttendance.participant_id).where(MeetingAttendance.plan_id == second.id)
    assert set(session.scalars(sides)) == {scene.me.id, grace.id}
    session.query(BusyTime).delete()
    third = _run(session, scene)
    rows = session.execute(
        select(MeetingAttendance.participant_id, MeetingAttendance.side).where(
            MeetingAttendance.plan_id == third.id
        )
    ).all()
    assert {(person, side) for person, side in rows} == {(scene.me.id, 0), (grace.id, 1), (jan.id, -1)}


def test_a_second_publication_does_not_tell_the_same_again(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    session = scene.session
    call, grace, _jan = group
    for answer in call.answers:
        answer.state, answer.decided_at = AnswerState.TAKEN, NOW
    session.flush()
    one, other = scene.person(), scene.person()
    place = make_place(session, scene.event)
    for _ in range(2):
        plan = _run(session, scene)
        make_meeting(session, plan, scene.block.slots[0], place, [one, other])
        plan.name = f"{plan.name} {plan.id}"
        publish(session, plan, None)
    assert _news(session, grace) == ["not-held"]


def test_the_last_one_whom_a_group_waits_for_can_not_be_made_optional(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    call, grace, jan = group
    for answer in call.answers:
        answer.state, answer.decided_at = AnswerState.TAKEN, NOW
    address, first, second = f"calls/{call.public_id}", grace.public_id, jan.public_id
    scene.post(f"{address}/optional", person=first, optional="1")
    text = scene.post(f"{address}/optional", 409, person=second, optional="1")
    assert "needs another one besides you" in text
    scene.post(f"{address}/optional", person=first, optional="0")
    scene.post(f"{address}/optional", person=second, optional="1")


def test_only_the_author_decides_who_may_miss(
    scene: Scene, group: tuple[OpenCall, Participant, Participant]
) -> None:
    call, grace, jan = group
    for answer in call.answers:
        answer.state, answer.decided_at = AnswerState.TAKEN, NOW
    make_request(scene.session, scene.round, grace, scene.me)
    address, public_id = f"calls/{call.public_id}/optional", jan.public_id
    assert grace.user is not None
    scene.session.commit()
    scene.client.sign_in(grace.user)
    scene.post(address, 403, person=public_id, optional="1")
