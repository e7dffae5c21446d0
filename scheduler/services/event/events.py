"""Making an event, and saying who organises it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.domain.text_key import search_key
from scheduler.errors import Invalid
from scheduler.models import Event, EventDay, EventRole, MatrixRule, ParticipantType, User
from scheduler.services.accounts.sign_in_links import grant, user_of
from scheduler.services.audit import record
from scheduler.services.event.topics import add_default_topics

TYPES = {
    "city": "City",
    "company": "Company",
    "cluster": "Cluster",
    "research": "Research",
    "investor": "Investor",
    "agency": "Public agency",
}
MATRIX = {
    ("company", "company"): "B2B",
    ("cluster", "company"): "C2B",
    ("company", "cluster"): "C2B",
    ("cluster", "cluster"): "C2C",
    ("city", "company"): "City-supplier",
    ("city", "city"): "City to city",
    ("city", "cluster"): "City and cluster",
    ("cluster", "city"): "City and cluster",
    ("research", "company"): "Research and business",
    ("company", "research"): "Research and business",
    ("investor", "company"): "Investor and business",
    ("agency", "company"): "Agency and business",
    ("agency", "cluster"): "Cluster and agency",
}
"""What a new event starts with; the organiser changes it. Cities are asked by nobody but cities and clusters."""

MOST_DAYS = 60


@dataclass(frozen=True)
class EventDetails:
    """A new event. `slug` is its short name in addresses; `days` are its dates."""

    slug: str
    name: str
    timezone: str
    days: Sequence[date]
    city: str = ""
    venue: str = ""
    description: str = ""
    topics: bool = False
    """Whether it starts with the topics of smart cities; else with none."""
    types: Mapping[str, str] | None = None
    """Participant types by code, {} for none; None: those of `TYPES`."""
    matrix: Mapping[tuple[str, str], str] | None = None


def days_from(first: date, last: date) -> list[date]:
    """Every date from the first to the last. Raises Invalid."""
    if last < first:
        raise Invalid(_("The last day lies before the first."), field="last_day")
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise Invalid(_("An event has %(most)s days at most.", most=MOST_DAYS), field="last_day")
    return [first + timedelta(days=number) for number in range(count)]


def short_name(name: str) -> str:
    """A short name for addresses made from an event's name: `smart-city-2027`."""
    return re.sub(r"[^a-z0-9]+", "-", search_key(name)).strip("-")[:60].rstrip("-")


def check_slug(session: Session, slug: str) -> None:
    """Raises Invalid for a short name that an event can't have, or that another one has."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise Invalid(
            _("The short name “%(slug)s” needs small letters, digits and hyphens.", slug=slug[:60]),
            field="slug",
        )
    if session.scalar(select(Event.id).where(Event.slug == slug)) is not None:
        raise Invalid(
            _("There is already an event “%(slug)s”. Choose another short name.", slug=slug), field="slug"
        )


def check_name(name: str) -> None:
    """Raises Invalid for a name that an event can't have."""
    if not name.strip() or len(name) > 200:
        raise Invalid(_("An event needs a name of at most 200 characters."), field="name")


def check_zone(zone: str) -> None:
    """Raises Invalid for what is no time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            _("“%(zone)s” is no time zone. Write it like Europe/Madrid.", zone=zone[:60]), field="timezone"
        ) from None


def create_event(session: Session, details: EventDetails, actor: User | None = None) -> Event:
    """An event with the default participant types and matching matrix. Raises Invalid."""
    check_slug(session, details.slug)
    check_name(details.name)
    check_zone(details.timezone)
    if not details.days:
        raise Invalid(_("An event needs a day."), field="first_day")
    event = Event(
        slug=details.slug,
        name=details.name.strip(),
        timezone=details.timezone,
        city=details.city,
        venue=details.venue,
        description=details.description,
        created_at=datetime.now(UTC),
        days=[
            EventDay(date=day, label=_("Day %(number)s", number=number))
            for number, day in enumerate(sorted(set(details.days)), start=1)
        ],
    )
    session.add(event)
    session.flush()
    named = TYPES if details.types is None else details.types
    types = {code: ParticipantType(event_id=event.id, code=code, name=name) for code, name in named.items()}
    session.add_all(types.values())
    session.flush()
    session.add_all(
        MatrixRule(
            event_id=event.id,
            from_type_id=types[asking].id,
            to_type_id=types[asked].id,
            meeting_kind=kind,
        )
        for (asking, asked), kind in (MATRIX if details.types is None else details.matrix or {}).items()
    )
    if details.topics:
        add_default_topics(session, event)
    record(session, event, actor, "event.create", event.public_id, name=event.name)
    session.flush()
    return event


def add_organiser(
    session: Session, event: Event, email: str, name: str, role: Role, actor: User | None = None
) -> User:
    """Let somebody organise the event; they sign in with this address. A second time changes nothing."""
    user = user_of(session, email, name)
    known = session.scalar(
        select(EventRole.id).where(
            EventRole.user_id == user.id, EventRole.event_id == event.id, EventRole.role == role
        )
    )
    if known is None:
        grant(session, user, event.id, role)
        record(session, event, actor, "organiser.add", user.public_id, email=user.email, role=role.value)
    return user
