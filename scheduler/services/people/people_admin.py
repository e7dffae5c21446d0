"""What organisers do with people: register, change."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.mail.addresses import clean_address
from scheduler.models import Event, Organisation, Participant, ParticipantType, User
from scheduler.services.accounts.seat_addresses import move_seat
from scheduler.services.audit import record
from scheduler.services.people.own_organisations import require_own
from scheduler.services.people.profile import clean_country
from scheduler.services.text import clean_line, clean_name


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
    shown: bool = False
    """Whether others see them at once, before they came in."""


def add_person(
    session: Session, event: Event, entry: PersonEntry, actor: User, *, brought_by_id: int | None = None
) -> Participant:
    """Register somebody. Raises Invalid, naming the field."""
    require_own(session, event, brought_by_id, [entry.organisation])
    now = event.now()
    person = Participant(event_id=event.id, brought_by_id=brought_by_id, created_at=now, updated_at=now)
    _apply(session, event, person, entry)
    if entry.shown:
        person.state, person.shown_at = ParticipantState.ACTIVE, now
    session.add(person)
    session.flush()
    record(session, event, actor, "person.add", person.public_id, name=person.name)
    return person


def change_person(
    session: Session,
    event: Event,
    person: Participant,
    entry: PersonEntry,
    actor: User,
    *,
    acting_for: int | None = None,
) -> None:
    """Change what is registered about somebody; `acting_for` is the organisation of a co-organiser.

    Raises Invalid, naming the field; then nothing is changed.
    """
    if name_key(entry.organisation) != name_key(person.organisation.name):
        require_own(session, event, acting_for, [entry.organisation])
    address = clean_address(entry.email)
    with session.no_autoflush:
        _apply(session, event, person, entry)
    if address != person.email:
        move_seat(session, event, person, address, actor)
    person.updated_at = event.now()
    session.flush()
    record(session, event, actor, "person.change", person.public_id, name=person.name)


def _apply(session: Session, event: Event, person: Participant, entry: PersonEntry) -> None:
    name = clean_name(entry.name, 200, "name", _("Name"))
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
    if person.id is None:
        person.email = email
    person.type = kind
    person.organisation = organisation
    person.job_title = clean_line(entry.job_title, 160, "job_title", _("Position"))
    person.country = country
    person.guarantee = entry.guarantee
    person.max_meetings_per_day = most


def organisation_named(session: Session, event: Event, name: str, country: str = "") -> Organisation:
    """The event's organisation of that name, however it is written; made when there is none. Raises Invalid."""
    name = clean_name(name, 200, "organisation", _("Organisation"))
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
