"""When somebody is taken, by what and where: one reader for everybody who asks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from scheduler.domain.engagements import EngagementKind
from scheduler.domain.enums import BusySource, MeetingState, PlanState, SessionKind, SessionRole
from scheduler.models import BusyTime
from scheduler.queries.calendars.availability import held_of
from scheduler.queries.engagements import engagements_of
from scheduler.services.delegation.joint_programme import VisitDetails, add_visit
from scheduler.services.delegation.members import add_member, remove_member
from tests.factories import (
    NOW,
    at,
    make_block,
    make_delegation,
    make_meeting,
    make_organiser,
    make_participant,
    make_plan,
    make_round,
    make_session,
)
from tests.services.scenes import published_scene


def test_meeting_session_visit_and_answers_say_what_when_and_where(session: Session) -> None:
    scene = published_scene(session)
    talk = make_session(session, scene.event, attendees=[scene.ana], pavilion=scene.catalonia)
    talk.attendances[0].role = SessionRole.SPEAKER
    make_session(session, scene.event, "2023-11-07 15:00", attendees=[scene.ana], kind=SessionKind.VISIT)
    lunch = at("2023-11-07 13:00")
    for source, start in ((BusySource.LIMIT, lunch), (BusySource.OWN, lunch + timedelta(hours=4))):
        session.add(
            BusyTime(
                participant_id=scene.ana.id,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                source=source,
            )
        )
    session.flush()

    found = engagements_of(session, scene.event.id, [scene.ana.id])

    assert list(found) == [scene.ana.id]
    assert [(one.kind, one.pavilion, one.partners) for one in found[scene.ana.id]] == [
        (EngagementKind.MEETING, "Bavaria", ("Marta",)),
        (EngagementKind.MEETING, "Catalonia", ("Jordi",)),
        (EngagementKind.SESSION, "Catalonia", ()),
        (EngagementKind.LIMIT, "", ()),
        (EngagementKind.VISIT, "", ()),
        (EngagementKind.BUSY, "", ()),
    ]
    assert found[scene.ana.id][2].speaks
    assert found[scene.ana.id][2].title == talk.title
    assert found[scene.ana.id][0].key == scene.meetings[0].uid


def test_cancelled_meetings_and_drafts_take_nobodys_time(session: Session) -> None:
    scene = published_scene(session)
    scene.meetings[0].state = MeetingState.CANCELLED
    other = make_round(session, scene.event, blocks=[make_block(session, scene.event, "2023-11-08 10:00")])
    draft = make_plan(session, other)
    make_meeting(session, draft, other.blocks[0].slots[0], scene.tables, [scene.ana, scene.ivan])

    found = engagements_of(session, scene.event.id)

    assert [one.partners for one in found[scene.ana.id]] == [("Jordi",)]
    assert scene.ivan.id not in found


def test_draft_counts_in_the_place_of_its_rounds_published_plan(session: Session) -> None:
    scene = published_scene(session)
    draft = make_plan(session, scene.round)
    meeting = make_meeting(session, draft, scene.block.slots[3], scene.tables, [scene.ana, scene.ivan])
    second = make_round(session, scene.event, blocks=[make_block(session, scene.event, "2023-11-08 10:00")])
    elsewhere = make_plan(session, second)
    make_meeting(session, elsewhere, second.blocks[0].slots[0], scene.tables, [scene.ana, scene.jordi])
    elsewhere.state = PlanState.PUBLISHED
    session.flush()

    def partners(**options: object) -> list[tuple[str, ...]]:
        found = engagements_of(session, scene.event.id, [scene.ana.id], **options)  # type: ignore[arg-type]
        return [one.partners for one in found.get(scene.ana.id, ())]

    assert partners() == [("Marta",), ("Jordi",), ("Jordi",)]
    assert partners(plan=draft) == [("Ivan",), ("Jordi",)]
    assert partners(plan=draft, without=meeting.id) == [("Jordi",)]


def test_joint_visit_is_an_attendance_of_whoever_travels_along(session: Session) -> None:
    scene = published_scene(session)
    actor = make_organiser(session, scene.event)
    delegation = make_delegation(session, scene.event, [scene.ana])
    early = VisitDetails(
        "Harbour", SessionKind.VISIT, at("2023-11-08 09:00"), at("2023-11-08 10:00"), scene.bavaria.public_id
    )
    add_visit(session, delegation, early, actor, NOW)
    add_member(session, scene.event, delegation, scene.ivan.email, actor)

    def titles() -> list[str]:
        found = engagements_of(session, scene.event.id, [scene.ivan.id])
        return [one.title for one in found.get(scene.ivan.id, ())]

    assert titles() == ["Harbour"]
    assert [one.title for one in held_of(session, scene.ivan).sessions] == ["Harbour"]
    remove_member(session, scene.event, delegation, scene.ivan.public_id, actor)
    assert titles() == []


def test_question_about_two_people_answers_for_nobody_else(session: Session) -> None:
    scene = published_scene(session)
    stranger = make_participant(session, scene.event)

    assert set(engagements_of(session, scene.event.id, [scene.marta.id, stranger.id])) == {scene.marta.id}
