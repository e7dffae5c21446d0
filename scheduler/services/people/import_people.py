"""Registering many people from a table that was checked."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.text_key import name_key
from scheduler.models import Event, Organisation, Participant, ParticipantType, User
from scheduler.services.audit import record
from scheduler.services.people.import_check import Checked
from scheduler.services.people.own_organisations import require_own


def store_people(
    session: Session,
    event: Event,
    checked: Checked,
    actor: User,
    *,
    brought_by_id: int | None = None,
    shown: bool = False,
) -> int:
    """Register the people that are ready; organisations that are missing are made. Returns how many.

    Others see them once they have come in, or at once when they are to be `shown`.
    Raises Invalid when a co-organiser places people in an organisation of others.
    """
    if not checked.ready:
        return 0
    require_own(session, event, brought_by_id, [entry.organisation for entry in checked.ready])
    now = event.now()
    homes = _organisations(session, event)
    fresh = {
        name_key(entry.organisation): {
            "event_id": event.id,
            "name": entry.organisation,
            "country": entry.country,
        }
        for entry in reversed(checked.ready)
        if name_key(entry.organisation) not in homes
    }
    if fresh:
        session.execute(insert(Organisation), list(fresh.values()))
        homes = _organisations(session, event)
    types = {
        row.code: row.id
        for row in session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
    }
    session.execute(
        insert(Participant),
        [
            {
                "event_id": event.id,
                "organisation_id": homes[name_key(entry.organisation)],
                "type_id": types[entry.type],
                "brought_by_id": brought_by_id,
                "name": entry.name,
                "email": entry.email,
                "job_title": entry.job_title,
                "country": entry.country,
                "state": ParticipantState.ACTIVE if shown else ParticipantState.INVITED,
                "shown_at": now if shown else None,
                "created_at": now,
                "updated_at": now,
            }
            for entry in checked.ready
        ],
    )
    record(session, event, actor, "people.import", people=len(checked.ready), organisations=len(fresh))
    session.flush()
    return len(checked.ready)


def _organisations(session: Session, event: Event) -> dict[str, int]:
    rows = session.execute(
        select(Organisation.name_key, Organisation.id).where(Organisation.event_id == event.id)
    )
    return {name: number for name, number in rows}  # noqa: C416 a Result is no mapping
