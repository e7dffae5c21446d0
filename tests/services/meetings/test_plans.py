"""Publishing: all or nothing, one plan of a round at a time, identities and sequences kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, PlanState
from scheduler.domain.messages import MessageKind
from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal
from scheduler.errors import Conflict
from scheduler.extensions import db
from scheduler.models import AgendaEntry, AgendaMark, AuditEntry, Meeting, OutboxMessage, Plan
from scheduler.queries.meetings.plan_positions import no_longer_free, published_plan
from scheduler.services.meetings.plans import bring_back, discard, publish, unpublish
from scheduler.services.meetings.refused_plans import PlanClashes, PlanRefused
from tests.factories import (
    NOW,
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_round,
    make_session,
)


def set_clock(event, now: datetime) -> None:
    """Let the event's clock stand at an instant."""
    event.clock_shift = int((datetime.now(UTC) - now).total_seconds())


class Scene:
    """A round with a block, a place, and four people who meet two by two under stable wishes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        self.block = make_block(session, self.event)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.place = make_place(session, self.event)
        self.people = [make_participant(session, self.event, name=name) for name in "ABCD"]

    def plan(self, places: dict[str, int], row=None) -> Plan:
        """A draft with the wishes `ab` and `cd` in these slots."""
        plan = make_plan(self.session, row or self.round)
        for wish, slot in places.items():
            pair = [self.people["abcd".index(letter)] for letter in wish]
            meeting = make_meeting(self.session, plan, self.block.slots[slot], self.place, pair)
            meeting.wish = wish
        self.session.flush()
        return plan

    def meetings(self, plan: Plan) -> dict[str, Meeting]:
        self.session.expire_all()
        return {
            row.wish: row for row in self.session.scalars(select(Meeting).where(Meeting.plan_id == plan.id))
        }


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_publishing_the_first_plan_touches_everybody_in_it(scene):
    plan = scene.plan({"ab": 0, "cd": 1})
    done = publish(scene.session, plan, None)
    assert (len(done.difference.added), len(done.difference.people)) == (2, 4)
    assert (plan.state, plan.published_at is not None) == (PlanState.PUBLISHED, True)
    assert scene.session.scalar(select(AuditEntry.action)) == "plan.publish"


def test_publishing_another_plan_supersedes_the_first_and_says_what_moved(scene):
    first, second = scene.plan({"ab": 0, "cd": 1}), scene.plan({"ab": 0, "cd": 2})
    publish(scene.session, first, None)
    difference = publish(scene.session, second, None).difference
    assert (difference.kept, difference.moved) == (("ab",), ("cd",))
    assert difference.people == {scene.people[2].id, scene.people[3].id}
    assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.PUBLISHED)


def test_a_meeting_keeps_its_identity_and_its_sequence_rises_only_when_it_changes(scene):
    first, second = scene.plan({"ab": 0, "cd": 1}), scene.plan({"ab": 0, "cd": 2})
    publish(scene.session, first, None)
    before = {wish: row.uid for wish, row in scene.meetings(first).items()}
    publish(scene.session, second, None)
    after = scene.meetings(second)
    assert {wish: row.uid for wish, row in after.items()} == before
    assert {wish: row.sequence for wish, row in after.items()} == {"ab": 0, "cd": 1}


def test_publishing_writes_every_agenda_and_every_message_in_its_transaction(scene):
    set_clock(scene.event, NOW)
    plan = scene.plan({"ab": 0, "cd": 1})
    scene.session.commit()
    publish(scene.session, plan, None)
    kinds = scene.session.scalars(select(OutboxMessage.kind)).all()
    assert kinds == [MessageKind.AGENDA_PUBLISHED] * 4
    scene.session.rollback()
    for table in (AgendaEntry, AgendaMark, OutboxMessage):
        assert scene.session.scalar(select(func.count()).select_from(table)) == 0


def test_the_next_publication_tells_of_moved_and_dropped_meetings(scene):
    set_clock(scene.event, NOW)
    publish(scene.session, scene.plan({"ab": 0, "cd": 1}), None)
    publish(scene.session, scene.plan({"ab": 3}), None)
    digests = scene.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == MessageKind.DIGEST))
    told = [change["kind"] for digest in digests for change in digest.payload["changes"]]
    assert sorted(told) == ["cancelled", "cancelled", "moved", "moved"]


def test_taking_a_plan_back_cancels_its_meetings_in_calendars(scene):
    set_clock(scene.event, NOW)
    plan = scene.plan({"ab": 0})
    publish(scene.session, plan, None, mails=False)
    unpublish(scene.session, plan, None)
    assert scene.session.scalars(select(AgendaEntry.status)).all() == ["cancelled"] * 2
    assert scene.session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def test_unpublishing_makes_it_a_draft_and_publishing_again_goes_on_counting(scene):
    plan = scene.plan({"ab": 0})
    publish(scene.session, plan, None)
    unpublish(scene.session, plan, None)
    assert (plan.state, published_plan(scene.session, scene.round.id)) == (PlanState.DRAFT, None)
    publish(scene.session, plan, None)
    assert scene.meetings(plan)["ab"].sequence == 2


@pytest.mark.parametrize("state", [PlanState.PUBLISHED, PlanState.SUPERSEDED, PlanState.DISCARDED])
def test_only_a_draft_is_published(scene, state):
    plan = scene.plan({"ab": 0})
    plan.state = state
    scene.session.flush()
    with pytest.raises(PlanRefused) as refused:
        publish(scene.session, plan, None)
    assert refused.value.refusal == PlanRefusal(PlanObstacle.NO_DRAFT, state=state.value)


def test_an_empty_plan_is_not_published(scene):
    with pytest.raises(PlanRefused) as refused:
        publish(scene.session, scene.plan({}), None)
    assert refused.value.refusal == PlanRefusal(PlanObstacle.NO_MEETING)


def test_meetings_with_somebody_who_left_are_taken_out(scene):
    plan = scene.plan({"ab": 0, "cd": 1})
    scene.people[0].state = ParticipantState.WITHDRAWN
    scene.session.flush()
    done = publish(scene.session, plan, None)
    assert (done.left_out, set(scene.meetings(plan))) == (1, {"cd"})


def test_a_clash_with_another_rounds_published_plan_is_refused_by_name(scene):
    other = make_round(scene.session, scene.event, blocks=[scene.block])
    publish(scene.session, scene.plan({"ab": 0}, other), None)
    plan = scene.plan({"ab": 0})
    with pytest.raises(PlanClashes) as refused:
        publish(scene.session, plan, None)
    assert refused.value.refusal == PlanRefusal(PlanObstacle.PEOPLE_ELSEWHERE, 2, "A")
    assert scene.session.scalar(select(Plan.state).where(Plan.id == plan.id)) == PlanState.DRAFT


def test_a_table_of_another_rounds_published_plan_is_refused(scene):
    other = make_round(scene.session, scene.event, blocks=[scene.block])
    publish(scene.session, scene.plan({"ab": 0}, other), None)
    with pytest.raises(PlanClashes) as refused:
        publish(scene.session, scene.plan({"cd": 0}), None)
    assert (refused.value.refusal.why, refused.value.refusal.count) == (PlanObstacle.TABLES_ELSEWHERE, 1)


def test_what_stopped_being_possible_since_is_counted(scene):
    plan = scene.plan({"ab": 0, "cd": 1})
    make_session(scene.session, scene.event, "2023-11-07 10:10", attendees=[scene.people[0]])
    assert no_longer_free(scene.session, plan, NOW) == 1


def test_a_discarded_plan_can_be_brought_back(scene):
    plan = scene.plan({"ab": 0})
    discard(scene.session, plan, None)
    assert plan.state is PlanState.DISCARDED
    bring_back(scene.session, plan, None)
    assert plan.state is PlanState.DRAFT


def test_a_published_plan_is_not_discarded(scene):
    plan = scene.plan({"ab": 0})
    publish(scene.session, plan, None)
    with pytest.raises(Conflict, match="Withdraw a published plan first"):
        discard(scene.session, plan, None)


def test_two_organisers_publishing_at_once_leave_one_published_plan(scene, database_url):
    plans = [scene.plan({"ab": slot}).id for slot in range(4)]
    scene.session.commit()
    start = threading.Barrier(len(plans))
    errors: list[Exception] = []

    def work(plan_id: int) -> None:
        with db.new_session(database_url) as own:
            start.wait()
            try:
                publish(own, own.get_one(Plan, plan_id), None)
                own.commit()
            except Exception as error:  # noqa: BLE001
                errors.append(error)

    threads = [threading.Thread(target=work, args=(plan_id,)) for plan_id in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    scene.session.expire_all()
    counts = dict(scene.session.execute(select(Plan.state, func.count()).group_by(Plan.state)).all())
    assert counts == {PlanState.PUBLISHED: 1, PlanState.SUPERSEDED: 3}
