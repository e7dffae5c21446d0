"""What organisers do with organisations: described, renamed, taken out when nothing hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from scheduler.database.references import count_references
from scheduler.errors import Conflict, Invalid
from scheduler.models import Event, Organisation, User
from scheduler.queries.people.organisation_admin import organisation_of_name
from scheduler.services.audit import record
from scheduler.services.people.profile import clean_count, clean_country, clean_link, label_of
from scheduler.services.text import clean_line, clean_name, clean_text

TABLE = cast(Table, Organisation.__table__)
ITS_OWN = frozenset({"picture.organisation_id"})
"""What belongs to an organisation and goes with it."""


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """What an organiser enters about an organisation; figures as people write them."""

    name: str
    kind: str = ""
    country: str = ""
    city: str = ""
    website: str = ""
    description: str = ""
    employees: str = ""
    inhabitants: str = ""


class NameTaken(Invalid):
    """Another organisation has the name, however it is written: perhaps the two are one."""

    def __init__(self, message: str, other: Organisation) -> None:
        super().__init__(message, "name")
        self.other = other


def change_organisation(
    session: Session, event: Event, organisation: Organisation, entry: OrganisationEntry, actor: User
) -> None:
    """Change what is said about an organisation. Raises Invalid, naming the field; then nothing is changed."""
    values = _cleaned(session, event, organisation, entry)
    changed = {name: new for name, new in values.items() if new != getattr(organisation, name)}
    if not changed:
        return
    said: dict[str, Any] = {
        name: f"{getattr(organisation, name) or ''} → {new or ''}"[:300] for name, new in changed.items()
    }
    said["name"] = said.get("name", organisation.name)
    for name, new in changed.items():
        setattr(organisation, name, new)
    session.flush()
    record(session, event, actor, "organisation.change", organisation.public_id, **said)


def _cleaned(
    session: Session, event: Event, organisation: Organisation, entry: OrganisationEntry
) -> dict[str, str | int | None]:
    name = clean_name(entry.name, 200, "name", _("Name"))
    if not name:
        raise Invalid(_("An organisation needs a name."), "name")
    other = organisation_of_name(session, event.id, name)
    if other is not None and other.id != organisation.id:
        raise NameTaken(_("There is an organisation “%(name)s” already.", name=other.name), other)
    website = clean_line(entry.website, 300, "website", label_of("website"))
    return {
        "name": name,
        "kind": clean_line(entry.kind, 40, "kind", _("Kind")),
        "country": clean_country(entry.country, "country"),
        "city": clean_line(entry.city, 120, "city", label_of("city")),
        "website": clean_link(website, "website") if website else "",
        "description": clean_text(entry.description, 3000, "description", label_of("description")),
        "employees": clean_count(entry.employees, "employees"),
        "inhabitants": clean_count(entry.inhabitants, "inhabitants"),
    }


def hangs_on(session: Session, organisation: Organisation) -> dict[str, int]:
    """What keeps an organisation from being deleted: rows of other tables, by `table.column`."""
    counts = count_references(session.connection(), TABLE, organisation.id)
    return {name: count for name, count in counts.items() if name not in ITS_OWN}


def delete_organisation(session: Session, event: Event, organisation: Organisation, actor: User) -> None:
    """Take out an organisation that nobody represents and nothing belongs to. Raises Conflict when something does."""
    # Whoever registers somebody for it meanwhile waits, and is told that it is gone.
    session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    if hangs_on(session, organisation):
        raise Conflict(
            _(
                "“%(name)s” has representatives, stands or co-organisers. Move them to another organisation first,"
                " or merge the two.",
                name=organisation.name,
            )
        )
    record(session, event, actor, "organisation.delete", organisation.public_id, name=organisation.name)
    session.execute(delete(Organisation).where(Organisation.id == organisation.id))
    session.flush()
