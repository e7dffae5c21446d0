"""The crowd as rows: organisations, stands, participants with topics and users, delegations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from scheduler.demo.crowd import Crowd, InventedPerson
from scheduler.demo.frame import Frame
from scheduler.demo.source import OrganisationFacts
from scheduler.domain.enums import Direction, ParticipantState, PlaceKind, Role
from scheduler.models import (
    Base,
    Delegation,
    DelegationMember,
    EventRole,
    Organisation,
    Participant,
    ParticipantTopic,
    Place,
    User,
)


def table_of(model: type[Base]) -> Table:
    """The table of a model: inserts into it skip the bookkeeping of the object layer."""
    return cast(Table, model.__table__)


@dataclass
class Register:
    """Ids of what was made: organisations by position, delegations by code with their members."""

    organisations: list[int]
    by_name: dict[str, int]
    delegations: dict[str, Delegation] = field(default_factory=dict)
    members: dict[str, list[InventedPerson]] = field(default_factory=dict)


def enter(session: Session, frame: Frame, crowd: Crowd, rng: Random) -> Register:
    """Insert everybody in bulk; sets each person's `id`."""
    event = frame.event
    session.execute(
        insert(table_of(Organisation)),
        [
            {
                "event_id": event.id,
                "name": facts.name,
                "kind": facts.kind,
                "country": facts.country,
                "city": facts.city,
                "employees": _employees(facts),
                "inhabitants": _inhabitants(facts),
            }
            for facts in crowd.organisations
        ],
    )
    # Read back: asking for the keys while inserting takes quadratic time.
    by_name = dict(
        session.execute(
            select(Organisation.name, Organisation.id).where(Organisation.event_id == event.id)
        ).all()
    )
    ids = [by_name[facts.name] for facts in crowd.organisations]
    register = Register(ids, by_name)
    _stands(session, frame, crowd, ids)
    _people(session, frame, crowd.people, register, rng)
    _delegations(session, frame, crowd, register)
    return register


def _employees(facts: OrganisationFacts) -> int | None:
    """Of invented companies only: of the real ones we have not asked. Always the same for one name."""
    if facts.kind not in ("company", "research", "investor") or not facts.invented:
        return None
    draw = Random(facts.name)
    return round(4 + draw.lognormvariate(3.6, 1.3)) if draw.random() < 0.8 else None


def _inhabitants(facts: OrganisationFacts) -> int | None:
    if facts.kind != "city" or not facts.invented:
        return facts.inhabitants
    return 1000 * round(1 + Random(facts.name).lognormvariate(5.3, 1.0))


def _stands(session: Session, frame: Frame, crowd: Crowd, ids: list[int]) -> None:
    staff: dict[int, int] = {}
    for person in crowd.people:
        staff[person.organisation] = staff.get(person.organisation, 0) + 1
    session.execute(
        insert(table_of(Place)),
        [
            {
                "event_id": frame.event.id,
                "pavilion_id": frame.pavilions[facts.stand].id,
                "kind": PlaceKind.STAND,
                "name": f"Stand of {facts.name}"[:120],
                "capacity": max(1, staff.get(position, 1) // 2),
                "organisation_id": ids[position],
            }
            for position, facts in enumerate(crowd.organisations)
            if facts.stand
        ],
    )


def _people(
    session: Session, frame: Frame, people: Sequence[InventedPerson], register: Register, rng: Random
) -> None:
    opened = frame.utc(frame.source.rounds[0].opens)
    rows = []
    for person in people:
        registered = opened - timedelta(minutes=rng.randint(60, 30 * 24 * 60))
        rows.append(
            {
                "event_id": frame.event.id,
                "organisation_id": register.organisations[person.organisation],
                "type_id": frame.types[person.kind].id,
                "brought_by_id": register.by_name[person.brought_by] if person.brought_by else None,
                "name": person.name,
                "email": person.email,
                "job_title": person.title,
                "country": person.country,
                "languages": person.languages,
                "offers_text": person.offers_text,
                "seeks_text": person.seeks_text,
                "goals": person.goal,
                "state": person.state,
                **_invitation(person, opened),
                "max_meetings_per_day": rng.choice((None, None, None, None, 6, 8)),
                "availability_confirmed_at": opened + timedelta(minutes=rng.randint(30, 20000))
                if person.confirmed
                else None,
                "created_at": registered,
                "updated_at": registered,
            }
        )
    session.execute(insert(table_of(Participant)), rows)
    ids = dict(
        session.execute(
            select(Participant.email, Participant.id).where(Participant.event_id == frame.event.id)
        ).all()
    )
    for person in people:
        person.id = ids[person.email]
    session.execute(
        insert(table_of(ParticipantTopic)),
        [
            {"participant_id": person.id, "topic_id": frame.topics[code].id, "direction": direction}
            for person in people
            if person.state is not ParticipantState.INVITED
            for direction, codes in ((Direction.OFFERS, person.offers), (Direction.SEEKS, person.seeks))
            for code in codes
        ],
    )


def _invitation(person: InventedPerson, opened: datetime) -> dict[str, object]:
    """All were written to a week before the first round opened, but some who have not come in; the others did."""
    inside = person.state is not ParticipantState.INVITED
    written = inside or person.index % 2 == 0
    return {
        "invited_at": opened - timedelta(days=7) if written else None,
        "invitations": int(written),
        "came_in_at": opened - timedelta(days=6) if inside else None,
    }


def _delegations(session: Session, frame: Frame, crowd: Crowd, register: Register) -> None:
    for facts in frame.source.delegations:
        members = [person for person in crowd.people if person.delegation == facts.code]
        if not members:
            continue
        home = register.by_name[facts.leader]
        members.sort(key=lambda person: (register.organisations[person.organisation] != home, person.index))
        _delegation(session, frame, register, facts.code, facts.name, facts.country, facts.note, members)
    # A larger event has more of them: one for about 600 participants, from one country each.
    wanted = len(crowd.people) // 600
    by_country: dict[str, list[InventedPerson]] = {}
    shown = vars(frame.source.roles).values()
    for person in crowd.people:
        home_name = crowd.organisations[person.organisation].name
        free = not person.delegation and person.state is ParticipantState.ACTIVE and home_name not in shown
        if wanted and free:
            by_country.setdefault(person.country, []).append(person)
    for number in range(wanted):
        country = sorted(by_country)[number % len(by_country)]
        members, by_country[country] = by_country[country][:12], by_country[country][12:]
        if len(members) > 1:
            code = f"{country}-{number}"
            _delegation(
                session, frame, register, code, f"Delegation {number + 1} ({country})", country, "", members
            )


def _delegation(
    session: Session,
    frame: Frame,
    register: Register,
    code: str,
    name: str,
    country: str,
    note: str,
    members: list[InventedPerson],
) -> None:
    row = Delegation(event_id=frame.event.id, name=name, country=country, note=note, leader_id=members[0].id)
    session.add(row)
    session.flush()
    session.execute(
        insert(table_of(DelegationMember)),
        [
            {"participant_id": person.id, "delegation_id": row.id, "position": position}
            for position, person in enumerate(members)
        ],
    )
    register.delegations[code] = row
    register.members[code] = members


def give_roles(session: Session, frame: Frame, crowd: Crowd, register: Register) -> dict[str, User]:
    """The users whose sign-in links are printed, by role. Events share users by their addresses."""
    roles = frame.source.roles
    names = [facts.name for facts in crowd.organisations]

    def first_of(organisation: str) -> InventedPerson:
        home = names.index(organisation)
        return next(person for person in crowd.people if person.organisation == home)

    people = {
        "participant": first_of(roles.participant),
        "leader": first_of(roles.leader),
        "co-organiser": first_of(roles.co_organiser),
    }
    users = {code: _user(session, person.email, person.name) for code, person in people.items()}
    users["organiser"] = _user(session, roles.organiser_email, roles.organiser_name)
    session.add(EventRole(user_id=users["organiser"].id, event_id=frame.event.id, role=Role.ORGANISER))
    session.add(
        EventRole(
            user_id=users["co-organiser"].id,
            event_id=frame.event.id,
            role=Role.CO_ORGANISER,
            organisation_id=register.by_name[roles.co_organiser],
        )
    )
    for code, person in people.items():
        row = session.get_one(Participant, person.id)
        row.user_id = users[code].id
    session.flush()
    return users


def _user(session: Session, email: str, name: str) -> User:
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email, name=name, created_at=datetime.now(UTC))
        session.add(user)
        session.flush()
    return user
