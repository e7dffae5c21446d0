"""Registering many people from a table: every row is checked first, the good ones are stored on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from babel import Locale
from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.domain.text_key import name_key
from scheduler.errors import Invalid
from scheduler.imports.people import PersonRow
from scheduler.models import Event, Organisation, Participant, ParticipantType, User
from scheduler.services.accounts import clean_address
from scheduler.services.audit import record
from scheduler.services.people import PersonEntry
from scheduler.services.profile import clean_country
from scheduler.services.text import clean_line


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row can't be used; `number` is its row in the file."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a table would do: people to register, rows with a problem, rows of people who are registered."""

    ready: tuple[PersonEntry, ...]
    problems: tuple[Problem, ...]
    known: int


def check_people(session: Session, event: Event, rows: Sequence[PersonRow]) -> Checked:
    """Judge every row, in two queries whatever their number."""
    types = {
        word: row.code
        for row in session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
        for word in (name_key(row.code), name_key(row.name))
    }
    registered = set(session.scalars(select(Participant.email).where(Participant.event_id == event.id)))
    countries = {name_key(name): code for code, name in Locale("en").territories.items() if len(code) == 2}
    ready: list[PersonEntry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    known = 0
    for row in rows:
        try:
            entry = _entry(row, types, countries)
        except Invalid as error:
            problems.append(Problem(row.number, error.message))
            continue
        if entry.email in seen:
            problems.append(
                Problem(row.number, _("The address stands in row %(n)d already.", n=seen[entry.email]))
            )
        elif entry.email in registered:
            known += 1
        else:
            ready.append(entry)
        seen.setdefault(entry.email, row.number)
    return Checked(tuple(ready), tuple(problems), known)


def _entry(row: PersonRow, types: dict[str, str], countries: dict[str, str]) -> PersonEntry:
    name = clean_line(row.name, 200, "name", _("Name"))
    if not name:
        raise Invalid(_("The name is missing."))
    organisation = clean_line(row.organisation, 200, "organisation", _("Organisation"))
    if not organisation:
        raise Invalid(_("The organisation is missing."))
    code = types.get(name_key(row.type))
    if code is None:
        near = get_close_matches(name_key(row.type), types, n=1, cutoff=0.6)
        question = " " + _("Did you mean %(type)s?", type=near[0]) if near else ""
        raise Invalid(_("“%(type)s” is no type of this event.", type=row.type[:60]) + question)
    country = countries.get(name_key(row.country), row.country)
    return PersonEntry(
        name=name,
        email=clean_address(row.email),
        organisation=organisation,
        type=code,
        job_title=clean_line(row.job_title, 160, "job_title", _("Position")),
        country=clean_country(country, "country"),
    )


def store_people(
    session: Session, event: Event, checked: Checked, actor: User, *, brought_by_id: int | None = None
) -> int:
    """Register the people that are ready; organisations that are missing are made. Returns how many."""
    if not checked.ready:
        return 0
    now = event.now()
    homes = _organisations(session, event)
    fresh = {
        name_key(entry.organisation): {
            "event_id": event.id,
            "name": entry.organisation,
            "country": entry.country,
        }
        for entry in reversed(checked.ready)
        if name_key(entry.organisation) not in homes
    }
    if fresh:
        session.execute(insert(Organisation), list(fresh.values()))
        homes = _organisations(session, event)
    types = {
        row.code: row.id
        for row in session.scalars(select(ParticipantType).where(ParticipantType.event_id == event.id))
    }
    session.execute(
        insert(Participant),
        [
            {
                "event_id": event.id,
                "organisation_id": homes[name_key(entry.organisation)],
                "type_id": types[entry.type],
                "brought_by_id": brought_by_id,
                "name": entry.name,
                "email": entry.email,
                "job_title": entry.job_title,
                "country": entry.country,
                "created_at": now,
                "updated_at": now,
            }
            for entry in checked.ready
        ],
    )
    record(session, event, actor, "people.import", people=len(checked.ready), organisations=len(fresh))
    session.flush()
    return len(checked.ready)


def _organisations(session: Session, event: Event) -> dict[str, int]:
    rows = session.execute(
        select(Organisation.name_key, Organisation.id).where(Organisation.event_id == event.id)
    )
    return {name: number for name, number in rows}  # noqa: C416 a Result is no mapping
