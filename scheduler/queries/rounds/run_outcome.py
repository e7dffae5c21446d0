"""The names behind the ids of what a run found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.intervals import Interval
from scheduler.domain.run_outcome import RunOutcome
from scheduler.domain.wish_keys import CALL_KEY
from scheduler.models import MatchmakingRound, OpenCall, Slot
from scheduler.queries.names import people_names, place_names


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
        people_names(session, event_id, _possible(people)),
        _group_titles(session, event_id, _possible(calls)),
        _times(session, event_id, _possible(slots)),
        place_names(session, event_id, _possible(places)),
    )


def _possible(ids: Collection[str]) -> set[str]:
    """Those that a database can be asked for: what a schedule file names may be no id at all."""
    return {key for key in ids if key and key.isascii() and key.isprintable()}


def _group_titles(session: Session, event_id: int, ids: Collection[str]) -> dict[str, str]:
    if not ids:
        return {}
    statement = (
        select(OpenCall.public_id, OpenCall.title)
        .join(MatchmakingRound, MatchmakingRound.id == OpenCall.round_id)
        .where(MatchmakingRound.event_id == event_id, OpenCall.public_id.in_(ids))
    )
    return dict(session.execute(statement).all())


def _times(session: Session, event_id: int, ids: Collection[str]) -> dict[str, Interval]:
    if not ids:
        return {}
    rows = session.execute(
        select(Slot.public_id, Slot.starts_at, Slot.ends_at).where(
            Slot.event_id == event_id, Slot.public_id.in_(ids)
        )
    )
    return {public_id: Interval(start, end) for public_id, start, end in rows}
