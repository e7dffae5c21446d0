"""Keys beside names: whoever writes, they are kept, and the schema refuses two names of one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.database.bulk import insert_many, update_many
from scheduler.domain.text_key import name_key, search_key
from scheduler.models import (
    Base,
    Delegation,
    MatchmakingRound,
    Organisation,
    Participant,
    Pavilion,
    Place,
    Topic,
)
from scheduler.models.keys import keys_of
from tests.factories import (
    make_delegation,
    make_event,
    make_organisation,
    make_participant,
    make_place,
    make_round,
)

NAMES = ("ÖKO AG", "Łódź")


def written(session: Session, write: Callable[[list[dict[str, Any]]], object]) -> dict[str, tuple[str, str]]:
    event = make_event(session)
    write([{"event_id": event.id, "name": name} for name in NAMES])
    rows = session.execute(
        select(Organisation.name, Organisation.name_key, Organisation.search_key).where(
            Organisation.event_id == event.id
        )
    )
    return {name: (key, words) for name, key, words in rows}


def test_every_kind_of_insert_makes_the_keys(session: Session) -> None:
    table: Any = Organisation.__table__
    right = {name: (name_key(name), search_key(name)) for name in NAMES}
    for write in (
        lambda rows: session.add_all(Organisation(**row) for row in rows),
        lambda rows: session.execute(insert(Organisation), rows),
        lambda rows: session.execute(insert(table), rows),
        lambda rows: session.execute(insert(table).values(rows)),
        lambda rows: insert_many(
            session.connection(),
            table,
            [{**row, "public_id": f"k{len(row['name'])}{row['event_id']}"} for row in rows],
        ),
    ):
        assert written(session, write) == right


def test_a_changed_attribute_changes_every_key_made_of_it(session: Session) -> None:
    person = make_participant(session, make_event(session), name="Ada")
    session.commit()
    person.name = "Åsa Öberg"
    person.seeks_text = "Straßen"
    session.flush()
    session.refresh(person, ["name_key", "search_key", "words_key"])
    assert person.name_key == "åsa öberg"
    assert person.search_key == f"asa oberg {person.email}"
    assert person.words_key == "asa oberg strassen"


def test_statements_that_would_leave_a_key_behind_are_refused(session: Session) -> None:
    home = make_organisation(session, make_event(session))
    for change in (
        lambda: session.execute(update(Organisation).values(name="Other")),
        lambda: session.execute(update(Organisation), [{"id": home.id, "name": "Other"}]),
        lambda: update_many(session.connection(), Organisation.__table__, [{"id": home.id, "name": "Other"}]),
    ):
        with pytest.raises(TypeError, match="name_key"):
            change()
    session.execute(update(Organisation).values(city="Łódź"))


def test_two_names_of_one_key_are_refused_where_names_are_unique(session: Session) -> None:
    event = make_event(session)
    person = make_participant(session, event)
    place = make_place(session, event)
    topic = Topic(event_id=event.id, code="a", label="ÖKO")
    session.add(topic)
    session.flush()
    found = make_round(session, event)
    make_delegation(session, event, [person])
    for name in NAMES[:1]:
        place.name = place.pavilion.name = found.name = person.organisation.name = name
    session.commit()
    twins: tuple[Callable[[], Base], ...] = (
        lambda: Organisation(event_id=event.id, name="öko  ag"),
        lambda: Pavilion(event_id=event.id, name="öko ag"),
        lambda: Place(event_id=event.id, pavilion_id=place.pavilion_id, kind=place.kind, name="Öko ag"),
        lambda: Topic(event_id=event.id, code="b", label="öko"),
        lambda: MatchmakingRound(
            event_id=event.id,
            name="öko ag",
            opens_at=found.opens_at,
            closes_at=found.closes_at,
            created_at=found.opens_at,
        ),
        lambda: Delegation(
            event_id=event.id,
            name=session.scalars(select(Delegation.name)).one().upper(),
            leader_id=person.id,
        ),
    )
    for make in twins:
        session.add(make())
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    session.add(Topic(event_id=event.id, code="c", label="ÖKO", parent_id=topic.id))
    session.flush()


def test_every_table_with_a_name_that_is_looked_for_has_its_key() -> None:
    tables = {table.name for table in Base.metadata.tables.values() if keys_of(table)}
    assert tables == {
        "organisation",
        "participant",
        "topic",
        "pavilion",
        "place",
        "delegation",
        "matchmaking_round",
        "hall",
        "participant_type",
        "question",
        "question_choice",
    }
    assert set(keys_of(Participant.__table__)) == {"name_key", "search_key", "words_key"}  # type: ignore[arg-type]
