"""What calendars are told follows what holds: sequences, tombstones, versions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.agenda_change import AgendaChangeKind
from scheduler.domain.enums import MeetingState, PlanState
from scheduler.models import AgendaEntry, AgendaVersion, Participant, SessionAttendance
from scheduler.queries.calendars.agenda import agenda_of
from scheduler.services.calendars.calendar_sync import bury_the_past, refresh
from scheduler.services.calendars.stale_agendas import refresh_marked
from tests.factories import make_meeting, make_session
from tests.services.scenes import Scene, published_scene, set_clock


def _scene(session: Session) -> Scene:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    refresh(session, scene.event, mails=False)
    return scene


def _entries(session: Session, person: Participant) -> dict[str, AgendaEntry]:
    rows = session.scalars(select(AgendaEntry).where(AgendaEntry.participant_id == person.id))
    return {row.uid: row for row in rows}


def _version(session: Session, person: Participant) -> int:
    return session.scalars(
        select(AgendaVersion.version).where(AgendaVersion.participant_id == person.id)
    ).one()


def test_first_refresh_stores_every_view_with_sequence_zero(session: Session) -> None:
    scene = _scene(session)
    rows = session.scalars(select(AgendaEntry)).all()
    assert len(rows) == 4
    assert {row.sequence for row in rows} == {0}
    assert _version(session, scene.ana) == 1


def test_refresh_without_change_writes_nothing(session: Session) -> None:
    scene = _scene(session)
    assert refresh(session, scene.event) == []
    assert _version(session, scene.ana) == 1


def test_moved_meeting_counts_for_its_people_only(session: Session) -> None:
    scene = _scene(session)
    meeting = scene.meetings[1]
    meeting.slot = scene.block.slots[3]
    changes = refresh(session, scene.event)
    assert {change.participant_id for change in changes} == {scene.ana.id, scene.jordi.id}
    assert {change.kind for change in changes} == {AgendaChangeKind.MOVED}
    assert _entries(session, scene.jordi)[meeting.uid].sequence == 1
    assert (_version(session, scene.ana), _version(session, scene.marta)) == (2, 1)


def test_cancelled_meeting_leaves_a_tombstone_that_is_restored_with_a_higher_sequence(
    session: Session,
) -> None:
    scene = _scene(session)
    meeting = scene.meetings[0]
    meeting.state = MeetingState.CANCELLED
    refresh(session, scene.event)
    row = _entries(session, scene.marta)[meeting.uid]
    assert (row.status, row.sequence) == ("cancelled", 1)
    meeting.state = MeetingState.PLANNED
    (change, *_rest) = refresh(session, scene.event)
    session.refresh(row)
    assert (row.status, row.sequence) == ("confirmed", 2)
    assert change.kind is AgendaChangeKind.RESTORED


def test_unpublished_plan_cancels_everything_until_it_is_past(session: Session) -> None:
    scene = _scene(session)
    scene.plan.state = PlanState.DRAFT
    refresh(session, scene.event)
    assert {row.status for row in _entries(session, scene.ana).values()} == {"cancelled"}
    assert bury_the_past(session, scene.event) == 0
    set_clock(scene.event, "2023-11-08 09:00")
    assert bury_the_past(session, scene.event) == 4
    assert _entries(session, scene.ana) == {}


def test_renamed_partner_changes_the_other_side_only(session: Session) -> None:
    scene = _scene(session)
    scene.marta.name = "Marta Puig"
    (change,) = refresh(session, scene.event)
    assert change.participant_id == scene.ana.id
    assert change.kind is AgendaChangeKind.PARTNER


def test_session_that_somebody_leaves_is_cancelled_in_their_calendar_and_not_on_their_page(
    session: Session,
) -> None:
    scene = _scene(session)
    left = make_session(session, scene.event, "2023-11-08 10:00", attendees=[scene.ivan])
    deleted = make_session(session, scene.event, "2023-11-08 12:00", attendees=[scene.ivan])
    refresh(session, scene.event)
    left.attendances.clear()
    uid, kept = deleted.public_id, left.public_id
    session.delete(deleted)
    refresh(session, scene.event)
    rows = _entries(session, scene.ivan)
    assert {key: row.status for key, row in rows.items()} == {uid: "cancelled", kept: "cancelled"}
    assert rows[kept].sequence > 0
    assert [entry.uid for entry in agenda_of(session, scene.ivan, scene.event).entries] == [uid]
    session.add(SessionAttendance(session_id=left.id, participant_id=scene.ivan.id))
    before = rows[kept].sequence
    changes = {change.after.uid: change.kind for change in refresh(session, scene.event)}
    again = _entries(session, scene.ivan)[kept]
    assert (again.status, again.sequence > before) == ("confirmed", True)
    assert changes == {kept: AgendaChangeKind.NEW}


def test_refresh_of_some_people_leaves_the_others_alone(session: Session) -> None:
    scene = _scene(session)
    make_meeting(session, scene.plan, scene.block.slots[2], scene.tables, [scene.ivan, scene.marta])
    refresh(session, scene.event, [scene.ivan.id])
    assert len(_entries(session, scene.ivan)) == 1
    assert len(_entries(session, scene.marta)) == 1


def test_marks_of_ordinary_changes_bring_the_touched_agendas_up_to_date(session: Session) -> None:
    scene = _scene(session)
    talk = make_session(session, scene.event, "2023-11-08 10:00", attendees=[scene.ivan])
    assert refresh_marked(session) == 1
    assert len(_entries(session, scene.ivan)) == 1
    talk.room = "Room 5"
    scene.marta.name = "Marta Puig"
    refresh_marked(session)
    assert _entries(session, scene.ivan)[talk.public_id].place == "Room 5"
    assert _entries(session, scene.ana)[scene.meetings[0].uid].partners[0][0] == "Marta Puig"
    session.delete(talk)
    scene.bavaria.name = "Bayern"
    refresh_marked(session)
    assert _entries(session, scene.ivan)[talk.public_id].status == "cancelled"
    assert _entries(session, scene.ana)[scene.meetings[0].uid].place == "Bayern, table 1"
    assert refresh_marked(session) == 0


def test_participant_who_is_not_renamed_leaves_no_mark(session: Session) -> None:
    scene = _scene(session)
    refresh_marked(session)
    scene.ana.goals = "Meet everybody"
    session.flush()
    assert refresh_marked(session) == 0
