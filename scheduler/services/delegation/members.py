"""Delegations as the organiser keeps them: made, named, who leads, who travels along."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.text_key import name_key
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.mail.addresses import same_address
from scheduler.models import (
    Delegation,
    DelegationMember,
    Event,
    Participant,
    ProgrammeSession,
    SessionAttendance,
    User,
)
from scheduler.services.audit import record
from scheduler.services.people.profile import clean_country
from scheduler.services.text import clean_line, clean_text


def save_delegation(
    session: Session,
    event: Event,
    found: Delegation | None,
    *,
    name: str,
    country: str,
    note: str,
    leader: str,
    actor: User,
) -> Delegation:
    """Make a delegation, or change it; the leader becomes a member. Raises Invalid, naming the field."""
    name = clean_line(name, 160, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the delegation a name."), "name")
    twin = session.scalar(
        select(Delegation.id).where(Delegation.event_id == event.id, Delegation.name_key == name_key(name))
    )
    if twin is not None and (found is None or twin != found.id):
        raise Invalid(_("There is a delegation “%(name)s” already.", name=name), "name")
    person = participant_called(session, event, leader, "leader")
    other = session.get(DelegationMember, person.id)
    if other is not None and (found is None or other.delegation_id != found.id):
        raise Invalid(_("%(person)s travels with another delegation already.", person=person.name), "leader")
    action = "delegation.add" if found is None else "delegation.change"
    country = clean_country(country, "country")
    note = clean_text(note, 2000, "note", _("Note"))
    if found is None:
        found = Delegation(event_id=event.id)
        session.add(found)
    found.name, found.country, found.note = name, country, note
    found.leader_id = person.id
    session.flush()
    session.expire(found, ["leader"])
    if other is None:
        join_delegation(session, event, found, person)
    record(session, event, actor, action, found.public_id, name=name)
    return found


def add_member(session: Session, event: Event, found: Delegation, who: str, actor: User) -> Participant:
    """Let somebody travel along: they attend the joint programme from now on. Raises Invalid, Conflict."""
    person = participant_called(session, event, who, "who")
    known = session.get(DelegationMember, person.id)
    if known is not None:
        same = known.delegation_id == found.id
        raise Conflict(
            _("%(person)s is a member already.", person=person.name)
            if same
            else _("%(person)s travels with another delegation already.", person=person.name)
        )
    join_delegation(session, event, found, person)
    record(session, event, actor, "delegation.join", found.public_id, name=person.name)
    return person


def remove_member(
    session: Session, event: Event, found: Delegation, person_id: str, actor: User
) -> Participant:
    """Let somebody no longer travel along, nor attend joint items that are not over. Raises Conflict, NotFound."""
    person = session.scalar(
        select(Participant).where(Participant.event_id == event.id, Participant.public_id == person_id)
    )
    member = session.get(DelegationMember, person.id) if person is not None else None
    if person is None or member is None or member.delegation_id != found.id:
        raise NotFound(_("This person is no member of the delegation."))
    if found.leader_id == person.id:
        raise Conflict(_("%(person)s leads the delegation. Choose another leader first.", person=person.name))
    session.delete(member)
    for row in session.scalars(
        select(SessionAttendance)
        .join(ProgrammeSession, ProgrammeSession.id == SessionAttendance.session_id)
        .where(
            ProgrammeSession.delegation_id == found.id,
            ProgrammeSession.ends_at > event.now(),
            SessionAttendance.participant_id == person.id,
        )
    ):
        session.delete(row)
    session.flush()
    record(session, event, actor, "delegation.leave", found.public_id, name=person.name)
    return person


def participant_called(session: Session, event: Event, who: str, field: str) -> Participant:
    """The one participant of that name or mail address. Raises Invalid when there is none, or several."""
    text = clean_line(who, 254, field, _("Name or mail address"))
    people = session.scalars(
        select(Participant)
        .where(
            Participant.event_id == event.id,
            Participant.state != ParticipantState.WITHDRAWN,
            or_(Participant.email == same_address(text), Participant.name_key == name_key(text)),
        )
        .limit(2)
    ).all()
    if not people:
        raise Invalid(
            _("Nobody at this event has the name or the address “%(who)s”.", who=who.strip()), field
        )
    if len(people) > 1:
        raise Invalid(
            _("Several people are called “%(who)s”. Enter the mail address instead.", who=who.strip()), field
        )
    return people[0]


def join_delegation(session: Session, event: Event, found: Delegation, person: Participant) -> None:
    """Let somebody who travels with nobody yet travel along: they attend the joint programme that is not over."""
    last = session.scalar(
        select(func.max(DelegationMember.position)).where(DelegationMember.delegation_id == found.id)
    )
    session.add(
        DelegationMember(
            delegation_id=found.id, participant_id=person.id, position=0 if last is None else last + 1
        )
    )
    for number in session.scalars(
        select(ProgrammeSession.id).where(
            ProgrammeSession.delegation_id == found.id, ProgrammeSession.ends_at > event.now()
        )
    ):
        if session.get(SessionAttendance, (number, person.id)) is None:
            session.add(SessionAttendance(session_id=number, participant_id=person.id))
    session.flush()
