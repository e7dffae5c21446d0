"""The organisations of an event, as its organisers look at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.likeness import MANY, alike, core_name, site_of
from scheduler.models import Organisation, Participant, Place
from scheduler.queries.people.search import each_word

PAGE_SIZE = 50


class OrganisationNeed(StrEnum):
    """What makes an organiser look at an organisation."""

    NOBODY = "nobody"
    """Nobody who takes part represents it."""
    ALIKE = "alike"
    """Another looks like it."""


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Empty values do not filter."""

    text: str = ""
    country: str = ""
    kind: str = ""
    need: OrganisationNeed | None = None

    @property
    def empty(self) -> bool:
        return self == OrganisationFilter()


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One line of the list. `people` take part; `twin` is the public id of the first that looks like it."""

    public_id: str
    name: str
    kind: str
    country: str
    city: str
    website: str
    people: int
    stands: int
    twin: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    lines: tuple[OrganisationLine, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class OrganisationChoices:
    """What the filters offer: codes of countries, kinds as they were entered."""

    countries: tuple[str, ...]
    kinds: tuple[str, ...]


def organisations_page(
    session: Session, event_id: int, wanted: OrganisationFilter, page: int
) -> OrganisationsPage:
    """One page of organisations by name, those that look alike side by side; a fixed number of queries."""
    ids, twins = _found(session, event_id, wanted)
    page = max(1, min(page, -(-len(ids) // PAGE_SIZE) or 1))
    shown = ids[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return OrganisationsPage(tuple(_lines(session, shown, twins)), page, len(ids))


def all_organisations(session: Session, event_id: int, wanted: OrganisationFilter) -> list[OrganisationLine]:
    """All that a filter finds, in the order of the pages; four queries at most."""
    ids, twins = _found(session, event_id, wanted)
    return list(_lines(session, ids, twins, event_id))


def organisation_choices(session: Session, event_id: int) -> OrganisationChoices:
    """Two queries."""

    def values(column: ColumnElement[str]) -> tuple[str, ...]:
        found = select(column).where(Organisation.event_id == event_id, column != "").distinct()
        return tuple(session.scalars(found.order_by(column)))

    return OrganisationChoices(values(Organisation.country.expression), values(Organisation.kind.expression))


def organisations_alike(session: Session, event_id: int) -> list[tuple[int, ...]]:
    """Groups of organisations that are likely one: the same name but for the legal form, or the same website.

    One query; each organisation is looked at once and no two are compared.
    """
    rows = session.execute(
        select(Organisation.id, Organisation.search_key, Organisation.website)
        .where(Organisation.event_id == event_id)
        .order_by(Organisation.name_key)
    ).all()
    sites = alike({key: [site_of(website)] for key, _name, website in rows if website}, MANY)
    linked = {key: f"site {number}" for number, group in enumerate(sites) for key in group}
    return alike({key: [f"name {core_name(name)}", linked.get(key, "")] for key, name, _site in rows})


def _found(session: Session, event_id: int, wanted: OrganisationFilter) -> tuple[list[int], dict[int, int]]:
    """The ids that a filter finds, and for those that look like another the first of their kind."""
    ids = list(
        session.scalars(
            select(Organisation.id).where(*_conditions(event_id, wanted)).order_by(Organisation.name_key)
        )
    )
    if wanted.need is not OrganisationNeed.ALIKE:
        return ids, {}
    there = set(ids)
    twins: dict[int, int] = {}
    ordered: list[int] = []
    for group in organisations_alike(session, event_id):
        if there.intersection(group):
            # Whoever looks for one of them wants to see what it looks like.
            ordered += group
            twins.update({key: group[0] if key != group[0] else group[1] for key in group})
    return ordered, twins


def _conditions(event_id: int, wanted: OrganisationFilter) -> list[ColumnElement[bool]]:
    conditions = [Organisation.event_id == event_id, *each_word(wanted.text, Organisation.search_key)]
    if wanted.country:
        conditions.append(Organisation.country == wanted.country)
    if wanted.kind:
        conditions.append(Organisation.kind == wanted.kind)
    if wanted.need is OrganisationNeed.NOBODY:
        conditions.append(
            ~exists().where(
                Participant.organisation_id == Organisation.id,
                Participant.state != ParticipantState.WITHDRAWN,
            )
        )
    return conditions


def _lines(
    session: Session, ids: Sequence[int], twins: dict[int, int], event_id: int | None = None
) -> list[OrganisationLine]:
    """The lines of some organisations in that order. With an event they are many: all of it is read."""
    chosen = Organisation.id.in_({*ids, *(twins[key] for key in ids if key in twins)})
    rows = {
        row.id: row
        for row in session.execute(
            select(
                Organisation.id,
                Organisation.public_id,
                Organisation.name,
                Organisation.kind,
                Organisation.country,
                Organisation.city,
                Organisation.website,
            ).where(chosen if event_id is None else Organisation.event_id == event_id)
        )
    }
    people, stands = _people(session, ids, event_id), _stands(session, ids, event_id)
    return [
        OrganisationLine(
            *rows[key][1:],
            people=people.get(key, 0),
            stands=stands.get(key, 0),
            twin=rows[twins[key]].public_id if key in twins else "",
        )
        for key in ids
    ]


def _people(session: Session, ids: Collection[int], event_id: int | None) -> dict[int, int]:
    where = Participant.organisation_id.in_(ids) if event_id is None else Participant.event_id == event_id
    return dict(
        session.execute(
            select(Participant.organisation_id, func.count())
            .where(where, Participant.state != ParticipantState.WITHDRAWN)
            .group_by(Participant.organisation_id)
        ).all()
    )


def _stands(session: Session, ids: Collection[int], event_id: int | None) -> dict[int | None, int]:
    where = Place.organisation_id.in_(ids) if event_id is None else Place.event_id == event_id
    return dict(
        session.execute(
            select(Place.organisation_id, func.count())
            .where(where, Place.retired_at.is_(None))
            .group_by(Place.organisation_id)
        ).all()
    )
