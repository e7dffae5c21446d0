"""Sessions, meeting blocks and delegations as the organiser keeps them."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import SessionKind, SessionRole
from scheduler.errors import Conflict, Invalid
from scheduler.models import SessionAttendance
from scheduler.services.delegation.members import add_member, remove_member, save_delegation
from scheduler.services.event.programme import (
    SessionEntry,
    put_in_session,
    remove_session,
    save_session,
    take_out_of_session,
)
from scheduler.services.venue.slots import BlockEntry, add_block
from tests.factories import (
    at,
    make_delegation,
    make_event,
    make_organiser,
    make_participant,
    make_pavilion,
    make_session,
)

DAY = date(2023, 11, 7)


def test_block_is_cut_into_slots_in_the_zone_of_the_event(session: Session) -> None:
    event = make_event(session)
    block = add_block(
        session,
        event,
        BlockEntry("Morning", DAY, time(10), time(11, 10), 20, 5),
    )
    assert [(slot.starts_at, slot.ends_at) for slot in block.slots] == [
        (at("2023-11-07 10:00"), at("2023-11-07 10:20")),
        (at("2023-11-07 10:25"), at("2023-11-07 10:45")),
        (at("2023-11-07 10:50"), at("2023-11-07 11:10")),
    ]
    assert {slot.tick_count for slot in block.slots} == {4}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_minutes": 7}, "slot_minutes"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": 120}, "slot_minutes"),
        ({"pause_minutes": 3}, "pause_minutes"),
        ({"start": time(10, 2)}, "starts"),
        ({"end": time(9)}, "ends"),
        ({"day": date(2023, 12, 1)}, "day"),
        ({"name": " "}, "name"),
        ({"start": time(0), "end": time(23, 55), "slot_minutes": 5, "pause_minutes": 0}, "slot_minutes"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_block_that_cannot_be_is_refused(session: Session, changes: dict[str, object], field: str) -> None:
    event = make_event(session)
    usual: dict[str, object] = {
        "name": "Morning",
        "day": DAY,
        "start": time(10),
        "end": time(11),
        "slot_minutes": 20,
        "pause_minutes": 5,
    }
    with pytest.raises(Invalid) as refused:
        add_block(session, event, BlockEntry(**(usual | changes)))  # type: ignore[arg-type]
    assert refused.value.field == field


def entry(title: str = "Keynote", start: str = "10:00", pavilion: str = "") -> SessionEntry:
    return SessionEntry(
        title, SessionKind.KEYNOTE, at(f"2023-11-07 {start}"), at("2023-11-07 12:00"), pavilion
    )


def test_session_rises_its_sequence_when_time_or_title_change_only(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    pavilion = make_pavilion(session, event)
    found = save_session(session, event, None, entry(), actor)
    save_session(session, event, found, entry(), actor)
    assert found.sequence == 0
    save_session(session, event, found, entry(start="10:30", pavilion=pavilion.public_id), actor)
    assert (found.sequence, found.pavilion) == (1, pavilion)
    for bad in (entry(title=" "), entry(start="12:00"), entry(pavilion="elsewhere")):
        with pytest.raises(Invalid):
            save_session(session, event, found, bad, actor)


def test_people_are_put_into_sessions_by_name_or_address(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    found = make_session(session, event)
    ada = make_participant(session, event, name="Ada Puig")
    make_participant(session, event, name="Twin")
    make_participant(session, event, name="Twin")
    put_in_session(session, event, found, "ada puig", SessionRole.ATTENDEE, actor)
    put_in_session(session, event, found, ada.email.upper(), SessionRole.SPEAKER, actor)
    row = session.get_one(SessionAttendance, (found.id, ada.id))
    assert row.role is SessionRole.SPEAKER
    with pytest.raises(Conflict):
        put_in_session(session, event, found, "Ada Puig", SessionRole.SPEAKER, actor)
    with pytest.raises(Invalid, match="Several"):
        put_in_session(session, event, found, "twin", SessionRole.ATTENDEE, actor)
    with pytest.raises(Invalid, match="Nobody"):
        put_in_session(session, event, found, "ghost", SessionRole.ATTENDEE, actor)
    take_out_of_session(session, event, found, ada.public_id, actor)
    assert remove_session(session, event, found, actor) == 0


def test_members_attend_the_joint_programme_as_long_as_they_travel_along(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    leader, member = make_participant(session, event), make_participant(session, event, name="Mia Roca")
    found = make_delegation(session, event, [leader])
    visit = make_session(session, event, delegation=found, attendees=[leader])
    add_member(session, event, found, "Mia Roca", actor)
    assert session.get(SessionAttendance, (visit.id, member.id)) is not None
    with pytest.raises(Conflict, match="already"):
        add_member(session, event, found, "Mia Roca", actor)
    with pytest.raises(Conflict, match="leads"):
        remove_member(session, event, found, leader.public_id, actor)
    remove_member(session, event, found, member.public_id, actor)
    assert session.get(SessionAttendance, (visit.id, member.id)) is None


def test_delegation_takes_a_leader_who_is_in_no_other(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    taken, free = make_participant(session, event), make_participant(session, event)
    make_delegation(session, event, [taken])
    made = save_delegation(
        session, event, None, name="Oulu", country="fi", note="", leader=free.email, actor=actor
    )
    assert (made.leader_id, made.country, [row.participant_id for row in made.members]) == (
        free.id,
        "FI",
        [free.id],
    )
    with pytest.raises(Invalid) as refused:
        save_delegation(
            session, event, made, name="Oulu", country="", note="", leader=taken.email, actor=actor
        )
    assert refused.value.field == "leader"
