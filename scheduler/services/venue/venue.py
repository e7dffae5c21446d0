"""What organisers do with the venue: pavilions, places, walking minutes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, false, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind
from scheduler.domain.text_key import name_key
from scheduler.domain.walking import LONGEST
from scheduler.errors import Invalid
from scheduler.models import (
    Event,
    Meeting,
    MeetingBlock,
    Organisation,
    Pavilion,
    Place,
    PlaceOpening,
    Slot,
    User,
    WalkingTime,
)
from scheduler.queries.meetings.misfits import somebody_of
from scheduler.queries.meetings.uses import Uses, uses
from scheduler.queries.venue.venue import pavilion_by_public_id
from scheduler.services.audit import record
from scheduler.services.text import clean_line, clean_text
from scheduler.services.venue.removal import restore_pavilion

MIDDLE = 50.0
"""Where a pavilion is drawn as long as nobody has said where it lies."""
LARGEST_HALL = 20_000


@dataclass(frozen=True, slots=True)
class PavilionEntry:
    """`x` and `y` lie between 0 and 100, from the upper left corner of the plan; None: nobody has said where."""

    name: str
    x: float | None = None
    y: float | None = None
    off_site: bool = False
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """`capacity` is how many meetings fit at once; a stand names its organisation."""

    kind: PlaceKind
    name: str
    capacity: int
    organisation: str = ""
    blocks: Collection[str] | None = None
    """Public ids of the blocks in which it is open; None: in every block."""


def save_pavilion(
    session: Session, event: Event, pavilion: Pavilion | None, entry: PavilionEntry, actor: User
) -> Pavilion:
    """Add a pavilion, or change one. Raises Invalid, naming the field."""
    name = clean_line(entry.name, 120, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the pavilion a name."), "name")
    for axis, value in (("x", entry.x), ("y", entry.y)):
        if value is not None and not 0 <= value <= 100:
            raise Invalid(_("A position lies between 0 and 100."), axis)
    if (entry.x is None) != (entry.y is None):
        missing = "x" if entry.x is None else "y"
        raise Invalid(_("A position needs both numbers. Leave both empty if you don't know it yet."), missing)
    twin = session.scalar(
        select(Pavilion).where(Pavilion.event_id == event.id, Pavilion.name_key == name_key(name))
    )
    if twin is not None and twin.retired_at is not None and pavilion is None:
        restore_pavilion(session, event, twin, actor)
        pavilion = twin
    if twin is not None and (pavilion is None or twin.id != pavilion.id):
        if twin.retired_at is not None:
            raise Invalid(
                _("“%(name)s” was taken out. Bring it back, or choose another name.", name=name), "name"
            )
        raise Invalid(_("There is a pavilion “%(name)s” already.", name=name), "name")
    action = "pavilion.change" if pavilion else "pavilion.add"
    if pavilion is None:
        pavilion = Pavilion(event_id=event.id)
        session.add(pavilion)
    pavilion.name = name
    pavilion.placed = entry.x is not None and entry.y is not None
    pavilion.x = MIDDLE if entry.x is None else entry.x
    pavilion.y = MIDDLE if entry.y is None else entry.y
    pavilion.off_site = entry.off_site
    pavilion.address = clean_line(entry.address, 200, "address", _("Address"))
    pavilion.note = clean_text(entry.note, 1000, "note", _("Note"))
    session.flush()
    record(session, event, actor, action, pavilion.public_id, name=name)
    return pavilion


def chosen_pavilion(session: Session, event_id: int, public_id: str) -> Pavilion | None:
    """The pavilion that a form names; None when it names none. Raises Invalid when it is not in use (any more)."""
    if not public_id:
        return None
    found = pavilion_by_public_id(session, event_id, public_id)
    if found is None or found.retired_at is not None:
        raise Invalid(_("This pavilion is not, or no longer, part of the event."), "pavilion")
    return found


def add_place(session: Session, event: Event, pavilion: Pavilion, entry: PlaceEntry, actor: User) -> Place:
    """Add tables, a room or a stand to a pavilion. One of that name that was taken out comes back.

    Raises Invalid, naming the field.
    """
    name = clean_line(entry.name, 120, "name", _("Name"))
    place = session.scalar(
        select(Place).where(
            Place.pavilion_id == pavilion.id,
            Place.name_key == name_key(name),
            Place.retired_at.is_not(None),
        )
    )
    place = place or Place(event_id=event.id, pavilion_id=pavilion.id)
    with session.no_autoflush:
        _apply(session, event, place, pavilion, entry)
    place.retired_at = None
    session.add(place)
    session.flush()
    _open_in(session, event, place, entry)
    record(session, event, actor, "place.add", place.public_id, name=place.name, pavilion=pavilion.name)
    return place


def preview_place(session: Session, event: Event, place: Place, entry: PlaceEntry) -> Uses:
    """The meetings that no longer fit after `change_place` with this entry."""
    gone: list[ColumnElement[bool]] = [Meeting.table_number > entry.capacity]
    if entry.blocks is not None:
        gone.append(Slot.block_id.not_in(_blocks(session, event, entry.blocks)))
    organisation = _organisation(session, event, entry)
    if organisation is not None and organisation.id != place.organisation_id:
        gone.append(~somebody_of(organisation.id))
    fits = and_(Meeting.table_number <= place.capacity, ~_closed_now(session, place))
    return uses(session, event, Meeting.place_id == place.id, or_(*gone), fits)


def change_place(session: Session, event: Event, place: Place, entry: PlaceEntry, actor: User) -> None:
    """Change a place. Meetings at tables or times that it no longer has stay until they are moved. Raises Invalid."""
    with session.no_autoflush:
        _apply(session, event, place, place.pavilion, entry)
    session.flush()
    _open_in(session, event, place, entry)
    record(session, event, actor, "place.change", place.public_id, name=place.name, capacity=place.capacity)


def _blocks(session: Session, event: Event, public_ids: Collection[str]) -> list[int]:
    found = session.scalars(
        select(MeetingBlock.id).where(
            MeetingBlock.event_id == event.id,
            MeetingBlock.public_id.in_(public_ids),
            MeetingBlock.retired_at.is_(None),
        )
    ).all()
    if not found:
        raise Invalid(
            _("A place that is never open holds no meeting. Choose a block, or remove the place."), "blocks"
        )
    return list(found)


def _closed_now(session: Session, place: Place) -> ColumnElement[bool]:
    """Whether a slot lies outside of the times in which the place is open by now: nothing new happens to it."""
    opened = session.scalars(select(PlaceOpening.block_id).where(PlaceOpening.place_id == place.id)).all()
    return Slot.block_id.not_in(opened) if opened else false()


def _open_in(session: Session, event: Event, place: Place, entry: PlaceEntry) -> None:
    """Store the blocks in which a place is open; None: in all, also in those that are added later."""
    chosen = () if entry.blocks is None else _blocks(session, event, entry.blocks)
    session.execute(delete(PlaceOpening).where(PlaceOpening.place_id == place.id))
    session.add_all(PlaceOpening(place_id=place.id, block_id=block) for block in chosen)
    session.flush()


def set_walks(
    session: Session, event: Event, minutes: Mapping[tuple[int, int], int | None], actor: User
) -> int:
    """Enter walking minutes by (from, to) pavilion ids; None takes the entry away. Returns how many changed.

    Raises Invalid when a figure or a pavilion can't be used; then nothing is changed.
    """
    known = set(session.scalars(select(Pavilion.id).where(Pavilion.event_id == event.id)))
    for (one, other), value in minutes.items():
        if one not in known or other not in known or one == other:
            raise Invalid(_("A walk leads from one pavilion of this event to another."))
        if value is not None and not 0 <= value <= LONGEST:
            raise Invalid(_("A walk takes between 0 and %(n)d minutes.", n=LONGEST))
    rows = {
        (row.from_id, row.to_id): row
        for row in session.scalars(select(WalkingTime).where(WalkingTime.event_id == event.id))
    }
    changed = 0
    for (one, other), value in minutes.items():
        row = rows.get((one, other))
        if row is None and value is not None:
            session.add(WalkingTime(event_id=event.id, from_id=one, to_id=other, minutes=value))
        elif row is not None and value is None:
            session.delete(row)
        elif row is not None and value is not None and row.minutes != value:
            row.minutes, row.from_plan = value, False
        else:
            continue
        changed += 1
    session.flush()
    if changed:
        record(session, event, actor, "venue.walking", changed=changed)
    return changed


def set_scale(session: Session, event: Event, width: int | None, depth: int | None, actor: User) -> bool:
    """Say how many metres the plan of the hall measures across and down; with both, walks are computed.

    Returns whether anything changed. Raises Invalid, naming the field.
    """
    for name, value in (("hall_width", width), ("hall_depth", depth)):
        if value is not None and not 1 <= value <= LARGEST_HALL:
            raise Invalid(_("The plan measures between 1 and %(n)d metres.", n=LARGEST_HALL), name)
    if (width is None) != (depth is None):
        missing = "hall_width" if width is None else "hall_depth"
        raise Invalid(_("Give both sides of the plan in metres, or neither."), missing)
    if (event.hall_width, event.hall_depth) == (width, depth):
        return False
    event.hall_width, event.hall_depth = width, depth
    session.flush()
    record(session, event, actor, "venue.scale", width=width, depth=depth)
    return True


def assume_walk(session: Session, event: Event, minutes: int | None, actor: User) -> bool:
    """Decide what planning counts for a way that nobody knows; None takes the decision back. Raises Invalid."""
    if minutes is not None and not 0 <= minutes <= LONGEST:
        raise Invalid(_("A walk takes between 0 and %(n)d minutes.", n=LONGEST), "assumed_walk")
    if event.assumed_walk == minutes:
        return False
    event.assumed_walk = minutes
    session.flush()
    record(session, event, actor, "venue.assume-walk", minutes=minutes)
    return True


def _apply(session: Session, event: Event, place: Place, pavilion: Pavilion, entry: PlaceEntry) -> None:
    name = clean_line(entry.name, 120, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the place a name, such as “Tables” or “Room 2”."), "name")
    if not 1 <= entry.capacity <= 1000:
        raise Invalid(_("Between 1 and 1000 meetings fit at once."), "capacity")
    twin = session.scalar(
        select(Place).where(Place.pavilion_id == pavilion.id, Place.name_key == name_key(name))
    )
    if twin is not None and twin.id != place.id:
        if twin.retired_at is not None:
            raise Invalid(
                _("“%(name)s” was taken out. Bring it back, or choose another name.", name=name), "name"
            )
        raise Invalid(
            _("%(pavilion)s has a place “%(name)s” already.", pavilion=pavilion.name, name=name), "name"
        )
    organisation = _organisation(session, event, entry)
    place.kind = entry.kind
    place.name = name
    place.capacity = entry.capacity
    place.organisation = organisation


def _organisation(session: Session, event: Event, entry: PlaceEntry) -> Organisation | None:
    """Whose stand it is; None for tables and rooms. Raises Invalid."""
    if entry.kind is not PlaceKind.STAND:
        return None
    wanted = clean_line(entry.organisation, 200, "organisation", _("Organisation"))
    organisation = session.scalar(
        select(Organisation).where(
            Organisation.event_id == event.id, Organisation.name_key == name_key(wanted)
        )
    )
    if organisation is None:
        raise Invalid(_("There is no organisation “%(name)s” at this event.", name=wanted), "organisation")
    return organisation
