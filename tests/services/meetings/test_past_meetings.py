"""Publishing leaves the past as it was, also when the time went on while a run was under way."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, ParticipantState, PlanState
from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal
from scheduler.models import AgendaEntry, Meeting, Plan
from scheduler.services.meetings.plans import publish, unpublish
from scheduler.services.meetings.refused_plans import PlanRefused
from tests.factories import make_block, make_meeting, make_participant, make_plan
from tests.services.scenes import Scene, published_scene, set_clock


class Morning:
    """Ana met Marta at 10:00 and is to meet Jordi at 10:25, as published; it is 10:10."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.scene: Scene = published_scene(session)
        self.slots = self.scene.block.slots
        self.scene.plan.published_at = self.scene.event.now()
        set_clock(self.scene.event, "2023-11-07 10:10")
        self.draft = make_plan(session, self.scene.round)

    def put(self, wish: int | str, slot: int, *, table: int = 1) -> Meeting:
        """Plan one of the two wishes, or a new one of Ivan and Marta, in the draft."""
        scene = self.scene
        people = [scene.ivan, scene.marta]
        if isinstance(wish, int):
            people = [each.participant for each in scene.meetings[wish].attendances]
        meeting = make_meeting(
            self.session, self.draft, self.slots[slot], scene.tables, people, table_number=table
        )
        meeting.wish = scene.meetings[wish].wish if isinstance(wish, int) else wish
        self.session.flush()
        return meeting

    def published(self) -> dict[str, tuple[int, int, int]]:
        rows = self.session.scalars(
            select(Meeting)
            .join(Plan, Plan.id == Meeting.plan_id)
            .where(Plan.state == PlanState.PUBLISHED, Meeting.state == MeetingState.PLANNED)
        )
        return {row.wish: (row.slot_id, row.place_id, row.table_number) for row in rows}


@pytest.fixture
def morning(session: Session) -> Morning:
    return Morning(session)


def test_what_has_begun_stays_where_it_was_although_the_draft_moves_it(morning: Morning) -> None:
    held, ahead = morning.scene.meetings
    morning.put(0, 3)
    morning.put(1, 2)

    done = publish(morning.session, morning.draft, None)

    found = morning.published()
    assert found[held.wish] == (morning.slots[0].id, morning.scene.tables.id, 1)
    assert found[ahead.wish] == (morning.slots[2].id, morning.scene.tables.id, 1)
    assert done.difference.kept == (held.wish,)
    assert done.left_out == 0
    told = morning.session.scalars(select(AgendaEntry).where(AgendaEntry.uid == held.uid)).all()
    assert {each.status for each in told} == {"confirmed"}


def test_what_has_begun_stays_although_the_draft_drops_it(morning: Morning) -> None:
    held = morning.scene.meetings[0]
    uid, people = held.uid, {each.participant_id for each in held.attendances}
    morning.put(1, 2)

    publish(morning.session, morning.draft, None)

    copy = morning.session.scalars(
        select(Meeting).where(Meeting.plan_id == morning.draft.id, Meeting.wish == held.wish)
    ).one()
    assert (copy.uid, copy.sequence) == (uid, 0)
    assert {each.participant_id for each in copy.attendances} == people


def test_nothing_new_is_held_at_a_time_that_has_begun(morning: Morning) -> None:
    morning.put(1, 2)
    morning.put("late", 0, table=2).attendances[1].participant = make_participant(
        morning.session, morning.scene.event
    )

    done = publish(morning.session, morning.draft, None)

    assert "late" not in morning.published()
    assert done.left_out == 1


def test_meeting_in_the_way_of_one_that_still_goes_on_is_left_out(morning: Morning) -> None:
    overlapping = make_block(morning.session, morning.scene.event, "2023-11-07 10:15", slots=1)
    morning.draft.round.blocks.append(overlapping)
    person = make_meeting(
        morning.session,
        morning.draft,
        overlapping.slots[0],
        morning.scene.others,
        [morning.scene.ivan, morning.scene.marta],
    )
    strangers = [make_participant(morning.session, morning.scene.event) for _ in range(4)]
    table = make_meeting(
        morning.session, morning.draft, overlapping.slots[0], morning.scene.tables, strangers[:2]
    )
    free = make_meeting(
        morning.session,
        morning.draft,
        overlapping.slots[0],
        morning.scene.tables,
        strangers[2:],
        table_number=2,
    )
    names = person.wish, table.wish, free.wish

    done = publish(morning.session, morning.draft, None)

    found = morning.published()
    assert [name in found for name in names] == [False, False, True]
    assert morning.scene.meetings[0].wish in found
    assert done.left_out == 2


def test_meeting_that_began_with_somebody_who_left_since_stays(morning: Morning) -> None:
    morning.put(0, 0)
    morning.put(1, 2)
    morning.scene.marta.state = ParticipantState.WITHDRAWN
    morning.session.flush()

    publish(morning.session, morning.draft, None)

    assert morning.scene.meetings[0].wish in morning.published()


def test_first_publication_of_a_round_leaves_out_what_can_no_longer_be_held(session: Session) -> None:
    scene = published_scene(session)
    scene.plan.state = PlanState.DRAFT
    session.flush()
    set_clock(scene.event, "2023-11-07 10:00")

    done = publish(session, scene.plan, None)

    assert done.left_out == 1
    assert done.difference.added == (scene.meetings[1].wish,)


def test_plan_can_be_taken_back_until_its_first_meeting_begins(session: Session) -> None:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-07 10:00")
    with pytest.raises(PlanRefused) as refused:
        unpublish(session, scene.plan, None)
    assert refused.value.refusal == PlanRefusal(PlanObstacle.BEGUN, 1)
    assert scene.plan.state is PlanState.PUBLISHED

    set_clock(scene.event, "2023-11-07 09:59")
    unpublish(session, scene.plan, None)
    assert scene.plan.state is PlanState.DRAFT


def test_what_was_held_stays_at_a_table_that_is_gone_and_nothing_else_comes_to_it(morning: Morning) -> None:
    held = morning.scene.meetings[0]
    held.table_number = 4
    morning.session.flush()
    morning.scene.tables.capacity = 2
    morning.session.flush()
    wish = held.wish
    morning.put(1, 2)

    publish(morning.session, morning.draft, None)

    assert morning.published()[wish] == (morning.slots[0].id, morning.scene.tables.id, 4)
    strangers = [make_participant(morning.session, morning.scene.event) for _ in range(2)]
    add = partial(make_meeting, morning.session, morning.draft, morning.slots[3], morning.scene.tables)
    with pytest.raises(IntegrityError), morning.session.begin_nested():
        add(strangers, table_number=4)
