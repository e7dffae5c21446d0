"""Making an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Invalid
from scheduler.models import EventRole, MatrixRule, ParticipantType, Topic
from scheduler.services.event.events import EventDetails, add_organiser, create_event, days_from

DAYS = [date(2023, 11, 7), date(2023, 11, 8)]


def details(slug: str = "expo-2023", name: str = "Expo", timezone: str = "Europe/Madrid") -> EventDetails:
    return EventDetails(slug, name, timezone, DAYS)


def test_a_new_event_has_types_a_matrix_and_the_topics_that_were_chosen(app: Flask, session: Session) -> None:
    with app.app_context():
        event = create_event(session, replace(details(), topics=True))
        bare = create_event(session, details("bare"))
    assert [day.date for day in event.days] == DAYS
    assert session.scalar(select(func.count()).where(Topic.event_id == bare.id)) == 0
    for model, least in ((ParticipantType, 5), (MatrixRule, 10), (Topic, 50)):
        count = session.scalar(select(func.count()).where(model.event_id == event.id))
        assert (model.__name__, (count or 0) >= least) == (model.__name__, True)


@pytest.mark.parametrize(
    "wrong",
    [
        details(slug="Expo 2023"),
        details(slug="../x"),
        details(name=" "),
        details(timezone="Mars/Olympus"),
        details(timezone="../../etc/passwd"),
        EventDetails("expo", "Expo", "Europe/Madrid", []),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_can_not_be_is_refused_in_a_sentence(
    app: Flask, session: Session, wrong: EventDetails
) -> None:
    with app.app_context(), pytest.raises(Invalid, match=r"\.$"):
        create_event(session, wrong)


def test_two_events_of_one_short_name_are_refused(app: Flask, session: Session) -> None:
    with app.app_context():
        create_event(session, details())
        with pytest.raises(Invalid, match="already an event"):
            create_event(session, details())


def test_an_organiser_is_added_once(app: Flask, session: Session) -> None:
    with app.app_context():
        event = create_event(session, details())
        one = add_organiser(session, event, "Ana@example.org", "Ana", Role.ORGANISER)
        other = add_organiser(session, event, "ana@example.org", "", Role.ORGANISER)
    assert one is other
    assert session.scalars(select(EventRole.role)).all() == [Role.ORGANISER]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_days_from_refuses_the_wrong_order(app: Flask) -> None:
    assert days_from(DAYS[0], DAYS[1]) == DAYS
    with app.app_context(), pytest.raises(Invalid):
        days_from(DAYS[1], DAYS[0])
