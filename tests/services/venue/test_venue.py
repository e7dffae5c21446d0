"""Pavilions, places and walks as the organiser keeps them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind
from scheduler.errors import Invalid
from scheduler.models import Pavilion, Place, WalkingTime
from scheduler.queries.venue.venue import walks
from scheduler.services.venue.removal import remove_pavilion
from scheduler.services.venue.venue import (
    PavilionEntry,
    PlaceEntry,
    add_place,
    save_pavilion,
    set_walks,
)
from tests.factories import (
    make_event,
    make_organisation,
    make_organiser,
    make_pavilion,
)


def test_pavilion_is_added_changed_and_keeps_its_name_to_itself(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    first = save_pavilion(session, event, None, PavilionEntry("Bavaria", 10, 20), actor)
    save_pavilion(session, event, first, PavilionEntry("Bavaria", 30, 20, note="Hall 2"), actor)
    assert (first.x, first.note) == (30, "Hall 2")
    with pytest.raises(Invalid, match="bavaria"):
        save_pavilion(session, event, None, PavilionEntry("bavaria", 1, 1), actor)
    with pytest.raises(Invalid) as refused:
        save_pavilion(session, event, None, PavilionEntry("Tokyo", 101, 1), actor)
    assert refused.value.field == "x"


def test_stand_needs_an_organisation_of_the_event(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    pavilion = make_pavilion(session, event)
    home = make_organisation(session, event, "Ubiwhere")
    stand = add_place(session, event, pavilion, PlaceEntry(PlaceKind.STAND, "Stand 4", 1, "ubiwhere"), actor)
    assert stand.organisation_id == home.id
    with pytest.raises(Invalid) as refused:
        add_place(session, event, pavilion, PlaceEntry(PlaceKind.STAND, "Stand 5", 1, "Nobody"), actor)
    assert refused.value.field == "organisation"


def test_unused_pavilion_goes_with_its_places_and_walks(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    one, other = make_pavilion(session, event), make_pavilion(session, event)
    add_place(session, event, one, PlaceEntry(PlaceKind.TABLES, "Tables", 2), actor)
    set_walks(session, event, {(one.id, other.id): 5}, actor)
    remove_pavilion(session, event, one, actor)
    assert session.scalar(select(func.count(Place.id))) == 0
    assert session.scalar(select(func.count(WalkingTime.id))) == 0
    assert session.scalars(select(Pavilion.id)).all() == [other.id]


def test_walks_hold_both_ways_until_one_has_its_own_figure(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    one, other = make_pavilion(session, event), make_pavilion(session, event)
    assert set_walks(session, event, {(one.id, other.id): 5, (other.id, one.id): None}, actor) == 1
    found = walks(session, event.id)
    assert (found.minutes(one.id, other.id), found.minutes(other.id, one.id)) == (5, 5)
    set_walks(session, event, {(other.id, one.id): 8}, actor)
    assert walks(session, event.id).minutes(other.id, one.id) == 8
    set_walks(session, event, {(other.id, one.id): None}, actor)
    assert walks(session, event.id).minutes(other.id, one.id) == 5


def test_walks_of_other_events_or_without_end_are_refused(session: Session) -> None:
    event, elsewhere = make_event(session), make_event(session)
    actor = make_organiser(session, event)
    one, other, far = (
        make_pavilion(session, event),
        make_pavilion(session, event),
        make_pavilion(session, elsewhere),
    )
    for minutes in ({(one.id, far.id): 5}, {(one.id, other.id): 241}, {(one.id, one.id): 1}):
        with pytest.raises(Invalid):
            set_walks(session, event, minutes, actor)
    assert session.scalar(select(func.count(WalkingTime.id))) == 0
