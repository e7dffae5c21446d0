"""Who organises an event."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import AuditEntry, EventRole, Organisation
from scheduler.queries.event.rights import Rights, rights_of
from scheduler.queries.event.team import team_of
from scheduler.services.event.team import add_to_team, take_from_team
from tests.factories import (
    make_delegation,
    make_event,
    make_organisation,
    make_organiser,
    make_participant,
    make_pavilion,
    make_round,
    make_user,
)


def test_co_organiser_acts_for_an_organisation(session: Session) -> None:
    event = make_event(session)
    nora = make_organiser(session, event)
    jens = add_to_team(session, event, "Jens@Example.org", "Jens", Role.CO_ORGANISER, "Hessen Trade", nora)
    row = session.scalars(select(EventRole).where(EventRole.user_id == jens.id)).one()
    organisation = session.get_one(Organisation, row.organisation_id)
    assert (organisation.name, organisation.event_id) == ("Hessen Trade", event.id)
    assert [(row.email, row.role, row.about) for row in team_of(session, event.id)] == [
        (nora.email, Role.ORGANISER, ""),
        ("jens@example.org", Role.CO_ORGANISER, "Hessen Trade"),
    ]
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == event.id)).all()
    assert actions == ["organiser.add"]


def test_co_organiser_of_nobody_is_refused(session: Session) -> None:
    event = make_event(session)
    nora = make_organiser(session, event)
    with pytest.raises(Invalid) as refused:
        add_to_team(session, event, "jens@example.org", "Jens", Role.CO_ORGANISER, " ", nora)
    assert refused.value.field == "organisation"


def test_last_organiser_stays(session: Session) -> None:
    event = make_event(session)
    nora = make_organiser(session, event)
    with pytest.raises(Conflict, match="needs an organiser"):
        take_from_team(session, event, nora.public_id, Role.ORGANISER, nora)
    other = add_to_team(session, event, "ada@example.org", "Ada", Role.ORGANISER, "", nora)
    take_from_team(session, event, nora.public_id, Role.ORGANISER, other)
    assert [row.email for row in team_of(session, event.id)] == ["ada@example.org"]


def test_role_at_another_event_is_not_touched(session: Session) -> None:
    here, there = make_event(session), make_event(session)
    nora, olga = make_organiser(session, here), make_organiser(session, there)
    with pytest.raises(NotFound):
        take_from_team(session, here, olga.public_id, Role.ORGANISER, nora)
    with pytest.raises(NotFound):
        take_from_team(session, here, nora.public_id, Role.CO_ORGANISER, nora)


def test_scopes_add_up_and_end_one_by_one(session: Session) -> None:
    event = make_event(session)
    nora, pavilion, round_ = (
        make_organiser(session, event),
        make_pavilion(session, event),
        make_round(session, event),
    )
    for _twice in range(2):
        for scope in (pavilion, round_):
            jens = add_to_team(session, event, "jens@example.org", "Jens", Role.CO_ORGANISER, "", nora, scope)
    assert rights_of(session, jens.id, event.id) == Rights(
        frozenset({Role.CO_ORGANISER}), pavilions=frozenset({pavilion.id}), rounds=frozenset({round_.id})
    )
    take_from_team(session, event, jens.public_id, Role.CO_ORGANISER, nora, pavilion)
    assert rights_of(session, jens.id, event.id).rounds == {round_.id}
    assert rights_of(session, jens.id, event.id).pavilions == frozenset()
    acts = session.scalars(select(AuditEntry).where(AuditEntry.event_id == event.id)).all()
    assert [(act.action, act.detail.get("pavilion"), act.detail.get("round")) for act in acts] == [
        ("organiser.add", pavilion.name, None),
        ("organiser.add", None, round_.name),
        ("organiser.remove", pavilion.name, None),
    ]
    with pytest.raises(NotFound):
        take_from_team(session, event, jens.public_id, Role.CO_ORGANISER, nora, pavilion)


def test_co_organiser_brings_people_for_one_organisation(session: Session) -> None:
    event = make_event(session)
    nora = make_organiser(session, event)
    add_to_team(session, event, "jens@example.org", "Jens", Role.CO_ORGANISER, "Hessen Trade", nora)
    with pytest.raises(Conflict, match="another organisation already"):
        add_to_team(session, event, "jens@example.org", "Jens", Role.CO_ORGANISER, "Bavaria Trade", nora)


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        (Role.CO_ORGANISER, ("pavilion_id", "round_id")),
        (Role.CO_ORGANISER, ("organisation_id", "delegation_id")),
        (Role.ORGANISER, ("pavilion_id",)),
        (Role.DESK, ("round_id",)),
    ],
)
def test_schema_refuses_two_scopes_in_one_role_and_any_in_other_roles(
    session: Session, role: Role, columns: tuple[str, ...]
) -> None:
    event = make_event(session)
    things = {
        "organisation_id": make_organisation(session, event).id,
        "delegation_id": make_delegation(session, event, [make_participant(session, event)]).id,
        "pavilion_id": make_pavilion(session, event).id,
        "round_id": make_round(session, event).id,
    }
    user = make_user(session)
    session.add(
        EventRole(user_id=user.id, event_id=event.id, role=role, **{name: things[name] for name in columns})
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_schema_refuses_one_scope_twice_and_a_role_twice(session: Session) -> None:
    event = make_event(session)
    user, pavilion = make_user(session), make_pavilion(session, event)
    for values in (
        {"role": Role.CO_ORGANISER, "pavilion_id": pavilion.id},
        {"role": Role.ORGANISER},
    ):
        session.add(EventRole(user_id=user.id, event_id=event.id, **values))
        session.flush()
        nested = session.begin_nested()
        session.add(EventRole(user_id=user.id, event_id=event.id, **values))
        with pytest.raises(IntegrityError):
            session.flush()
        nested.rollback()


def test_scope_ends_with_what_it_is_about(session: Session) -> None:
    event = make_event(session)
    delegation = make_delegation(session, event, [make_participant(session, event)])
    nora = make_organiser(session, event)
    jens = add_to_team(session, event, "jens@example.org", "Jens", Role.CO_ORGANISER, "", nora, delegation)
    session.delete(delegation)
    session.flush()
    assert rights_of(session, jens.id, event.id) == Rights()
