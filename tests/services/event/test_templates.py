"""What a new event starts with: a template, or an event like it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import HeldAt, ParticipantState, RequestState, Role, RoundState
from scheduler.domain.round_rules import TypeRules
from scheduler.models import (
    Event,
    Hall,
    HallLink,
    HallPoint,
    Interest,
    MatchmakingRound,
    MatrixRule,
    Meeting,
    MeetingBlock,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Pavilion,
    Place,
    PlaceOpening,
    ProfileAnswer,
    ProfileQuestion,
    ProgrammeSession,
    Request,
    RoundTypeRule,
    SessionAttendance,
    Slot,
    Topic,
    WalkingTime,
)
from scheduler.queries.rounds.cells import matrix_cells
from scheduler.queries.rounds.rounds import type_rules
from scheduler.services.event.copies import Parts, fill_from_event
from scheduler.services.event.events import EventDetails, create_event
from scheduler.services.event.templates import TEMPLATES, fill_from_template
from scheduler.services.people.answers import set_answer
from tests import factories as make

TODAY = datetime.now(UTC).date()
FAR = TODAY + timedelta(days=200)
DAYS = [FAR, FAR + timedelta(days=1), FAR + timedelta(days=2)]


@pytest.mark.parametrize("code", TEMPLATES)
def test_template_makes_an_event_that_is_ready_to_fill(app: Flask, session: Session, code: str) -> None:
    template = TEMPLATES[code]
    with app.test_request_context():
        types = {type_: str(name) for type_, name in template.types.items()}
        event = create_event(
            session,
            EventDetails(f"new-{code}", "New", "Europe/Vienna", DAYS, types=types, matrix=template.matrix),
        )
        fill_from_template(session, event, code, make.make_organiser(session, event))

    assert set(session.scalars(select(ParticipantType.code))) == template.types.keys()
    assert session.scalar(select(func.count(MatrixRule.id))) == len(template.matrix)
    blocks = session.scalars(select(MeetingBlock).order_by(MeetingBlock.starts_at)).all()
    assert {block.day for block in blocks} == set(DAYS)
    assert len(blocks) == len(DAYS) * len(template.parts)
    assert len({block.name for block in blocks}) == len(blocks)
    found = session.scalars(select(MatchmakingRound)).one()
    assert (found.state, len(found.blocks)) == (RoundState.DRAFT, len(blocks))
    assert type_rules(session, found.id) == template.by_type
    assert set(matrix_cells(session, event.id).values()) >= set(template.cells.values())
    assert event.now() < found.closes_at < blocks[0].starts_at


def test_template_of_an_event_that_is_at_hand_has_no_round_that_could_not_be_planned(
    app: Flask, session: Session
) -> None:
    with app.test_request_context():
        event = create_event(
            session, EventDetails("soon", "Soon", "UTC", [TODAY], types={"a": "A"}, matrix={})
        )
        fill_from_template(session, event, "brokerage", make.make_organiser(session, event))
    assert session.scalars(select(MatchmakingRound)).all() == []
    assert len(session.scalars(select(MeetingBlock)).all()) == 2


def full_edition(session: Session) -> Event:
    """Last year's edition, with answers, requests and meetings."""
    source = make.make_event(session)
    hall, far = make.make_pavilion(session, source, "Bavaria"), make.make_pavilion(session, source, "Sofia")
    session.add(WalkingTime(event_id=source.id, from_id=hall.id, to_id=far.id, minutes=7))
    block = make.make_block(session, source, "2023-11-07 10:00")
    block.name = "Tuesday morning"
    last = make.make_block(session, source, "2023-11-09 10:00")
    ada, bo = make.make_participant(session, source), make.make_participant(session, source)
    gone = make.make_participant(session, source)
    gone.state = ParticipantState.WITHDRAWN
    place = make.make_place(session, source, hall)
    place.organisation_id = ada.organisation_id
    session.add(PlaceOpening(place_id=place.id, block_id=last.id))
    above = Topic(event_id=source.id, code="energy", label="Energy")
    session.add(above)
    session.flush()
    below = Topic(event_id=source.id, code="grids", label="Grids", parent_id=above.id)
    session.add(below)
    session.flush()
    session.add(ParticipantTopic(participant_id=ada.id, topic_id=below.id, direction="offers"))
    question = make.make_question(session, source, label="Ready?")
    question.types = [make.type_of(session, source, "city")]
    set_answer(session, ada, question, str(question.choices[0].id), make.NOW)
    old = make.make_question(session, source, label="Out of date?")
    old.retired_at = make.NOW
    round_ = make.make_round(session, source, blocks=[block, last])
    make.make_request(session, round_, ada, bo, RequestState.ACCEPTED)
    round_.pause_after, round_.half_day_at = 4, 12 * 60
    session.add(RoundTypeRule(round_id=round_.id, type_id=ada.type_id, max_meetings_per_half_day=2))
    for rule in session.scalars(select(MatrixRule).where(MatrixRule.from_type_id == ada.type_id)):
        rule.slot_minutes, rule.held_at = 20, HeldAt.STAND
    plan = make.make_plan(session, round_)
    make.make_meeting(session, plan, block.slots[0], place, [ada, bo])
    make.make_session(session, source, "2023-11-07 15:00", attendees=[ada])
    make.make_session(session, source, "2023-11-09 15:00")
    session.commit()
    return source


def copy_of(app: Flask, session: Session, source: Event, days: list[date], parts: Parts) -> Event:
    with app.test_request_context():
        event = create_event(session, EventDetails("next", "Next", "Europe/Lisbon", days, types={}))
        fill_from_event(session, event, source, parts, make.make_organiser(session, event, Role.ORGANISER))
    session.commit()
    return event


def of(session: Session, model: type, event: Event) -> list:
    return list(session.scalars(select(model).where(model.event_id == event.id).order_by(model.id)))


def test_copy_has_the_venue_and_the_rules_on_other_days_and_nobodys_answers(
    app: Flask, session: Session
) -> None:
    source = full_edition(session)
    # A Monday: one day earlier in the week, and an hour later by the zone.
    days = [date(2024, 11, 4) + timedelta(days=n) for n in range(3)]
    event = copy_of(app, session, source, days, Parts())

    assert [one.code for one in of(session, ParticipantType, event)] == ["city", "supplier"]
    assert len(of(session, MatrixRule, event)) == 3
    (question,) = of(session, ProfileQuestion, event)
    assert (question.label, [choice.label for choice in question.choices]) == ("Ready?", ["yes", "no"])
    assert [kind.event_id for kind in question.types] == [event.id]
    assert session.scalar(select(func.count()).select_from(ProfileAnswer)) == 1
    assert [one.name for one in of(session, Pavilion, event)] == ["Bavaria", "Sofia"]
    assert [way.minutes for way in of(session, WalkingTime, event)] == [7]
    assert {one.label: one.parent_id is not None for one in of(session, Topic, event)} == {
        "Energy": False,
        "Grids": True,
    }
    blocks = of(session, MeetingBlock, event)
    assert (blocks[0].day, blocks[0].name) == (days[0], "Monday morning")
    local = blocks[0].starts_at.astimezone(event.zone)
    assert (local.hour, local.date()) == (10, days[0])
    assert len(of(session, Slot, event)) == len(of(session, Slot, source))
    (round_,) = of(session, MatchmakingRound, event)
    assert (round_.state, len(round_.blocks)) == (RoundState.DRAFT, 2)
    assert (round_.pause_after, round_.half_day_at) == (4, 12 * 60)
    assert list(type_rules(session, round_.id).values()) == [TypeRules(max_meetings_per_half_day=2)]
    assert {(cell.slot_minutes, cell.held_at) for cell in matrix_cells(session, event.id).values()} >= {
        (20, HeldAt.STAND)
    }
    (place,) = of(session, Place, event)
    assert place.organisation_id is None
    assert session.scalars(select(PlaceOpening.block_id).where(PlaceOpening.place_id == place.id)).all() == [
        blocks[1].id
    ]
    for model in (Organisation, Participant, ProgrammeSession):
        assert of(session, model, event) == []


def test_copy_has_the_plans_of_the_halls_with_what_stands_on_them(app: Flask, session: Session) -> None:
    source = full_edition(session)
    one, other = (
        make.make_hall(session, source, "Hall 1", metres=90),
        make.make_hall(session, source, "Hall 2"),
    )
    one.aisles, one.drawing, one.drawing_id, one.drawing_type = (
        [[[1, 2], [3, 4]]],
        b"x",
        "first",
        "image/webp",
    )
    bavaria, place = of(session, Pavilion, source)[0], of(session, Place, source)[0]
    session.add_all(
        (
            HallPoint(event_id=source.id, hall_id=one.id, pavilion_id=bavaria.id, x=1, y=2),
            HallPoint(event_id=source.id, hall_id=other.id, place_id=place.id, x=3, y=4),
            HallPoint(event_id=source.id, hall_id=other.id, name="South", x=5, y=6),
            HallLink(event_id=source.id, one_id=one.id, other_id=other.id, minutes=4),
        )
    )
    session.commit()

    event = copy_of(app, session, source, [date(2024, 11, 4)], Parts())

    halls = of(session, Hall, event)
    assert [(hall.name, hall.metres, hall.aisles, hall.drawing) for hall in halls] == [
        ("Hall 1", 90, [[[1, 2], [3, 4]]], b"x"),
        ("Hall 2", None, [], None),
    ]
    assert halls[0].drawing_id not in (None, "first")
    keys = (of(session, Pavilion, event)[0].id, of(session, Place, event)[0].id)
    points = [
        (point.hall_id, point.pavilion_id, point.place_id, point.x) for point in of(session, HallPoint, event)
    ]
    assert points == [
        (halls[0].id, keys[0], None, 1),
        (halls[1].id, None, keys[1], 3),
        (halls[1].id, None, None, 5),
    ]
    links = [(link.one_id, link.other_id, link.minutes) for link in of(session, HallLink, event)]
    assert links == [(halls[0].id, halls[1].id, 4)]


def test_copy_takes_programme_and_people_along_as_invited_anew(app: Flask, session: Session) -> None:
    source = full_edition(session)
    days = [date(2024, 11, 5) + timedelta(days=n) for n in range(2)]
    event = copy_of(app, session, source, days, Parts(programme=True, people=True))

    people = of(session, Participant, event)
    assert {person.state for person in people} == {ParticipantState.INVITED}
    assert len(people) == 2
    assert {person.user_id for person in people} == {None}
    assert {person.organisation.event_id for person in people} == {event.id}
    assert [row.topic.event_id for person in people for row in person.topics] == [event.id]
    assert of(session, Place, event)[0].organisation_id == people[0].organisation_id
    sessions = of(session, ProgrammeSession, event)
    assert [one.starts_at.astimezone(event.zone).isoformat()[:16] for one in sessions] == ["2024-11-05T15:00"]
    assert [block.day for block in of(session, MeetingBlock, event)] == [days[0]]
    assert session.scalar(select(func.count()).select_from(Request)) == 1
    assert session.scalar(select(func.count()).select_from(Meeting)) == 1
    assert session.scalar(select(func.count()).select_from(SessionAttendance)) == 1
    assert session.scalar(select(func.count()).select_from(Interest)) == 0
