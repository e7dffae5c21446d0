"""Two organisations become one: what belongs to the one that goes belongs to the one that stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from scheduler.database.references import count_references, point_to, references_to
from scheduler.errors import Conflict, Invalid
from scheduler.models import AgendaMark, Event, Organisation, Picture, User
from scheduler.services.audit import record

TABLE = cast(Table, Organisation.__table__)
FIELDS = ("name", "kind", "country", "city", "website", "description", "employees", "inhabitants")
"""What is said about an organisation."""
LOGO = "logo"


@dataclass(frozen=True, slots=True)
class Differing:
    """A field that both have filled in, and otherwise."""

    field: str
    kept: str | int
    gone: str | int


@dataclass(frozen=True, slots=True)
class OrganisationMerge:
    """What merging does: rows that move, by `table.column`; fields that differ; fields that only the one that goes
    has filled in, which are taken over.
    """

    kept: Organisation
    gone: Organisation
    moves: dict[str, int]
    differing: tuple[Differing, ...]
    taken_over: dict[str, str | int]
    two_logos: bool

    @property
    def choices(self) -> frozenset[str]:
        """The fields of which one value has to be chosen."""
        return frozenset({one.field for one in self.differing} | ({LOGO} if self.two_logos else set()))


def preview_organisation_merge(session: Session, kept: Organisation, gone: Organisation) -> OrganisationMerge:
    """Look before two organisations of one event become one. Raises Invalid for an organisation and itself."""
    if kept.id == gone.id:
        raise Invalid(_("Choose two organisations: this is one and the same."))
    values = {name: (getattr(kept, name), getattr(gone, name)) for name in FIELDS}
    moves = count_references(session.connection(), TABLE, gone.id)
    logos = session.scalars(
        select(Picture.organisation_id).where(Picture.organisation_id.in_((kept.id, gone.id)))
    ).all()
    return OrganisationMerge(
        kept,
        gone,
        moves,
        tuple(
            Differing(name, one, other)
            for name, (one, other) in values.items()
            if one and other and one != other
        ),
        {name: other for name, (one, other) in values.items() if other and not one},
        len(logos) == 2,
    )


def merge_organisations(
    session: Session,
    event: Event,
    kept: Organisation,
    gone: Organisation,
    from_gone: Collection[str],
    actor: User,
) -> OrganisationMerge:
    """Let `kept` have all that belongs to `gone`, and delete that one. Of the fields in `from_gone` the value of `gone`
    stays. Raises Invalid, or Conflict when somebody was quicker; then nothing is changed.
    """
    _hold(session, kept, gone)
    found = preview_organisation_merge(session, kept, gone)
    chosen = found.choices.intersection(from_gone)
    if found.two_logos:
        loser = kept if LOGO in chosen else gone
        session.delete(session.scalars(select(Picture).where(Picture.organisation_id == loser.id)).one())
        session.flush()
    values = {one.field: one.gone for one in found.differing if one.field in chosen} | found.taken_over
    session.flush()
    connection = session.connection()
    for reference in references_to(TABLE):
        point_to(connection, reference, gone.id, kept.id)
    name, before = gone.name, kept.name
    # Past the ORM, which would look for representatives to let go of.
    session.execute(
        delete(Organisation).where(Organisation.id == gone.id).execution_options(synchronize_session=False)
    )
    session.expunge(gone)
    # The name is free from here on.
    for field, value in values.items():
        setattr(kept, field, value)
    session.add(AgendaMark(event_id=event.id, what="organisation", key=kept.id))
    record(
        session, event, actor, "organisation.merge", kept.public_id, name=before, merged=name, now=kept.name
    )
    session.flush()
    session.expire_all()
    return found


def _hold(session: Session, *rows: Organisation) -> None:
    """Let nobody else take up or change these organisations until the transaction ends."""
    keys = sorted(row.id for row in rows)
    held = session.scalars(
        select(Organisation.id).where(Organisation.id.in_(keys)).order_by(Organisation.id).with_for_update()
    ).all()
    if list(held) != keys:
        raise Conflict(_("One of the two organisations is gone: somebody else has merged or deleted it."))
    for row in rows:
        session.refresh(row)
