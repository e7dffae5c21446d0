"""Places, tables and blocks taken out after a run: what was held stays, what people have is said and listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import MeetingState, PlaceKind, PlanState, RequestState
from scheduler.errors import Conflict, Invalid
from scheduler.models import AuditEntry, Meeting, MeetingBlock, Pavilion, Place, PlaceOpening, Plan, Slot
from scheduler.planning.draft import store_draft
from scheduler.planning.problem import round_problem
from scheduler.planning.result import next_name
from scheduler.planning.solving import solve
from scheduler.planning.wishes import wish_key
from scheduler.queries.meetings.misfits import Misfit, misfit_ids, misfit_lines, misfits_of_event
from scheduler.services.meetings.meetings import cancel_meeting, move_meeting
from scheduler.services.meetings.plans import delete_plan, publish, unpublish
from scheduler.services.rounds.runs import RunSettings, start_run
from scheduler.services.venue.removal import (
    remove_pavilion,
    remove_place,
    restore_place,
    uses_of_place,
)
from scheduler.services.venue.slots import (
    BlockEntry,
    add_block,
    change_block,
    preview_change,
    remove_block,
    restore_block,
    uses_of_block,
)
from scheduler.services.venue.venue import (
    PavilionEntry,
    PlaceEntry,
    add_place,
    change_place,
    preview_place,
    save_pavilion,
)
from solver import Settings
from tests.factories import (
    NOW,
    at,
    make_event,
    make_meeting,
    make_organisation,
    make_organiser,
    make_participant,
    make_pavilion,
    make_plan,
    make_request,
    make_round,
    make_session,
)
from tests.services.scenes import set_clock
from tests.waiting import PLENTY

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = date(2023, 11, 7)
MORNING = BlockEntry("Morning", DAY, time(10), time(12), 20, 10)
"""Slots at 10:00, 10:30, 11:00 and 11:30."""


class Scene:
    """Six tables and a morning of four slots. Anna meets Bo at table 1, 10:00, and Cem at table 5, 11:00."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        set_clock(self.event, "2023-11-01 09:00")
        self.actor = make_organiser(session, self.event)
        self.pavilion = make_pavilion(session, self.event, "Bavaria")
        self.tables = add_place(
            session, self.event, self.pavilion, PlaceEntry(PlaceKind.TABLES, "Tables", 6), self.actor
        )
        self.block = add_block(session, self.event, MORNING)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.anna, self.bo, self.cem = (
            make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Cem")
        )
        self.wishes = []
        for other in (self.bo, self.cem):
            make_request(session, self.round, self.anna, other, RequestState.ACCEPTED)
            self.wishes.append(wish_key(self.anna.public_id, other.public_id))

    def plan(self, state: PlanState = PlanState.PUBLISHED) -> Plan:
        plan = make_plan(self.session, self.round)
        for wish, slot, table, other in zip(self.wishes, (0, 2), (1, 5), (self.bo, self.cem), strict=True):
            meeting = make_meeting(
                self.session,
                plan,
                self.block.slots[slot],
                self.tables,
                [self.anna, other],
                table_number=table,
            )
            meeting.wish = wish
        plan.state = state
        plan.published_at = NOW if state in (PlanState.PUBLISHED, PlanState.SUPERSEDED) else None
        self.session.flush()
        return plan

    def misfits(self, plan: Plan) -> list[tuple[Misfit, tuple[str, ...]]]:
        return [(line.why, line.people) for line in misfit_lines(self.session, plan, self.event.now())]

    def run(self) -> Plan:
        self.session.flush()
        ours = round_problem(self.session, self.round.id)
        schedule = solve(ours, Settings(time_limit=PLENTY, workers=1))
        return store_draft(
            self.session, ours, schedule, name=next_name(self.session, self.event.id), now=self.event.now()
        )


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_what_hangs_on_a_place_is_counted_by_what_it_means(scene):
    plan, draft = scene.plan(), scene.plan(PlanState.DRAFT)
    scene.plan(PlanState.DISCARDED)
    set_clock(scene.event, "2023-11-07 10:10")
    found = uses_of_place(scene.session, scene.event, scene.tables)
    assert (found.held, found.published, found.old) == (1, 1, 2)
    assert [(use.plan.id, use.meetings) for use in found.drafts] == [(draft.id, 2)]
    assert [(each.people, each.plan_id) for each in found.named] == [(("Anna", "Cem"), plan.public_id)]


@pytest.mark.parametrize("state", [PlanState.DISCARDED, PlanState.SUPERSEDED])
@SQLITE
def test_plans_that_nobody_has_or_reads_hold_nothing_back(scene, state):
    scene.plan(state)
    assert uses_of_place(scene.session, scene.event, scene.tables).nothing
    assert uses_of_block(scene.session, scene.event, scene.block).nothing


def test_a_place_with_meetings_is_kept_out_of_sight_and_comes_back(scene):
    plan = scene.plan()
    remove_place(scene.session, scene.event, scene.tables, scene.actor)
    assert scene.tables.retired_at is not None
    assert scene.misfits(plan) == [(Misfit.PLACE_GONE, ("Anna", "Bo")), (Misfit.PLACE_GONE, ("Anna", "Cem"))]
    assert misfits_of_event(scene.session, scene.event) == [(plan, 2)]
    meeting = scene.session.scalars(select(Meeting).where(Meeting.plan_id == plan.id)).first()
    with pytest.raises(Invalid, match="taken out"):
        move_meeting(scene.session, meeting, scene.block.slots[1], scene.tables)
    restore_place(scene.session, scene.event, scene.tables, scene.actor)
    assert scene.misfits(plan) == []


def test_a_place_without_meetings_is_deleted(scene):
    remove_place(scene.session, scene.event, scene.tables, scene.actor)
    assert scene.session.scalar(select(func.count(Place.id))) == 0


def test_tables_can_be_reduced_and_the_next_run_moves_what_no_longer_fits(scene):
    plan = scene.plan()
    entry = PlaceEntry(PlaceKind.TABLES, "Tables", 2)
    found = preview_place(scene.session, scene.event, scene.tables, entry)
    assert (found.published, found.named[0].people) == (1, ("Anna", "Cem"))
    change_place(scene.session, scene.event, scene.tables, entry, scene.actor)
    assert scene.misfits(plan) == [(Misfit.TABLE_GONE, ("Anna", "Cem"))]
    draft = scene.run()
    tables = scene.session.scalars(select(Meeting.table_number).where(Meeting.plan_id == draft.id)).all()
    assert len(tables) == 2
    assert max(tables) <= 2
    assert misfit_ids(scene.session, draft, scene.event.now()) == []


def test_a_meeting_at_a_table_that_is_gone_can_be_called_off_and_moved(scene):
    plan = scene.plan()
    change_place(
        scene.session, scene.event, scene.tables, PlaceEntry(PlaceKind.TABLES, "Tables", 2), scene.actor
    )
    meeting = scene.session.scalars(
        select(Meeting).where(Meeting.plan_id == plan.id, Meeting.table_number == 5)
    ).one()
    cancel_meeting(scene.session, meeting)
    meeting.state = MeetingState.PLANNED
    scene.session.flush()
    move_meeting(scene.session, meeting, scene.block.slots[1], scene.tables)
    assert meeting.table_number <= 2
    assert scene.misfits(plan) == []


def test_a_draft_leaves_out_what_no_longer_fits_when_it_is_published(scene):
    draft = scene.plan(PlanState.DRAFT)
    change_place(
        scene.session, scene.event, scene.tables, PlaceEntry(PlaceKind.TABLES, "Tables", 2), scene.actor
    )
    done = publish(scene.session, draft, None)
    assert (done.left_out, len(done.difference.added)) == (1, 1)


def test_a_place_is_open_in_the_blocks_chosen_and_in_no_other_when_these_go(scene):
    plan = scene.plan()
    evening = add_block(scene.session, scene.event, BlockEntry("Evening", DAY, time(18), time(19), 20, 10))
    entry = PlaceEntry(PlaceKind.TABLES, "Tables", 6, blocks=[evening.public_id])
    assert preview_place(scene.session, scene.event, scene.tables, entry).published == 2
    change_place(scene.session, scene.event, scene.tables, entry, scene.actor)
    assert [why for why, _people in scene.misfits(plan)] == [Misfit.CLOSED, Misfit.CLOSED]
    remove_block(scene.session, scene.event, evening, scene.actor)
    assert scene.session.scalars(select(PlaceOpening.block_id)).all() == [evening.id]
    with pytest.raises(Invalid) as refused:
        change_place(scene.session, scene.event, scene.tables, replace(entry, blocks=[]), scene.actor)
    assert refused.value.field == "blocks"


@SQLITE
def test_tables_that_become_a_stand_of_somebody_else_are_said(scene):
    plan = scene.plan()
    make_organisation(scene.session, scene.event, "Ubiwhere")
    entry = PlaceEntry(PlaceKind.STAND, "Tables", 6, "Ubiwhere")
    assert preview_place(scene.session, scene.event, scene.tables, entry).published == 2
    change_place(scene.session, scene.event, scene.tables, entry, scene.actor)
    assert [why for why, _people in scene.misfits(plan)] == [Misfit.NOT_THEIRS, Misfit.NOT_THEIRS]


def test_a_pavilion_goes_with_its_places_and_its_sessions_stay_without_a_place(scene):
    plan = scene.plan()
    talk = make_session(scene.session, scene.event, pavilion=scene.pavilion)
    room = add_place(
        scene.session, scene.event, scene.pavilion, PlaceEntry(PlaceKind.ROOM, "Room", 1), scene.actor
    )
    key = room.id
    remove_pavilion(scene.session, scene.event, scene.pavilion, scene.actor)
    assert talk.pavilion_id is None
    assert scene.session.scalars(select(Place.id).where(Place.id == key)).first() is None
    assert len(scene.misfits(plan)) == 2
    again = save_pavilion(scene.session, scene.event, None, PavilionEntry("bavaria", None, None), scene.actor)
    assert (again.id, scene.misfits(plan)) == (scene.pavilion.id, [])


def test_a_block_cut_differently_keeps_the_slots_with_the_same_times(scene):
    plan = scene.plan()
    longer = replace(MORNING, end=time(13))
    kept = {slot.id for slot in scene.block.slots}
    change = change_block(scene.session, scene.event, scene.block, longer, scene.actor)
    assert (change.kept, change.gone, change.new, change.uses.nothing) == (4, 0, 2, True)
    assert kept < {slot.id for slot in scene.block.slots}
    assert scene.misfits(plan) == []


def test_slots_that_go_keep_the_meetings_in_them_until_they_are_moved(scene):
    plan = scene.plan()
    entry = replace(MORNING, slot_minutes=25, pause_minutes=5)
    before = preview_change(scene.session, scene.event, scene.block, entry)
    assert (before.kept, before.gone, before.new, before.uses.published) == (0, 4, 4, 2)
    change_block(scene.session, scene.event, scene.block, entry, scene.actor)
    assert [(slot.starts_at, slot.tick_count) for slot in scene.block.slots] == [
        (at(f"2023-11-07 {clock}"), 5) for clock in ("10:00", "10:30", "11:00", "11:30")
    ]
    assert [why for why, _people in scene.misfits(plan)] == [Misfit.TIME_GONE, Misfit.TIME_GONE]
    # Only the two that a plan uses are kept.
    assert scene.session.scalar(select(func.count(Slot.id)).where(Slot.retired_at.is_not(None))) == 2
    draft = scene.run()
    slots = scene.session.scalars(
        select(Slot).join(Meeting, Meeting.slot_id == Slot.id).where(Meeting.plan_id == draft.id)
    ).all()
    assert {slot.block_id for slot in slots} == {scene.block.id}
    change_block(scene.session, scene.event, scene.block, MORNING, scene.actor)
    assert scene.misfits(plan) == []


@SQLITE
def test_a_change_says_what_people_have_not_been_asked_about(scene):
    scene.anna.availability_confirmed_at = NOW
    longer, shorter = replace(MORNING, end=time(13)), replace(MORNING, end=time(11))
    assert preview_change(scene.session, scene.event, scene.block, longer).answers == 1
    assert preview_change(scene.session, scene.event, scene.block, shorter).answers == 0


@SQLITE
def test_a_round_that_no_longer_uses_a_block_has_its_meetings_listed(scene):
    plan = scene.plan()
    entry = replace(MORNING, rounds=[])
    assert preview_change(scene.session, scene.event, scene.block, entry).uses.published == 2
    change_block(scene.session, scene.event, scene.block, entry, scene.actor)
    assert [why for why, _people in scene.misfits(plan)] == [Misfit.OTHER_ROUND, Misfit.OTHER_ROUND]


def test_what_was_held_stays_as_it_was_and_is_no_misfit(scene):
    plan = scene.plan()
    set_clock(scene.event, "2023-11-07 10:40")
    remove_block(scene.session, scene.event, scene.block, scene.actor)
    assert scene.misfits(plan) == [(Misfit.TIME_GONE, ("Anna", "Cem"))]
    held = scene.session.scalars(
        select(Meeting).where(Meeting.plan_id == plan.id, Meeting.table_number == 1)
    ).one()
    assert (held.slot.starts_at, held.state) == (at("2023-11-07 10:00"), MeetingState.PLANNED)


def test_a_block_that_was_taken_out_comes_back_with_its_slots(scene):
    plan = scene.plan()
    remove_block(scene.session, scene.event, scene.block, scene.actor)
    assert scene.round.blocks == []
    restore_block(scene.session, scene.event, scene.block, scene.actor)
    change_block(
        scene.session,
        scene.event,
        scene.block,
        replace(MORNING, rounds=[scene.round.public_id]),
        scene.actor,
    )
    assert scene.misfits(plan) == []
    with pytest.raises(Conflict):
        restore_block(scene.session, scene.event, scene.block, scene.actor)


def test_a_block_ends_at_or_after_midnight(scene):
    late = add_block(scene.session, scene.event, BlockEntry("Late", DAY, time(22), time(0, 30), 20, 10))
    assert [slot.starts_at for slot in late.slots][-1] == at("2023-11-08 00:00")
    assert late.ends_at == at("2023-11-08 00:30")
    assert {slot.day for slot in late.slots} == {DAY}
    midnight = add_block(scene.session, scene.event, BlockEntry("Eve", DAY, time(23), time(0), 20, 10))
    assert midnight.ends_at == at("2023-11-08 00:00")


@pytest.mark.parametrize("end", [time(10), time(9)])
@SQLITE
def test_an_end_that_is_a_slip_of_the_pen_is_refused(scene, end):
    with pytest.raises(Invalid) as refused:
        add_block(scene.session, scene.event, replace(MORNING, end=end))
    assert refused.value.field == "ends"


def test_a_plan_is_deleted_with_its_meetings_and_the_log_names_it(scene):
    draft = scene.plan(PlanState.DRAFT)
    name = draft.name
    delete_plan(scene.session, draft, scene.actor)
    assert scene.session.scalar(select(func.count(Meeting.id))) == 0
    entry = scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.delete")).one()
    assert entry.detail["name"] == name


def test_a_published_plan_is_not_deleted(scene):
    plan = scene.plan(PlanState.DRAFT)
    publish(scene.session, plan, None)
    with pytest.raises(Conflict, match="Take it back first"):
        delete_plan(scene.session, plan, scene.actor)
    unpublish(scene.session, plan, None)
    delete_plan(scene.session, plan, scene.actor)


@SQLITE
def test_a_plan_that_a_run_goes_on_from_is_not_deleted(scene):
    draft = scene.plan(PlanState.DRAFT)
    start_run(scene.session, scene.round, RunSettings(10, {}), None, NOW, base=draft)
    with pytest.raises(Conflict, match="run goes on"):
        delete_plan(scene.session, draft, scene.actor)


def test_what_was_called_off_stays_so_when_the_plan_that_says_so_is_deleted(scene):
    first = scene.plan(PlanState.DRAFT)
    publish(scene.session, first, None)
    meeting = scene.session.scalars(
        select(Meeting).where(Meeting.plan_id == first.id, Meeting.wish == scene.wishes[0])
    ).one()
    cancel_meeting(scene.session, meeting)
    second = make_plan(scene.session, scene.round)
    other = make_meeting(scene.session, second, scene.block.slots[2], scene.tables, [scene.anna, scene.cem])
    other.wish = scene.wishes[1]
    publish(scene.session, second, None)
    delete_plan(scene.session, first, None)
    assert scene.wishes[0] not in {
        meeting.id for meeting in round_problem(scene.session, scene.round.id).problem.meetings
    }


@SQLITE
def test_numbers_of_plans_are_given_once(scene):
    first, second = next_name(scene.session, scene.event.id), next_name(scene.session, scene.event.id)
    assert (first, second) == ("Plan 1", "Plan 2")
    assert scene.session.scalar(select(func.count(Pavilion.id))) == 1
    assert scene.session.scalar(select(func.count(MeetingBlock.id))) == 1


@pytest.mark.parametrize("what", ["place", "table"])
def test_a_meeting_that_was_held_at_what_is_gone_stays_in_the_next_plan(scene, what):
    first = scene.plan(PlanState.DRAFT)
    publish(scene.session, first, None)
    set_clock(scene.event, "2023-11-07 10:10")
    add_place(scene.session, scene.event, scene.pavilion, PlaceEntry(PlaceKind.ROOM, "Room", 1), scene.actor)
    if what == "place":
        remove_place(scene.session, scene.event, scene.tables, scene.actor)
    else:
        held = scene.session.scalars(select(Meeting).where(Meeting.table_number == 1)).one()
        held.table_number = 6
        scene.session.flush()
        fewer = PlaceEntry(PlaceKind.TABLES, "Tables", 1)
        change_place(scene.session, scene.event, scene.tables, fewer, scene.actor)
    draft = scene.run()
    publish(scene.session, draft, None)
    scene.session.expire_all()
    rows = scene.session.scalars(
        select(Meeting).where(Meeting.plan_id == draft.id, Meeting.state == MeetingState.PLANNED)
    ).all()
    found = {row.wish: (row.place.name, row.slot.starts_at) for row in rows}
    assert found[scene.wishes[0]] == ("Tables", at("2023-11-07 10:00"))
    assert found[scene.wishes[1]][1] > at("2023-11-07 10:10")
    assert misfit_ids(scene.session, draft, scene.event.now()) == []
