"""Taking pavilions and places out of the venue, and bringing them back.

What plans hold meetings at is retired: no page offers it, no run uses it, and the meetings there are listed as no
longer fitting until somebody, or the next run, moves them.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from scheduler.errors import Conflict
from scheduler.models import Event, Meeting, Pavilion, Place, ProgrammeSession, User
from scheduler.queries.meetings.uses import Uses, uses
from scheduler.services.audit import record


def uses_of_pavilion(session: Session, event: Event, pavilion: Pavilion) -> Uses:
    """The meetings that lose their place when the pavilion goes."""
    return uses(session, event, Place.pavilion_id == pavilion.id)


def uses_of_place(session: Session, event: Event, place: Place) -> Uses:
    """The meetings that lose their place when it goes."""
    return uses(session, event, Meeting.place_id == place.id)


def sessions_in(session: Session, event: Event, pavilion: Pavilion) -> int:
    """How many items of the programme are still to be held in a pavilion: they stay, without a place."""
    return (
        session.scalar(
            select(func.count()).where(
                ProgrammeSession.pavilion_id == pavilion.id, ProgrammeSession.ends_at > event.now()
            )
        )
        or 0
    )


def remove_pavilion(session: Session, event: Event, pavilion: Pavilion, actor: User) -> None:
    """Take a pavilion out with its places and walks. Sessions ahead stay, without a place; past ones as they were."""
    record(session, event, actor, "pavilion.remove", pavilion.public_id, name=pavilion.name)
    held_here = session.scalars(
        select(ProgrammeSession).where(ProgrammeSession.pavilion_id == pavilion.id)
    ).all()
    # What was held there stays in agendas as it was.
    ahead = [item for item in held_here if item.ends_at > event.now()]
    for item in ahead:
        item.pavilion_id = None
        item.count_change(event.now())
    used = exists().where(Meeting.place_id == Place.id)
    session.execute(
        delete(Place)
        .where(Place.pavilion_id == pavilion.id, ~used)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    if len(ahead) < len(held_here) or session.scalar(
        select(exists().where(Place.pavilion_id == pavilion.id))
    ):
        pavilion.retired_at = event.now()
        session.execute(
            update(Place)
            .where(Place.pavilion_id == pavilion.id)
            .values(retired_at=pavilion.retired_at)
            .execution_options(synchronize_session=False)
        )
    else:
        session.expire(pavilion, ["places"])
        session.delete(pavilion)
    session.flush()
    session.expire_all()


def remove_place(session: Session, event: Event, place: Place, actor: User) -> None:
    """Take a place out."""
    record(session, event, actor, "place.remove", place.public_id, name=place.name)
    if session.scalar(select(exists().where(Meeting.place_id == place.id))):
        place.retired_at = event.now()
    else:
        session.delete(place)
    session.flush()


def restore_pavilion(session: Session, event: Event, pavilion: Pavilion, actor: User) -> None:
    """Bring a pavilion back that was taken out, with the places that plans use."""
    if pavilion.retired_at is None:
        raise Conflict(_("“%(name)s” is not taken out.", name=pavilion.name))
    for place in pavilion.places:
        if place.retired_at == pavilion.retired_at:
            place.retired_at = None
    pavilion.retired_at = None
    session.flush()
    record(session, event, actor, "pavilion.restore", pavilion.public_id, name=pavilion.name)


def restore_place(session: Session, event: Event, place: Place, actor: User) -> None:
    """Bring a place back that was taken out."""
    if place.retired_at is None:
        raise Conflict(_("“%(name)s” is not taken out.", name=place.name))
    if place.pavilion.retired_at is not None:
        raise Conflict(
            _("%(pavilion)s is taken out itself. Bring it back first.", pavilion=place.pavilion.name)
        )
    place.retired_at = None
    session.flush()
    record(session, event, actor, "place.restore", place.public_id, name=place.name)
