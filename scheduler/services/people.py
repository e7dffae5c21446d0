"""What organisers do with people: register, change, withdraw, take back."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import CallState, MeetingState, ParticipantState, PlanState, RequestState
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    Event,
    Meeting,
    MeetingAttendance,
    OpenCall,
    Organisation,
    Participant,
    ParticipantType,
    Plan,
    Request,
    User,
)
from scheduler.services.accounts import clean_address
from scheduler.services.audit import record
from scheduler.services.leaving import leave_calls, leave_requests
from scheduler.services.meetings import cancel_meeting
from scheduler.services.profile import clean_country
from scheduler.services.text import clean_line


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What an organiser enters about somebody. `type` is a code; limits are meetings, None for no limit."""

    name: str
    email: str
    organisation: str
    type: str
    job_title: str = ""
    country: str = ""
    guarantee: int = 0
    max_meetings_per_day: int | None = None
    state: ParticipantState = ParticipantState.ACTIVE


@dataclass(frozen=True, slots=True)
class Leaving:
    """What it touches when somebody leaves the event."""

    meetings: int
    waiting: int
    calls: int


def add_person(
    session: Session, event: Event, entry: PersonEntry, actor: User, *, brought_by_id: int | None = None
) -> Participant:
    """Register somebody. Raises Invalid, naming the field."""
    now = event.now()
    person = Participant(event_id=event.id, brought_by_id=brought_by_id, created_at=now, updated_at=now)
    _apply(session, event, person, entry)
    person.state = entry.state
    session.add(person)
    session.flush()
    record(session, event, actor, "person.add", person.public_id, name=person.name)
    return person


def change_person(
    session: Session, event: Event, person: Participant, entry: PersonEntry, actor: User
) -> None:
    """Change what is registered about somebody. Raises Invalid, naming the field; then nothing is changed."""
    with session.no_autoflush:
        _apply(session, event, person, entry)
    person.updated_at = event.now()
    session.flush()
    record(session, event, actor, "person.change", person.public_id, name=person.name)


def leaving(session: Session, person: Participant) -> Leaving:
    """What a withdrawal would touch: published meetings, requests that still wait, own open calls."""
    waiting = session.scalar(
        select(func.count()).where(
            (Request.from_id == person.id) | (Request.to_id == person.id), Request.state == RequestState.OPEN
        )
    )
    calls = session.scalar(
        select(func.count()).where(OpenCall.author_id == person.id, OpenCall.state != CallState.WITHDRAWN)
    )
    return Leaving(len(_meetings(session, person)), waiting or 0, calls or 0)


def withdraw_person(session: Session, event: Event, person: Participant, actor: User) -> Leaving:
    """Take somebody out: published meetings are cancelled, waiting requests withdrawn, open calls given up.

    Raises Conflict when they left already.
    """
    if person.state is ParticipantState.WITHDRAWN:
        raise Conflict(_("%(name)s has left already.", name=person.name))
    touched = leaving(session, person)
    now = event.now()
    leave_requests(session, person, now)
    leave_calls(session, person, now)
    for meeting in _meetings(session, person):
        cancel_meeting(session, meeting, actor=actor, reason=_("%(name)s can't come.", name=person.name))
    person.state = ParticipantState.WITHDRAWN
    person.updated_at = now
    session.flush()
    record(
        session,
        event,
        actor,
        "person.withdraw",
        person.public_id,
        name=person.name,
        meetings=touched.meetings,
        requests=touched.waiting,
    )
    return touched


def take_back_person(session: Session, event: Event, person: Participant, actor: User) -> None:
    """Let somebody who left take part again; cancelled meetings stay so until the next run."""
    if person.state is not ParticipantState.WITHDRAWN:
        raise Conflict(_("%(name)s takes part already.", name=person.name))
    person.state = ParticipantState.ACTIVE
    person.updated_at = event.now()
    session.flush()
    record(session, event, actor, "person.take-back", person.public_id, name=person.name)


def _meetings(session: Session, person: Participant) -> list[Meeting]:
    return list(
        session.scalars(
            select(Meeting)
            .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
            .join(Plan, Plan.id == Meeting.plan_id)
            .where(
                MeetingAttendance.participant_id == person.id,
                Meeting.state == MeetingState.PLANNED,
                Plan.state == PlanState.PUBLISHED,
            )
        )
    )


def _apply(session: Session, event: Event, person: Participant, entry: PersonEntry) -> None:
    name = clean_line(entry.name, 200, "name", _("Name"))
    if not name:
        raise Invalid(_("Enter a name."), "name")
    email = clean_address(entry.email)
    known = session.scalar(
        select(Participant).where(
            Participant.event_id == event.id, Participant.email == email, Participant.id != person.id
        )
        if person.id is not None
        else select(Participant).where(Participant.event_id == event.id, Participant.email == email)
    )
    if known is not None:
        raise Invalid(_("%(name)s is registered with this address already.", name=known.name), "email")
    kind = session.scalar(
        select(ParticipantType).where(
            ParticipantType.event_id == event.id, ParticipantType.code == entry.type
        )
    )
    if kind is None:
        raise Invalid(_("Choose one of the event's types of participants."), "type")
    country = clean_country(entry.country, "country")
    if entry.guarantee < 0 or entry.guarantee > 100:
        raise Invalid(_("Between 0 and 100 meetings can be guaranteed."), "guarantee")
    most = entry.max_meetings_per_day
    if most is not None and not 0 <= most <= 100:
        raise Invalid(_("The limit per day lies between 0 and 100 meetings."), "max_meetings_per_day")
    organisation = organisation_named(session, event, entry.organisation, country)
    person.name = name
    if person.email != email:
        # A new address is a new person to sign in: the old one's user must not keep this seat.
        person.user_id = None
    person.email = email
    person.type = kind
    person.organisation = organisation
    person.job_title = clean_line(entry.job_title, 160, "job_title", _("Position"))
    person.country = country
    person.guarantee = entry.guarantee
    person.max_meetings_per_day = most


def organisation_named(session: Session, event: Event, name: str, country: str = "") -> Organisation:
    """The event's organisation of that name, however it is written; made when there is none. Raises Invalid."""
    name = clean_line(name, 200, "organisation", _("Organisation"))
    if not name:
        raise Invalid(_("Enter the organisation."), "organisation")
    found = session.scalar(
        select(Organisation).where(Organisation.event_id == event.id, Organisation.name_key == name_key(name))
    )
    if found is None:
        found = Organisation(event_id=event.id, name=name, country=country)
        session.add(found)
        session.flush()
    return found
