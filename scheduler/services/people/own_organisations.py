"""Where a co-organiser may place the people they bring: never in an organisation that others represent."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.models import Event, Organisation, Participant


def require_own(session: Session, event: Event, acting_for: int | None, names: Iterable[str]) -> None:
    """Raises Invalid when one of these organisations is not the co-organiser's; organisers (None) may use all.

    Theirs is the one they act for, one that nobody has heard of, and one whose people all were brought by them: who
    represents an organisation speaks for it, and writes what all others read about it.
    """
    if acting_for is None:
        return
    keys = {name_key(name) for name in names}
    people = select(Participant.id).where(Participant.organisation_id == Organisation.id)
    brought = people.where(Participant.brought_by_id == acting_for)
    others = people.where(or_(Participant.brought_by_id.is_(None), Participant.brought_by_id != acting_for))
    foreign = session.scalars(
        select(Organisation.name)
        .where(
            Organisation.event_id == event.id,
            Organisation.name_key.in_(keys),
            Organisation.id != acting_for,
            or_(~exists(brought), exists(others)),
        )
        .order_by(Organisation.name)
    ).all()
    if foreign:
        raise Invalid(
            _(
                "“%(name)s” is not yours: people whom you did not bring represent it, or the organisers entered it."
                " Ask an organiser to register its people.",
                name=foreign[0],
            ),
            "organisation",
        )
