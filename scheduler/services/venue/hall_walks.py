"""Walking minutes from the plans of the halls: worked out, shown beside what holds, stored as the organiser says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.domain.aisles import network, whole_minutes
from scheduler.domain.walking import LONGEST
from scheduler.errors import Invalid
from scheduler.models import Event, Pavilion, User, WalkingTime
from scheduler.queries.venue.halls import floors_of, pavilion_spots
from scheduler.queries.venue.venue import walks
from scheduler.services.audit import record


@dataclass(frozen=True, slots=True)
class Proposal:
    """A walk between two pavilions: what holds `now` and what the plan says, None for unknown.

    `by_hand`: a person entered it, in one direction at least.
    """

    one: Pavilion
    other: Pavilion
    now: int | None
    back: int | None
    planned: int | None
    by_hand: bool

    @property
    def key(self) -> str:
        return f"{self.one.public_id}-{self.other.public_id}"

    @property
    def news(self) -> bool:
        """Whether taking it over would change anything."""
        return self.planned is not None and (self.planned, self.planned) != (self.now, self.back)


def proposals(session: Session, event: Event) -> tuple[Proposal, ...]:
    """The walks between all pavilions of the halls, by names. Eight queries."""
    pavilions = session.scalars(
        select(Pavilion)
        .where(Pavilion.event_id == event.id, Pavilion.retired_at.is_(None), Pavilion.off_site.is_(False))
        .order_by(Pavilion.name_key)
    ).all()
    spots = pavilion_spots(session, event.id)
    floors, links = floors_of(session, event.id)
    ways = network(floors, links, spots.values())
    known = walks(session, event.id)
    by_hand = {
        frozenset(pair)
        for pair in session.execute(
            select(WalkingTime.from_id, WalkingTime.to_id).where(
                WalkingTime.event_id == event.id, WalkingTime.from_plan.is_(False)
            )
        )
    }
    times = {
        pavilion.id: ways.path(spots[pavilion.id], set(spots.values()))
        for pavilion in pavilions
        if pavilion.id in spots
    }

    def planned(one: Pavilion, other: Pavilion) -> int | None:
        found = times.get(one.id, {}).get(spots[other.id]) if other.id in spots else None
        # A spot always reaches itself, also in a hall of unknown size.
        if found is None or (spots[one.id].hall not in {floor.key for floor in floors}):
            return None
        return whole_minutes(found[0], LONGEST)

    return tuple(
        Proposal(
            one,
            other,
            known.minutes(one.id, other.id),
            known.minutes(other.id, one.id),
            planned(one, other),
            frozenset((one.id, other.id)) in by_hand,
        )
        for one, other in combinations(pavilions, 2)
    )


def take_walks(session: Session, event: Event, keys: Collection[str], actor: User) -> int:
    """Store the minutes of the plan for these pairs (`Proposal.key`), both ways. Returns how many changed.

    Raises Invalid when the plan no longer says how long one of them takes; then nothing is changed.
    """
    by_key = {proposal.key: proposal for proposal in proposals(session, event)}
    chosen = [by_key[key] for key in keys if key in by_key]
    if len(chosen) < len(keys) or any(proposal.planned is None for proposal in chosen):
        raise Invalid(_("The plan has changed meanwhile. Look at the minutes again; nothing was changed."))
    chosen = [proposal for proposal in chosen if proposal.news]
    rows = {
        (row.from_id, row.to_id): row
        for row in session.scalars(
            select(WalkingTime).where(
                WalkingTime.event_id == event.id,
                or_(
                    WalkingTime.from_id.in_([proposal.one.id for proposal in chosen]),
                    WalkingTime.to_id.in_([proposal.one.id for proposal in chosen]),
                ),
            )
        )
    }
    for proposal in chosen:
        one, other = proposal.one.id, proposal.other.id
        # The way back counts the same as long as it has no minutes of its own.
        if (back := rows.get((other, one))) is not None:
            session.delete(back)
        row = rows.get((one, other))
        if row is None:
            row = WalkingTime(event_id=event.id, from_id=one, to_id=other)
            session.add(row)
        row.minutes, row.from_plan = proposal.planned or 1, True
    session.flush()
    if chosen:
        record(session, event, actor, "venue.walking", changed=len(chosen), plan=True)
    return len(chosen)
