"""Signing up for sessions: who may, how many seats there are, and who comes next when one is free."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, SessionRole
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import (
    Event,
    Participant,
    ParticipantType,
    ProgrammeSession,
    SessionAttendance,
    SessionAudience,
    SessionInvitation,
    SessionWaiting,
    User,
)
from scheduler.queries.engagements import elsewhere_during
from scheduler.queries.event.my_sessions import my_session
from scheduler.queries.event.sign_up import audience_of, seats_of
from scheduler.services.audit import record

MUST, INVITED = "must", "invited"
"""What an organiser says of people at a session, beside their roles."""


def session_to_sign_up(session: Session, person: Participant, session_id: str) -> ProgrammeSession:
    """A public session of somebody's event, with its row locked. Raises NotFound."""
    found = my_session(session, person, session_id, lock=True)
    if found is None:
        raise NotFound(_("There is no such session at this event."))
    return found


def check_may_attend(session: Session, found: ProgrammeSession, person: Participant) -> None:
    """Refuse somebody whom a session is not for. Who is invited may always attend. Raises Conflict."""
    if session.get(SessionInvitation, (found.id, person.id)) is not None:
        return
    if found.by_invitation:
        raise Conflict(
            _("“%(title)s” is by invitation. Ask the organiser if you want to attend.", title=found.title)
        )
    audience = audience_of(session, found)
    if audience and session.get(SessionAudience, (found.id, person.type_id)) is None:
        raise Conflict(
            _(
                "“%(title)s” is for: %(types)s. Ask the organiser if you want to attend.",
                title=found.title,
                types=", ".join(audience.values()),
            )
        )


def check_seat(session: Session, found: ProgrammeSession) -> None:
    """Refuse when every seat is taken. Call it with the session's row locked. Raises Conflict."""
    if found.capacity is None:
        return
    seats = seats_of(session, found)
    # Those who wait come first, even while nobody has let them in yet.
    if seats.taken + seats.waiting >= found.capacity:
        raise Conflict(
            _(
                "“%(title)s” is full: all %(n)s seats are taken. You can wait for one below.",
                title=found.title,
                n=found.capacity,
            )
        )


def wait_for_seat(
    session: Session, person: Participant, session_id: str, waits: bool, now: datetime
) -> ProgrammeSession:
    """Join the waiting list of a session, or leave it. Raises NotFound, and Conflict with a reason."""
    found = session_to_sign_up(session, person, session_id)
    row = session.get(SessionWaiting, (found.id, person.id))
    if not waits:
        if row is not None:
            session.delete(row)
            session.flush()
        return found
    if found.starts_at <= now:
        raise Conflict(_("“%(title)s” has begun already.", title=found.title))
    check_may_attend(session, found, person)
    if session.get(SessionAttendance, (found.id, person.id)) is not None:
        raise Conflict(_("“%(title)s” is in your agenda already.", title=found.title))
    seats = seats_of(session, found)
    if found.capacity is None or seats.taken + seats.waiting < found.capacity:
        raise Conflict(_("“%(title)s” has a seat for you: no need to wait.", title=found.title))
    if row is None:
        session.add(SessionWaiting(session_id=found.id, participant_id=person.id, since=now))
        session.flush()
    return found


def fill_free_seats(session: Session, found: ProgrammeSession, now: datetime) -> list[Participant]:
    """Let those in who wait the longest, as far as there are seats; who is elsewhere then goes on waiting.

    Their agendas change with it, and they hear of that as of any change. Returns who came in.
    """
    if found.starts_at <= now:
        return []
    rows = session.scalars(
        select(Participant)
        .join(SessionWaiting, SessionWaiting.participant_id == Participant.id)
        .where(SessionWaiting.session_id == found.id, Participant.state != ParticipantState.WITHDRAWN)
        .order_by(SessionWaiting.since, Participant.id)
    ).all()
    free = len(rows) if found.capacity is None else found.capacity - seats_of(session, found).taken
    if not rows or free <= 0:
        return []
    taken = elsewhere_during(session, found, [person.id for person in rows])
    came = [person for person in rows if person.id not in taken][:free]
    if came:
        session.add_all(
            SessionAttendance(session_id=found.id, participant_id=person.id, role=SessionRole.ATTENDEE)
            for person in came
        )
        waits_no_more(session, found, [person.id for person in came])
        session.flush()
    return came


def free_seats_of(session: Session, person: Participant, now: datetime) -> None:
    """Give the seats of somebody who withdrew to those who wait."""
    sessions = session.scalars(
        select(ProgrammeSession)
        .join(SessionAttendance, SessionAttendance.session_id == ProgrammeSession.id)
        .where(
            SessionAttendance.participant_id == person.id,
            ProgrammeSession.capacity.is_not(None),
            ProgrammeSession.starts_at > now,
        )
        .order_by(ProgrammeSession.id)
        .with_for_update(of=ProgrammeSession)
    ).all()
    for found in sessions:
        fill_free_seats(session, found, now)


def waits_no_more(session: Session, found: ProgrammeSession, people: Collection[int]) -> None:
    """Take people from the waiting list."""
    session.execute(
        delete(SessionWaiting).where(
            SessionWaiting.session_id == found.id, SessionWaiting.participant_id.in_(people)
        )
    )


def set_audience(session: Session, found: ProgrammeSession, codes: Collection[str]) -> None:
    """Say which types of participants a session is for; none: everybody. Raises Invalid."""
    types: dict[str, int] = dict(
        session.execute(
            select(ParticipantType.code, ParticipantType.id).where(ParticipantType.event_id == found.event_id)
        ).all()
    )
    if not set(codes) <= types.keys():
        raise Invalid(_("This type is no longer part of the event. Reload the page."), "audience")
    session.execute(delete(SessionAudience).where(SessionAudience.session_id == found.id))
    rows = [{"session_id": found.id, "type_id": types[code]} for code in sorted(set(codes))]
    if rows:
        session.execute(insert(SessionAudience), rows)


def invite_to_session(session: Session, found: ProgrammeSession, people: Sequence[int]) -> int:
    """Invite people by id; who is invited already stays so. Returns how many are new."""
    there = set(
        session.scalars(
            select(SessionInvitation.participant_id).where(SessionInvitation.session_id == found.id)
        )
    )
    rows = [{"session_id": found.id, "participant_id": person} for person in people if person not in there]
    if rows:
        session.execute(insert(SessionInvitation), rows)
    return len(rows)


def put_type_in_session(
    session: Session, event: Event, found: ProgrammeSession, code: str, how: str, actor: User
) -> tuple[int, list[str]]:
    """Put everybody of a type in a session (`how`: they must come), or invite them.

    Returns how many, and the names of those who are left out because they are elsewhere then. A fixed number of
    queries. Raises Invalid.
    """
    kind = session.scalar(
        select(ParticipantType).where(ParticipantType.event_id == event.id, ParticipantType.code == code)
    )
    if kind is None:
        raise Invalid(_("Choose a type of this event."), "type")
    people: dict[int, str] = dict(
        session.execute(
            select(Participant.id, Participant.name)
            .where(
                Participant.event_id == event.id,
                Participant.type_id == kind.id,
                Participant.state != ParticipantState.WITHDRAWN,
            )
            .order_by(Participant.name)
        ).all()
    )
    if how == INVITED:
        count = invite_to_session(session, found, list(people))
        elsewhere: list[str] = []
    else:
        count, elsewhere = _put_in(session, found, people)
    record(session, event, actor, "session.attend", found.public_id, name=kind.name, role=how, number=count)
    return count, elsewhere


def _put_in(session: Session, found: ProgrammeSession, people: dict[int, str]) -> tuple[int, list[str]]:
    there = {row.participant_id: row for row in found.attendances}
    new = [person for person in people if person not in there]
    taken = elsewhere_during(session, found, new)
    elsewhere = [person for person in new if person in taken]
    come = [person for person in new if person not in taken]
    for person in people.keys() & there.keys():
        there[person].required = True
    session.add_all(
        SessionAttendance(
            session_id=found.id, participant_id=person, role=SessionRole.ATTENDEE, required=True
        )
        for person in come
    )
    waits_no_more(session, found, come)
    session.flush()
    return len(come), [people[person] for person in elsewhere]
