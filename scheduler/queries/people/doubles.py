"""People who are likely registered twice at an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from scheduler.domain.enums import ParticipantState
from scheduler.domain.likeness import alike, core_name
from scheduler.models import Organisation, Participant
from scheduler.queries.people.search import each_word

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class DoublesPage:
    """Groups of people who look like one."""

    groups: tuple[tuple[Participant, ...], ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def people_alike(session: Session, event_id: int) -> list[tuple[int, ...]]:
    """Groups of people with one name, in whatever order it is written, at organisations that look like one; and of
    those who sign in as one user. Who has left is no double any more. Two queries; no two are compared.
    """
    rows = session.execute(
        select(Participant.id, Participant.search_key, Participant.organisation_id, Participant.user_id)
        .where(Participant.event_id == event_id, Participant.state != ParticipantState.WITHDRAWN)
        .order_by(Participant.name, Participant.id)
    ).all()
    # The key ends with the mail address.
    names = {row.id: " ".join(sorted(row.search_key.split(" ")[:-1])) for row in rows}
    called, accounts = Counter(names.values()), Counter(row.user_id for row in rows)
    same = {key for key, name in names.items() if called[name] > 1}
    homes = _cores(session, {row.organisation_id for row in rows if row.id in same})
    return alike(
        {
            row.id: [
                f"{names[row.id]} at {homes[row.organisation_id]}" if row.id in same else "",
                f"user {row.user_id}" if row.user_id is not None else "",
            ]
            for row in rows
            if row.id in same or (row.user_id is not None and accounts[row.user_id] > 1)
        }
    )


def _cores(session: Session, homes: Iterable[int]) -> dict[int, str]:
    wanted, found = sorted(homes), dict[int, str]()
    for first in range(0, len(wanted), 10_000):
        rows = session.execute(
            select(Organisation.id, Organisation.search_key).where(
                Organisation.id.in_(wanted[first : first + 10_000])
            )
        )
        found.update({key: core_name(name) for key, name in rows})
    return found


def doubles_page(session: Session, event_id: int, page: int) -> DoublesPage:
    """One page of groups by name, in a fixed number of queries."""
    groups = people_alike(session, event_id)
    page = max(1, min(page, -(-len(groups) // PAGE_SIZE) or 1))
    shown = groups[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    people = {
        person.id: person
        for person in session.scalars(
            _loaded().where(Participant.id.in_([key for group in shown for key in group]))
        )
    }
    return DoublesPage(tuple(tuple(people[key] for key in group) for group in shown), page, len(groups))


def others_like(session: Session, person: Participant, text: str, most: int = 20) -> list[Participant]:
    """Other people of the event whose names and addresses hold all words of a text; none for no word."""
    words = each_word(text, Participant.search_key)
    if not words:
        return []
    found = _loaded().where(Participant.event_id == person.event_id, Participant.id != person.id, *words)
    return list(session.scalars(found.order_by(Participant.name, Participant.id).limit(most)))


def _loaded() -> Select[Participant]:
    return select(Participant).options(joinedload(Participant.organisation), joinedload(Participant.type))
