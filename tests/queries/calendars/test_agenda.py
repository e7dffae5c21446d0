"""Agendas read from the published plan, the programme and the delegations."""

from __future__ import annotations

from sqlalchemy import event as sql_event
from sqlalchemy.orm import Session

from scheduler.domain.agenda import EntryKind
from scheduler.domain.enums import MeetingState, PlanState, SessionKind
from scheduler.queries.calendars.agenda import agenda_of, agendas_of
from tests.factories import at, make_delegation, make_participant, make_session
from tests.services.scenes import published_scene


def test_agenda_holds_published_meetings_with_partner_place_and_walk(session: Session) -> None:
    scene = published_scene(session)
    first, second = agenda_of(session, scene.ana, scene.event).entries
    assert (first.start, first.place) == (at("2023-11-07 10:00"), "Bavaria, table 1")
    assert [partner.name for partner in first.partners] == ["Marta"]
    assert (second.place, second.walk_minutes) == ("Catalonia, table 1", 6)
    assert first.walk_minutes == 0


def test_agenda_knows_nothing_of_drafts_and_cancelled_meetings(session: Session) -> None:
    scene = published_scene(session)
    scene.meetings[1].state = MeetingState.CANCELLED
    session.flush()
    assert len(agenda_of(session, scene.ana, scene.event).entries) == 1
    scene.plan.state = PlanState.DRAFT
    session.flush()
    assert agenda_of(session, scene.ana, scene.event).entries == ()


def test_agenda_holds_sessions_attended_and_the_delegations_programme_once(session: Session) -> None:
    scene = published_scene(session)
    delegation = make_delegation(session, scene.event, [scene.ivan, scene.ana])
    make_session(session, scene.event, "2023-11-07 12:00", attendees=[scene.ivan], pavilion=scene.bavaria)
    make_session(
        session,
        scene.event,
        "2023-11-07 15:00",
        attendees=[scene.ivan],
        kind=SessionKind.VISIT,
        delegation=delegation,
    )
    kinds = [entry.kind for entry in agenda_of(session, scene.ivan, scene.event).entries]
    assert kinds == [EntryKind.SESSION, EntryKind.VISIT]
    assert [entry.kind for entry in agenda_of(session, scene.ana, scene.event).entries][-1] is EntryKind.VISIT


def test_one_person_and_many_take_the_same_number_of_queries(session: Session) -> None:
    scene = published_scene(session)
    others = [make_participant(session, scene.event) for _ in range(5)]
    make_session(session, scene.event, attendees=others)
    session.flush()
    counts = []
    statements: list[str] = []
    engine = session.get_bind()
    sql_event.listen(
        engine, "before_cursor_execute", lambda c, k, statement, *a: statements.append(statement)
    )
    for ids in ([scene.ana.id], [scene.ana.id, scene.marta.id, *(person.id for person in others)]):
        statements.clear()
        agendas_of(session, scene.event, ids)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 9
