"""Changing an event: what hangs on its days and its zone is named and stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.models import AuditEntry, Event, User
from scheduler.services.event.event_settings import EventChange, change_event
from scheduler.services.event.events import short_name
from tests.factories import make_block, make_event, make_organiser, make_session


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def actor(session: Session, event: Event) -> User:
    return make_organiser(session, event)


def as_it_is(event: Event) -> EventChange:
    days = [day.date for day in event.days]
    return EventChange(event.name, event.timezone, days, event.city, event.venue, event.description)


def test_name_place_and_days_change_and_stand_in_the_log(session: Session, event: Event, actor: User) -> None:
    wish = as_it_is(event)
    more = [*wish.days, max(wish.days) + timedelta(days=1)]
    changed = change_event(session, event, replace(wish, name=" Expo 2027 ", city="Sofia", days=more), actor)
    assert (event.name, event.city) == ("Expo 2027", "Sofia")
    assert changed == ["name", "city", "days"]
    assert [day.date for day in event.days] == more
    assert [day.label for day in event.days] == [f"Day {number}" for number in range(1, len(more) + 1)]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "event.change")).one()
    assert entry.detail["changed"] == changed


def test_what_did_not_change_is_not_logged(session: Session, event: Event, actor: User) -> None:
    first = change_event(session, event, as_it_is(event), actor)
    again = change_event(session, event, as_it_is(event), actor)
    assert again == []
    assert len(first) <= 1  # labels apart, nothing


def test_day_with_a_block_or_a_session_cannot_be_lost(session: Session, event: Event, actor: User) -> None:
    block, item = make_block(session, event), make_session(session, event)
    wish = as_it_is(event)
    for day, name in ((block.day, block.name), (item.starts_at.astimezone(event.zone).date(), item.title)):
        others = [other for other in wish.days if other != day] or [day + timedelta(days=30)]
        with pytest.raises(Invalid, match="is in use") as refused:
            change_event(session, event, replace(wish, days=others), actor)
        assert name in refused.value.message
    assert [day.date for day in event.days] == list(wish.days)


def test_zone_stays_while_times_hang_on_it(session: Session, event: Event, actor: User) -> None:
    change_event(session, event, replace(as_it_is(event), timezone="Europe/Sofia"), actor)
    assert event.timezone == "Europe/Sofia"
    make_block(session, event)
    with pytest.raises(Invalid, match="otherwise all of them would shift") as refused:
        change_event(session, event, replace(as_it_is(event), timezone="Europe/Madrid"), actor)
    assert refused.value.field == "timezone"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": "  "}, "name"), ({"name": "x" * 201}, "name"), ({"timezone": "Mars/Olympus"}, "timezone")],
)
def test_what_an_event_cannot_be_is_refused(
    session: Session, event: Event, actor: User, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change_event(session, event, replace(as_it_is(event), **changes), actor)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Smart City Expo 2027", "smart-city-expo-2027"),
        ("  Feria de la Innovación! ", "feria-de-la-innovacion"),
        ("x" * 80, "x" * 60),
    ],
)
def test_short_name_is_made_of_the_name(name: str, short: str) -> None:
    assert short_name(name) == short
