"""What an organiser asks of a plan: the changes that come back, and carrying them out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import InquiryState, MeetingState, PlanState, RequestState
from scheduler.domain.inquiry import Happening, InquiryAnswer, InquiryEnd
from scheduler.errors import Conflict, NotFound
from scheduler.models import (
    AgendaEntry,
    BusyTime,
    Inquiry,
    Meeting,
    OutboxMessage,
    Participant,
    Unscheduled,
)
from scheduler.planning.inquiry import answers
from scheduler.planning.wishes import wish_key
from scheduler.services.calendars import calendar_sync
from scheduler.services.meetings import inquiries
from scheduler.services.meetings.meetings import lock_meeting, move_meeting
from scheduler.services.meetings.rearranging import carry_out
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_participant,
    make_place,
    make_plan,
    make_request,
    make_round,
    make_user,
)
from tests.services.scenes import set_clock

WALL = datetime(2026, 1, 1, tzinfo=UTC)


class Scene:
    """One table, three slots: Anna meets Bo, then Cem meets Dora; Anna and Cem want to meet, and have no time.

    Cem comes for the first two slots only, Anna for the second and third alone would do.
    """

    def __init__(self, session: Session, slots: int = 3) -> None:
        self.session = session
        self.event = make_event(session)
        set_clock(self.event, "2023-11-01 09:00")
        self.block = make_block(session, self.event, slots=slots)
        self.round = make_round(session, self.event, blocks=[self.block])
        self.table = make_place(session, self.event, capacity=1)
        self.user = make_user(session)
        self.anna, self.bo, self.cem, self.dora = (
            make_participant(session, self.event, name=name) for name in ("Anna", "Bo", "Cem", "Dora")
        )
        self.plan = make_plan(session, self.round)
        self.wishes: dict[str, str] = {}
        self.hold(self.anna, self.bo, 0)
        self.hold(self.cem, self.dora, 1)
        wish = self.want(self.anna, self.cem)
        session.add(
            Unscheduled(
                plan_id=self.plan.id,
                wish=wish,
                kind="B2B",
                first_id=self.anna.id,
                second_id=self.cem.id,
                reason="outranked",
            )
        )
        session.flush()

    def want(self, one: Participant, other: Participant) -> str:
        make_request(self.session, self.round, one, other, RequestState.ACCEPTED)
        wish = wish_key(one.public_id, other.public_id)
        self.wishes[f"{one.name}-{other.name}"] = wish
        return wish

    def hold(self, one: Participant, other: Participant, slot: int) -> Meeting:
        meeting = make_meeting(self.session, self.plan, self.block.slots[slot], self.table, [one, other])
        meeting.wish = self.want(one, other)
        return meeting

    def publish(self) -> None:
        self.plan.state, self.plan.published_at = PlanState.PUBLISHED, self.event.now()
        self.session.flush()
        calendar_sync.refresh(self.session, self.event, mails=False)

    def meeting(self, pair: str) -> Meeting:
        return self.session.scalars(
            select(Meeting).where(Meeting.plan_id == self.plan.id, Meeting.wish == self.wishes[pair])
        ).one()

    def asked(self) -> Inquiry:
        """What it takes for Anna to meet Cem, answered."""
        inquiry = inquiries.ask_to_hold(self.session, self.plan, self.wishes["Anna-Cem"], self.user, WALL)
        return self.answered(inquiry)

    def answered(self, inquiry: Inquiry) -> Inquiry:
        found = list(answers(self.session, inquiry))
        inquiry.answer, inquiry.state = found[-1].stored(), InquiryState.ANSWERED
        self.session.flush()
        return inquiry

    def answer(self, inquiry: Inquiry) -> InquiryAnswer:
        return list(answers(self.session, inquiry))[-1]

    def where(self) -> dict[str, int]:
        """By pair, in which slot each meeting is held."""
        rows = self.session.scalars(
            select(Meeting).where(Meeting.plan_id == self.plan.id, Meeting.state == MeetingState.PLANNED)
        )
        names = {wish: pair for pair, wish in self.wishes.items()}
        return {names[row.wish]: self.block.slots.index(row.slot) for row in rows}


@pytest.fixture
def scene(session: Session, app: Flask) -> Scene:
    return Scene(session)


@pytest.fixture
def tight(session: Session, app: Flask) -> Scene:
    return Scene(session, slots=2)


def test_a_free_time_disturbs_nobody_and_is_carried_out(scene: Scene) -> None:
    inquiry = scene.asked()
    offer = scene.answer(inquiry).offers[0]
    assert (offer.disturbed, offer.least, offer.proven) == (0, 0, True)
    carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    assert scene.where() == {"Anna-Bo": 0, "Cem-Dora": 1, "Anna-Cem": 2}
    assert inquiry.state is InquiryState.APPLIED
    assert scene.session.scalar(select(func.count(Unscheduled.id))) == 0


def test_one_meeting_falls_away_where_no_time_is_left(tight: Scene) -> None:
    inquiry = tight.asked()
    offer = tight.answer(inquiry).offers[0]
    assert (offer.disturbed, offer.dropped, offer.least) == (1, 1, 1)
    carry_out(tight.session, tight.event, inquiry, 0, tight.user)
    held = tight.where()
    assert set(held) in ({"Anna-Cem", "Anna-Bo"}, {"Anna-Cem", "Cem-Dora"})
    left = tight.session.scalars(select(Unscheduled)).one()
    assert left.reason == "outranked"
    assert left.causes[0]["key"] == tight.wishes["Anna-Cem"]


def test_everybody_concerned_gets_one_message_when_people_have_the_plan(tight: Scene) -> None:
    tight.publish()
    inquiry = tight.asked()
    carry_out(tight.session, tight.event, inquiry, 0, tight.user, reason="A partner came after all")
    concerned = set(tight.session.scalars(select(OutboxMessage.participant_id)))
    offer = tight.answer(inquiry)
    assert len(concerned) == 3
    assert tight.session.scalar(select(func.count(OutboxMessage.id))) == 3
    assert offer.end is InquiryEnd.HELD
    gone = [row for row in tight.session.scalars(select(Meeting)) if row.state is MeetingState.CANCELLED]
    assert len(gone) == 1
    entries = tight.session.scalars(select(AgendaEntry).where(AgendaEntry.status == "cancelled")).all()
    assert {entry.uid for entry in entries} == {gone[0].uid}


def test_a_plan_that_has_changed_is_not_touched(tight: Scene) -> None:
    inquiry = tight.asked()
    step = next(step for step in tight.answer(inquiry).offers[0].steps if step.before is not None)
    moved = next(row for row in tight.session.scalars(select(Meeting)) if row.wish == step.wish)
    moved.state = MeetingState.CANCELLED
    tight.session.flush()
    before = tight.where()
    with pytest.raises(Conflict, match="changed since"):
        carry_out(tight.session, tight.event, inquiry, 0, tight.user)
    assert tight.where() == before
    assert inquiry.state is InquiryState.ANSWERED


def test_a_table_that_was_taken_meanwhile_is_not_booked_twice(scene: Scene) -> None:
    inquiry = scene.asked()
    move_meeting(scene.session, scene.meeting("Anna-Bo"), scene.block.slots[2])
    with pytest.raises(Conflict, match="changed since"):
        carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    assert scene.where() == {"Anna-Bo": 2, "Cem-Dora": 1}


def test_who_can_no_longer_come_is_not_booked(scene: Scene) -> None:
    inquiry = scene.asked()
    third = scene.block.slots[2]
    scene.session.add(BusyTime(participant_id=scene.cem.id, starts_at=third.starts_at, ends_at=third.ends_at))
    scene.session.flush()
    with pytest.raises(Conflict, match="changed since"):
        carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    assert scene.where() == {"Anna-Bo": 0, "Cem-Dora": 1}


def test_a_plan_that_another_has_replaced_is_not_changed(scene: Scene) -> None:
    inquiry = scene.asked()
    scene.plan.state = PlanState.SUPERSEDED
    scene.session.flush()
    with pytest.raises(Conflict, match="no longer in use"):
        carry_out(scene.session, scene.event, inquiry, 0, scene.user)


def test_an_answer_is_carried_out_once(scene: Scene) -> None:
    inquiry = scene.asked()
    carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    with pytest.raises(Conflict, match="carried out already"):
        carry_out(scene.session, scene.event, inquiry, 0, scene.user)


def test_locked_meetings_stay_and_it_is_said_that_nothing_helps(tight: Scene) -> None:
    for pair in ("Anna-Bo", "Cem-Dora"):
        lock_meeting(tight.session, tight.meeting(pair), True)
    answer = tight.answer(tight.asked())
    assert (answer.offers, answer.end) == ((), InquiryEnd.IMPOSSIBLE)


def test_a_wish_that_nobody_has_any_more(scene: Scene) -> None:
    inquiry = scene.asked()
    scene.cem.state = type(scene.cem.state).WITHDRAWN
    scene.session.flush()
    assert scene.answer(inquiry).end is InquiryEnd.NOBODY_WANTS


def test_only_what_the_plan_leaves_out_can_be_asked_for(scene: Scene) -> None:
    with pytest.raises(NotFound):
        inquiries.ask_to_hold(scene.session, scene.plan, scene.wishes["Anna-Bo"], scene.user, WALL)


def test_a_question_under_way_is_not_asked_twice(scene: Scene) -> None:
    one = inquiries.ask_to_hold(scene.session, scene.plan, scene.wishes["Anna-Cem"], scene.user, WALL)
    other = inquiries.ask_to_hold(scene.session, scene.plan, scene.wishes["Anna-Cem"], scene.user, WALL)
    assert one.id == other.id


def test_who_falls_ill_frees_their_partners_for_others(tight: Scene) -> None:
    """Bo is away in the first slot: Anna's time is free for Cem, and their meeting with Bo can't be held."""
    tight.publish()
    first = tight.block.slots[0]
    ill = Happening(first.starts_at, first.ends_at + timedelta(hours=8), person_id=tight.bo.id)
    inquiry = tight.answered(inquiries.ask_to_mend(tight.session, tight.plan, ill, tight.user, WALL))
    offer = tight.answer(inquiry).offers[0]
    assert (offer.disturbed, offer.least) == (1, 1)
    carry_out(tight.session, tight.event, inquiry, 0, tight.user)
    assert tight.where() == {"Anna-Cem": 0, "Cem-Dora": 1}


def test_meetings_at_lost_tables_move(scene: Scene) -> None:
    scene.publish()
    first = scene.block.slots[0]
    lost = Happening(first.starts_at, first.ends_at, place_id=scene.table.id, tables=1)
    inquiry = scene.answered(inquiries.ask_to_mend(scene.session, scene.plan, lost, scene.user, WALL))
    offer = scene.answer(inquiry).offers[0]
    assert (offer.disturbed, offer.dropped, offer.least) == (1, 0, 1)
    carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    assert scene.where()["Anna-Bo"] == 2


def test_a_lock_does_not_hold_who_is_ill(tight: Scene) -> None:
    lock_meeting(tight.session, tight.meeting("Anna-Bo"), True)
    first = tight.block.slots[0]
    ill = Happening(first.starts_at, first.ends_at, person_id=tight.bo.id)
    inquiry = inquiries.ask_to_mend(tight.session, tight.plan, ill, tight.user, WALL)
    assert tight.answer(inquiry).offers[0].disturbed == 1


def test_an_absence_that_touches_no_meeting_is_noted(scene: Scene) -> None:
    third = scene.block.slots[2]
    away = Happening(third.starts_at, third.ends_at, person_id=scene.bo.id)
    inquiry = scene.answered(inquiries.ask_to_mend(scene.session, scene.plan, away, scene.user, WALL))
    (offer,) = scene.answer(inquiry).offers
    assert offer.steps == ()
    before = scene.where()
    carry_out(scene.session, scene.event, inquiry, 0, scene.user)
    assert scene.where() == before
    assert scene.session.scalars(select(BusyTime.participant_id)).one() == scene.bo.id


def test_tables_at_which_nobody_meets_are_lost_without_a_change(scene: Scene) -> None:
    third = scene.block.slots[2]
    lost = Happening(third.starts_at, third.ends_at, place_id=scene.table.id, tables=1)
    inquiry = inquiries.ask_to_mend(scene.session, scene.plan, lost, scene.user, WALL)
    answer = scene.answer(inquiry)
    assert (answer.offers, answer.end) == ((), InquiryEnd.NOTHING_BROKEN)


def test_what_nobody_answers_ends(scene: Scene) -> None:
    inquiry = inquiries.ask_to_hold(scene.session, scene.plan, scene.wishes["Anna-Cem"], scene.user, WALL)
    assert inquiries.take(scene.session, inquiry.id, "one", WALL)
    assert not inquiries.take(scene.session, inquiry.id, "two", WALL)
    later = WALL + inquiries.LONGEST + timedelta(seconds=1)
    assert inquiries.left_behind(scene.session, WALL) == []
    assert inquiries.left_behind(scene.session, later) == [(inquiry.id, "one")]
    assert inquiries.give_up(scene.session, inquiry.id, "one", later)
    assert not inquiries.keep_answer(scene.session, inquiry.id, "one", {}, later)
    scene.session.refresh(inquiry)
    assert inquiry.state is InquiryState.FAILED
