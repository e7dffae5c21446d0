"""Taking over a list of pavilions, tables and stands: what is new, what differs, and then just that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind
from scheduler.domain.text_key import name_key
from scheduler.imports.venue import VenueRow, VenueTable
from scheduler.models import Event, Organisation, Pavilion, Place, User
from scheduler.services.audit import record
from scheduler.services.venue.venue import MIDDLE


@dataclass(frozen=True, slots=True)
class VenueChange:
    """A place that is there and would change: meetings at once and organisation, before and after; perhaps it was
    taken out and comes `back`."""

    row: VenueRow
    before: tuple[int, str]
    after: tuple[int, str]
    back: bool


@dataclass(frozen=True, slots=True)
class CheckedVenue:
    """What a list would do: names of new pavilions and organisations, new places, changes, and what is as it was."""

    pavilions: tuple[str, ...]
    organisations: tuple[str, ...]
    places: tuple[VenueRow, ...]
    changes: tuple[VenueChange, ...]
    same: int

    @property
    def nothing(self) -> bool:
        """Whether the list says nothing new."""
        return not (self.pavilions or self.organisations or self.places or self.changes)


def check_venue(session: Session, event: Event, table: VenueTable) -> CheckedVenue:
    """What taking the list over would do, in three queries."""
    pavilions, places, homes = _there(session, event)
    names = {home.id: home.name for home in homes.values()}
    new: list[VenueRow] = []
    changes: list[VenueChange] = []
    same = 0
    for row in table.rows:
        if row.kind is None:
            same += name_key(row.pavilion) in pavilions
            continue
        pavilion = pavilions.get(name_key(row.pavilion))
        place = places.get((pavilion.id, name_key(row.place))) if pavilion is not None else None
        if place is None:
            new.append(row)
            continue
        home = names.get(place.organisation_id or 0, "")
        back = place.retired_at is not None
        capacity = row.capacity if row.capacity > 1 or place.kind is PlaceKind.STAND else place.capacity
        other = bool(row.organisation) and name_key(row.organisation) != name_key(home)
        if capacity == place.capacity and not other and not back:
            same += 1
        else:
            after = (capacity, row.organisation if other else home)
            changes.append(VenueChange(row, (place.capacity, home), after, back))
    fresh = _unknown([row.pavilion for row in table.rows], pavilions)
    organisations = _unknown([row.organisation for row in (*table.rows, *table.homeless)], homes)
    return CheckedVenue(fresh, organisations, tuple(new), tuple(changes), same)


def take_venue(session: Session, event: Event, table: VenueTable, actor: User) -> CheckedVenue:
    """Make pavilions, organisations and places that are missing, and change those that differ; nothing goes."""
    checked = check_venue(session, event, table)
    countries = {name_key(row.organisation): row.country for row in (*table.rows, *table.homeless)}
    spots = {
        name_key(row.pavilion): row for row in reversed(table.rows) if row.x is not None and row.y is not None
    }
    for name in checked.pavilions:
        spot = spots.get(name_key(name))
        session.add(
            Pavilion(
                event_id=event.id,
                name=name,
                placed=spot is not None,
                x=spot.x if spot is not None and spot.x is not None else MIDDLE,
                y=spot.y if spot is not None and spot.y is not None else MIDDLE,
            )
        )
    if checked.organisations:
        session.execute(
            insert(Organisation),
            [
                {"event_id": event.id, "name": name, "country": countries.get(name_key(name), "")}
                for name in checked.organisations
            ],
        )
    session.flush()
    pavilions, places, homes = _there(session, event)
    for row in checked.places:
        home = homes.get(name_key(row.organisation))
        session.add(
            Place(
                event_id=event.id,
                pavilion_id=pavilions[name_key(row.pavilion)].id,
                kind=row.kind or PlaceKind.TABLES,
                name=row.place[:120],
                capacity=row.capacity,
                organisation_id=home.id if home is not None else None,
            )
        )
    for change in checked.changes:
        row = change.row
        pavilion = pavilions[name_key(row.pavilion)]
        place = places[pavilion.id, name_key(row.place)]
        pavilion.retired_at = place.retired_at = None
        if row.capacity > 1 or place.kind is PlaceKind.STAND:
            place.capacity = row.capacity
        if row.organisation:
            place.organisation_id = homes[name_key(row.organisation)].id
    record(
        session,
        event,
        actor,
        "venue.import",
        pavilions=len(checked.pavilions),
        places=len(checked.places),
        changed=len(checked.changes),
        organisations=len(checked.organisations),
    )
    session.flush()
    return checked


def _there(
    session: Session, event: Event
) -> tuple[dict[str, Pavilion], dict[tuple[int, str], Place], dict[str, Organisation]]:
    pavilions = session.scalars(select(Pavilion).where(Pavilion.event_id == event.id)).all()
    places = session.scalars(select(Place).where(Place.event_id == event.id)).all()
    homes = session.scalars(select(Organisation).where(Organisation.event_id == event.id)).all()
    return (
        {row.name_key: row for row in pavilions},
        {(row.pavilion_id, row.name_key): row for row in places},
        {row.name_key: row for row in homes},
    )


def _unknown(names: Sequence[str], known: Mapping[str, object]) -> tuple[str, ...]:
    """Names that nothing has, each as it is first written."""
    found = {name_key(name): name for name in reversed(names) if name and name_key(name) not in known}
    return tuple(found.values())[::-1]
