"""Many people changed at once: counted first, changed by one statement, logged as one act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.models import Event, Organisation, Participant, ParticipantType, User
from scheduler.queries.people.people_admin import PeopleFilter, people_conditions
from scheduler.services.audit import record
from scheduler.services.calendars.stale_agendas import mark_renamed
from scheduler.services.people.people_admin import organisation_named


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is meant: everybody of a filter, or those of them whose public ids are given."""

    wanted: PeopleFilter
    people: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class BulkEntry:
    """What they shall have: a type's code, an organisation's name. Empty leaves it as it is."""

    type: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """How many are meant, and how many of them would be changed."""

    meant: int
    type: int
    organisation: int


def meant(session: Session, event: Event, choice: Choice) -> int:
    """How many people are meant."""
    return session.scalar(select(func.count(Participant.id)).where(*conditions_of(event, choice))) or 0


def preview_bulk(session: Session, event: Event, choice: Choice, entry: BulkEntry) -> BulkPreview:
    """Count what `change_bulk` would do. Raises Invalid, as it would."""
    kind = _type(session, event, entry)
    conditions = conditions_of(event, choice)
    home = _known(session, event, entry.organisation)

    def count(*more: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count(Participant.id)).where(*conditions, *more)) or 0

    everybody = count()
    return BulkPreview(
        everybody,
        count(Participant.type_id != kind) if kind is not None else 0,
        # An organisation that is not there yet is everybody's new one.
        (count(Participant.organisation_id != home) if home is not None else everybody)
        if entry.organisation.strip()
        else 0,
    )


def change_bulk(session: Session, event: Event, choice: Choice, entry: BulkEntry, actor: User) -> int:
    """Change everybody who is meant; how many that were. Raises Invalid; then nothing is changed."""
    kind = _type(session, event, entry)
    conditions = conditions_of(event, choice)
    values: dict[str, int] = {}
    if kind is not None:
        values["type_id"] = kind
    if entry.organisation.strip():
        home = values["organisation_id"] = organisation_named(session, event, entry.organisation).id
        # The statement below goes around the session, which would have marked them.
        moving = select(Participant.id).where(*conditions, Participant.organisation_id != home)
        mark_renamed(session, event.id, session.scalars(moving))
    # One statement, for a filter may ask for the very thing that changes.
    differs = or_(*(getattr(Participant, name) != value for name, value in values.items()))
    people = select(Participant.id).where(*conditions, differs)
    changed = session.execute(
        update(Participant)
        .where(Participant.id.in_(people))
        .values(**values, updated_at=event.now())
        .returning(Participant.public_id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    if changed:
        said = {"type": entry.type, "organisation": entry.organisation.strip()}
        kept: dict[str, Any] = {name: value for name, value in said.items() if value}
        record(session, event, actor, "people.change", "", count=len(changed), **kept)
    return len(changed)


def _type(session: Session, event: Event, entry: BulkEntry) -> int | None:
    if not entry.type and not entry.organisation.strip():
        raise Invalid(_("Say what is to change: the type, the organisation, or both."), "type")
    if not entry.type:
        return None
    found = session.scalar(
        select(ParticipantType.id).where(
            ParticipantType.event_id == event.id, ParticipantType.code == entry.type
        )
    )
    if found is None:
        raise Invalid(_("Choose one of the event's types of participants."), "type")
    return found


def conditions_of(event: Event, choice: Choice) -> list[ColumnElement[bool]]:
    """What a choice asks of a `Participant`."""
    conditions = people_conditions(event.id, choice.wanted)
    if choice.people is not None:
        conditions.append(Participant.public_id.in_(choice.people))
    return conditions


def _known(session: Session, event: Event, name: str) -> int | None:
    return session.scalar(
        select(Organisation.id).where(
            Organisation.event_id == event.id, Organisation.name_key == name_key(name)
        )
    )
