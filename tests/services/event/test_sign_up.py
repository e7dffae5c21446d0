"""Seats of sessions: who may have one, who waits, who comes next."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, SessionKind, SessionRole
from scheduler.domain.messages import MessageKind
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    Event,
    OutboxMessage,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    SessionWaiting,
)
from scheduler.queries.event.my_sessions import programme_of
from scheduler.queries.event.sign_up import seats_of, sign_ups_of
from scheduler.services.calendars.availability import attend
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.event.programme import (
    Full,
    SessionEntry,
    invite_by_name,
    put_in_session,
    save_session,
    take_out_of_session,
)
from scheduler.services.event.sign_up import MUST, put_type_in_session, wait_for_seat
from scheduler.services.people.withdrawal import withdraw_person
from tests.factories import at, make_event, make_organiser, make_participant, make_session

NOW = at("2023-10-20 09:00")


def workshop(session: Session, event: Event, seats: int | None = 1) -> ProgrammeSession:
    found = make_session(session, event)
    found.capacity = seats
    session.flush()
    return found


def people(session: Session, event: Event, *names: str) -> list[Participant]:
    return [make_participant(session, event, name=name) for name in names]


def attending(session: Session, found: ProgrammeSession) -> set[str]:
    return set(
        session.scalars(
            select(Participant.name)
            .join(SessionAttendance, SessionAttendance.participant_id == Participant.id)
            .where(SessionAttendance.session_id == found.id)
        )
    )


def test_who_waits_longest_gets_the_seat_that_becomes_free(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    ada, bo, cy = people(session, event, "Ada", "Bo", "Cy")
    attend(session, ada, found.public_id, True, NOW)
    with pytest.raises(Conflict, match="all 1 seats are taken"):
        attend(session, bo, found.public_id, True, NOW)
    wait_for_seat(session, cy, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, at("2023-10-21 09:00"))
    assert [sign_ups_of(session, one, [found])[found.id].turn for one in (cy, bo, ada)] == [1, 2, 0]

    attend(session, ada, found.public_id, False, NOW)

    assert attending(session, found) == {"Cy"}
    assert session.scalars(select(SessionWaiting.participant_id)).all() == [bo.id]


def test_who_is_elsewhere_is_passed_over_and_goes_on_waiting(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    ada, bo, cy = people(session, event, "Ada", "Bo", "Cy")
    attend(session, ada, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, NOW)
    wait_for_seat(session, cy, found.public_id, True, at("2023-10-21 09:00"))
    make_session(session, event, attendees=[bo])

    take_out_of_session(session, event, found, ada.public_id, make_organiser(session, event))

    assert attending(session, found) == {"Cy"}
    assert session.scalars(select(SessionWaiting.participant_id)).all() == [bo.id]


def test_nobody_overtakes_who_waits(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    ada, bo, cy = people(session, event, "Ada", "Bo", "Cy")
    attend(session, ada, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, NOW)
    ada.state = ParticipantState.WITHDRAWN
    session.flush()

    assert seats_of(session, found).taken == 0
    with pytest.raises(Conflict, match="is full"):
        attend(session, cy, found.public_id, True, NOW)


def test_more_seats_let_in_who_waits_and_fewer_throw_nobody_out(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    actor = make_organiser(session, event)
    ada, bo = people(session, event, "Ada", "Bo")
    attend(session, ada, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, NOW)

    def with_seats(seats: int | None) -> None:
        entry = SessionEntry(
            found.title, SessionKind.WORKSHOP, found.starts_at, found.ends_at, capacity=seats
        )
        save_session(session, event, found, entry, actor)

    with_seats(2)
    assert attending(session, found) == {"Ada", "Bo"}
    with_seats(1)
    assert attending(session, found) == {"Ada", "Bo"}
    with pytest.raises(Invalid, match="between 1 and"):
        with_seats(0)


def test_session_of_some_types_or_by_invitation_is_for_them_and_for_who_is_invited(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    found = workshop(session, event, None)
    city = make_participant(session, event, type_code="city", name="Ada")
    supplier = make_participant(session, event, type_code="supplier", name="Bo")
    entry = SessionEntry(
        found.title, SessionKind.WORKSHOP, found.starts_at, found.ends_at, audience=("city",)
    )
    save_session(session, event, found, entry, actor)
    with pytest.raises(Conflict, match="is for: City"):
        attend(session, supplier, found.public_id, True, NOW)
    attend(session, city, found.public_id, True, NOW)

    found.by_invitation = True
    session.flush()
    assert programme_of(session, supplier) == []
    with pytest.raises(Conflict, match="by invitation"):
        attend(session, supplier, found.public_id, True, NOW)
    invite_by_name(session, event, found, supplier.email, actor)
    assert [row[0].id for row in programme_of(session, supplier)] == [found.id]
    attend(session, supplier, found.public_id, True, NOW)
    assert attending(session, found) == {"Ada", "Bo"}


def test_who_must_come_does_not_leave_and_who_is_on_stage_takes_no_seat(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    found = workshop(session, event)
    ada, bo, cy = people(session, event, "Ada", "Bo", "Cy")
    put_in_session(session, event, found, cy.email, SessionRole.SPEAKER, actor)
    put_in_session(session, event, found, ada.email, SessionRole.ATTENDEE, actor, required=True)
    with pytest.raises(Conflict, match="counts on you"):
        attend(session, ada, found.public_id, False, NOW)
    with pytest.raises(Full, match="1 of 1"):
        put_in_session(session, event, found, bo.email, SessionRole.ATTENDEE, actor)
    put_in_session(session, event, found, bo.email, SessionRole.ATTENDEE, actor, anyway=True)
    assert attending(session, found) == {"Ada", "Bo", "Cy"}


def test_everybody_of_a_type_is_put_in_and_who_is_elsewhere_is_named(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    found = workshop(session, event, None)
    _ada, bo = (make_participant(session, event, type_code="city", name=name) for name in ("Ada", "Bo"))
    make_participant(session, event, type_code="supplier", name="Cy")
    make_session(session, event, attendees=[bo])

    assert put_type_in_session(session, event, found, "city", MUST, actor) == (1, ["Bo"])
    assert attending(session, found) == {"Ada"}
    with pytest.raises(Invalid):
        put_type_in_session(session, event, found, "nobody", MUST, actor)


def test_nobody_waits_where_there_is_a_seat(session: Session) -> None:
    event = make_event(session)
    (ada,) = people(session, event, "Ada")
    for seats in (None, 1):
        with pytest.raises(Conflict, match="no need to wait"):
            wait_for_seat(session, ada, workshop(session, event, seats).public_id, True, NOW)


def test_schema_refuses_a_session_without_seats(session: Session) -> None:
    event = make_event(session)
    with pytest.raises(IntegrityError):
        workshop(session, event, 0)


def test_seat_of_somebody_who_withdraws_goes_to_who_waits(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    ada, bo = people(session, event, "Ada", "Bo")
    attend(session, ada, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, NOW)

    withdraw_person(session, event, ada, make_organiser(session, event))

    assert attending(session, found) == {"Ada", "Bo"}
    assert seats_of(session, found).taken == 1


def test_who_gets_a_seat_is_told(session: Session) -> None:
    event = make_event(session)
    found = workshop(session, event)
    ada, bo = people(session, event, "Ada", "Bo")
    attend(session, ada, found.public_id, True, NOW)
    wait_for_seat(session, bo, found.public_id, True, NOW)
    refresh_marked(session)
    assert session.scalars(select(OutboxMessage).where(OutboxMessage.participant_id == bo.id)).all() == []

    attend(session, ada, found.public_id, False, NOW)
    refresh_marked(session)

    (mail,) = session.scalars(select(OutboxMessage).where(OutboxMessage.participant_id == bo.id)).all()
    assert mail.kind in (MessageKind.CHANGE, MessageKind.DIGEST)
