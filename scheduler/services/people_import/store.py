"""Storing a list that was checked: people registered, those who are there updated, and a note of all that was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction, ParticipantState
from scheduler.domain.text_key import name_key
from scheduler.imports.people import OWN
from scheduler.models import (
    Delegation,
    Event,
    Organisation,
    Participant,
    ParticipantTopic,
    ParticipantType,
    Place,
    User,
)
from scheduler.queries.people.questions import questions_of
from scheduler.services.audit import record
from scheduler.services.delegation.members import join_delegation
from scheduler.services.people.own_organisations import require_own
from scheduler.services.people_import.answers import set_answer_text, store_new_answers
from scheduler.services.people_import.check import CheckedList, PersonChange, ReadyPerson
from scheduler.services.people_import.progress import StoringStep, Tell, silent, told


@dataclass(slots=True)
class ListMade:
    """All that storing a list made and changed, by id: enough to take it back.

    `changed` and `filled`: by person and by organisation, each field with what it was and what it became.
    """

    people: list[int] = field(default_factory=list)
    organisations: list[int] = field(default_factory=list)
    delegations: list[int] = field(default_factory=list)
    changed: dict[int, dict[str, tuple[str, str]]] = field(default_factory=dict)
    filled: dict[int, dict[str, str]] = field(default_factory=dict)
    topics: list[tuple[int, int, str]] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    stands: list[tuple[int, int]] = field(default_factory=list)


def store_people(
    session: Session,
    event: Event,
    checked: CheckedList,
    actor: User,
    *,
    brought_by_id: int | None = None,
    shown: bool = False,
    approved: bool = False,
    update: bool = False,
    tell: Tell = silent,
) -> ListMade:
    """Register the people that are ready, and `update` those who are there; organisations that are missing are made.

    Others see the new ones once they have come in, or at once when they are to be `shown`. Where the event
    approves people, those who are `approved` are seen as they come in.
    Raises Invalid when a co-organiser places people in an organisation of others.
    """
    made = ListMade()
    changes = checked.changes if update else ()
    if not checked.ready and not changes:
        return made
    named = [one.person.organisation for one in checked.ready]
    named += [change.fields["organisation"][1] for change in changes if "organisation" in change.fields]
    require_own(session, event, brought_by_id, named)
    homes = _homes(session, event, checked.ready, named, made)
    types = types_of(session, event)
    _register(session, event, checked.ready, homes, types, made, brought_by_id, shown, approved, tell)
    _change(session, event, changes, homes, types, made)
    _fill_homes(session, event, checked.ready, changes, homes, made, brought_by_id)
    _join(session, event, checked.ready, changes, actor, made)
    _give_stands(session, event, checked.ready, homes, made)
    record(
        session,
        event,
        actor,
        "people.import",
        people=len(made.people),
        organisations=len(made.organisations),
        changed=len(made.changed),
    )
    session.flush()
    return made


def _homes(
    session: Session, event: Event, ready: Sequence[ReadyPerson], named: Iterable[str], made: ListMade
) -> dict[str, int]:
    """The organisations of the list by key; those that are missing are made."""
    homes = homes_of(session, event)
    countries = {name_key(one.person.organisation): one.person.country for one in reversed(ready)}
    fresh = {
        name_key(name): {"event_id": event.id, "name": name, "country": countries.get(name_key(name), "")}
        for name in reversed(list(named))
        if name_key(name) not in homes
    }
    if fresh:
        session.execute(insert(Organisation), list(fresh.values()))
        homes = homes_of(session, event)
        made.organisations = [homes[key] for key in fresh]
    return homes


def _register(
    session: Session,
    event: Event,
    ready: Sequence[ReadyPerson],
    homes: Mapping[str, int],
    types: Mapping[str, int],
    made: ListMade,
    brought_by_id: int | None,
    shown: bool,
    approved: bool,
    tell: Tell,
) -> None:
    if not ready:
        return
    now = event.now()
    for some in told(ready, StoringStep.REGISTER, tell):
        session.execute(
            insert(Participant),
            [
                {
                    "event_id": event.id,
                    "organisation_id": homes[name_key(one.person.organisation)],
                    "type_id": types[one.person.type],
                    "brought_by_id": brought_by_id,
                    "name": one.person.name,
                    "email": one.person.email,
                    "job_title": one.person.job_title,
                    "country": one.person.country,
                    "state": ParticipantState.ACTIVE if shown else ParticipantState.INVITED,
                    "shown_at": now if shown else None,
                    "approved_at": now if shown or approved else None,
                    "created_at": now,
                    "updated_at": now,
                    **{name: one.details.person.get(name, empty) for name, empty in _MORE.items()},
                }
                for one in some
            ],
        )
    tell(StoringStep.COMPLETE, 0, 0)
    ids = _ids(session, event)
    made.people = [ids[one.person.email] for one in ready]
    store_new_answers(
        session, event, [(ids[one.person.email], one.details.person) for one in ready if one.details.person]
    )
    topics = [
        {"participant_id": ids[one.person.email], "topic_id": topic, "direction": direction}
        for one in ready
        for direction, chosen in (
            (Direction.OFFERS, one.details.offers),
            (Direction.SEEKS, one.details.seeks),
        )
        for topic in chosen
    ]
    if topics:
        session.execute(insert(ParticipantTopic), topics)


_MORE: dict[str, str | int | None] = {
    "languages": "",
    "offers_text": "",
    "seeks_text": "",
    "goals": "",
    "links": "",
    "guarantee": 0,
    "max_meetings": None,
    "max_meetings_per_day": None,
}


def _ids(session: Session, event: Event) -> dict[str, int]:
    rows = session.execute(select(Participant.email, Participant.id).where(Participant.event_id == event.id))
    return dict(rows.all())


def _change(
    session: Session,
    event: Event,
    changes: Sequence[PersonChange],
    homes: Mapping[str, int],
    types: Mapping[str, int],
    made: ListMade,
) -> None:
    if not changes:
        return
    ids = [change.participant_id for change in changes]
    people = {
        person.id: person for person in session.scalars(select(Participant).where(Participant.id.in_(ids)))
    }
    questions = {question.id: question for question in questions_of(session, event.id, retired=True)}
    for change in changes:
        person = people[change.participant_id]
        for name, (_before, after) in change.fields.items():
            if name.startswith(OWN):
                set_answer_text(session, questions, person.id, name, after, event.now())
            else:
                set_field(person, name, after, homes, types)
        if change.fields:
            person.updated_at = event.now()
            made.changed[person.id] = dict(change.fields)
        fresh = [(Direction.OFFERS, topic) for topic in change.offers]
        fresh += [(Direction.SEEKS, topic) for topic in change.seeks]
        session.add_all(
            ParticipantTopic(participant_id=person.id, topic_id=topic, direction=direction)
            for direction, topic in fresh
        )
        made.topics += [(person.id, topic, direction.value) for direction, topic in fresh]
    session.flush()


def homes_of(session: Session, event: Event) -> dict[str, int]:
    """The ids of an event's organisations by the key of their names."""
    rows = session.execute(
        select(Organisation.name_key, Organisation.id).where(Organisation.event_id == event.id)
    )
    return dict(rows.all())


def types_of(session: Session, event: Event) -> dict[str, int]:
    """The ids of an event's types by code."""
    rows = session.execute(
        select(ParticipantType.code, ParticipantType.id).where(ParticipantType.event_id == event.id)
    )
    return dict(rows.all())


def set_field(
    person: Participant, name: str, text: str, homes: Mapping[str, int], types: Mapping[str, int]
) -> None:
    """Give a field the value that a text says; organisations and types are named by key and by code."""
    if name == "organisation":
        person.organisation_id = homes[name_key(text)]
    elif name == "type":
        person.type_id = types[text]
    elif name in ("guarantee", "max_meetings", "max_meetings_per_day"):
        empty = 0 if name == "guarantee" else None
        setattr(person, name, int(text) if text else empty)
    else:
        setattr(person, name, text)


def _fill_homes(
    session: Session,
    event: Event,
    ready: Sequence[ReadyPerson],
    changes: Sequence[PersonChange],
    homes: Mapping[str, int],
    made: ListMade,
    brought_by_id: int | None,
) -> None:
    """What the list says of organisations goes where they say nothing yet; the first row that says it counts."""
    said: dict[int, dict[str, str | int]] = {}
    for one in ready:
        for name, value in one.details.home.items():
            said.setdefault(homes[name_key(one.person.organisation)], {}).setdefault(name, value)
    of_person = dict(
        session.execute(
            select(Participant.id, Participant.organisation_id).where(
                Participant.id.in_([change.participant_id for change in changes if change.home])
            )
        ).all()
    )
    for change in changes:
        for name, value in (change.home or {}).items():
            said.setdefault(of_person[change.participant_id], {}).setdefault(name, value)
    if not said:
        return
    fresh = set(made.organisations)
    for home in session.scalars(select(Organisation).where(Organisation.id.in_(list(said)))):
        if brought_by_id is not None and home.id not in fresh and home.id != brought_by_id:
            continue
        for name, value in said[home.id].items():
            if not getattr(home, name):
                setattr(home, name, value)
                if home.id not in fresh:
                    made.filled.setdefault(home.id, {})[name] = str(value)
    session.flush()


def _join(
    session: Session,
    event: Event,
    ready: Sequence[ReadyPerson],
    changes: Sequence[PersonChange],
    actor: User,
    made: ListMade,
) -> None:
    """Who travels together; a delegation that is missing is made, led by the first who names it."""
    ids = _ids(session, event) if any(one.details.delegation for one in ready) else {}
    wanted = [
        (one.details.delegation, ids[one.person.email], True) for one in ready if one.details.delegation
    ]
    wanted += [(change.delegation, change.participant_id, False) for change in changes if change.delegation]
    if not wanted:
        return
    known = {
        found.name_key: found
        for found in session.scalars(select(Delegation).where(Delegation.event_id == event.id))
    }
    people = {
        person.id: person
        for person in session.scalars(
            select(Participant).where(Participant.id.in_([person for _name, person, _new in wanted]))
        )
    }
    for name, person_id, is_new in wanted:
        found = known.get(name_key(name))
        if found is None:
            found = Delegation(event_id=event.id, name=name, leader_id=person_id)
            session.add(found)
            session.flush()
            known[found.name_key] = found
            made.delegations.append(found.id)
            record(session, event, actor, "delegation.add", found.public_id, name=name)
        join_delegation(session, event, found, people[person_id])
        if not is_new:
            made.joined.append(person_id)


def _give_stands(
    session: Session, event: Event, ready: Sequence[ReadyPerson], homes: Mapping[str, int], made: ListMade
) -> None:
    """Stands that nobody has become those of the organisations that the list names."""
    wanted: dict[int, int] = {}
    for one in ready:
        if one.details.stand is not None:
            wanted.setdefault(one.details.stand, homes[name_key(one.person.organisation)])
    if not wanted:
        return
    for place in session.scalars(
        select(Place).where(Place.id.in_(list(wanted)), Place.organisation_id.is_(None))
    ):
        place.organisation_id = wanted[place.id]
        made.stands.append((place.id, wanted[place.id]))
    session.flush()
