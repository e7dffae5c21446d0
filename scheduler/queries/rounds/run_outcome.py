"""The names behind the ids of what a run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.intervals import Interval
from scheduler.domain.run_outcome import RunOutcome
from scheduler.domain.wish_keys import CALL_KEY
from scheduler.models import OpenCall, Participant, Pavilion, Place, Slot


@dataclass(frozen=True, slots=True)
class RunNames:
    """By the ids of the solver's problem; what is gone by now is missing."""

    people: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    """Titles of open calls by public id."""
    slots: Mapping[str, Interval] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


def names_of_outcome(session: Session, event_id: int, outcome: RunOutcome) -> RunNames:
    """What an outcome's findings are about, in four statements at most."""
    found = outcome.findings
    wishes = {key for each in found for key in each.meetings}
    calls = {key.removeprefix(CALL_KEY) for key in wishes if key.startswith(CALL_KEY)}
    people = {key for each in found for key in each.people}
    people |= {part for key in wishes if not key.startswith(CALL_KEY) for part in key.split("+")}
    slots = {key for each in found for key in each.slots}
    # A table that stands alone is `place:number`.
    places = {key.partition(":")[0] for each in found for key in each.places}
    return RunNames(
        dict(
            session.execute(
                select(Participant.public_id, Participant.name).where(
                    Participant.event_id == event_id, Participant.public_id.in_(people)
                )
            ).all()
            if people
            else ()
        ),
        dict(
            session.execute(
                select(OpenCall.public_id, OpenCall.title).where(OpenCall.public_id.in_(calls))
            ).all()
            if calls
            else ()
        ),
        {
            key: Interval(start, end)
            for key, start, end in (
                session.execute(
                    select(Slot.public_id, Slot.starts_at, Slot.ends_at).where(
                        Slot.event_id == event_id, Slot.public_id.in_(slots)
                    )
                )
                if slots
                else ()
            )
        },
        {
            key: f"{pavilion}, {name}"
            for key, pavilion, name in (
                session.execute(
                    select(Place.public_id, Pavilion.name, Place.name)
                    .join(Pavilion, Pavilion.id == Place.pavilion_id)
                    .where(Place.event_id == event_id, Place.public_id.in_(places))
                )
                if places
                else ()
            )
        },
    )
