"""Who organises an event."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import AuditEntry, EventRole, Organisation
from scheduler.queries.event.team import team_of
from scheduler.services.event.team import add_to_team, take_from_team
from tests.factories import make_event, make_organiser


def test_co_organiser_acts_for_an_organisation(session: Session) -> None:
    event = make_event(session)
    nora = make_organiser(session, event)
    jens = add_to_team(session, event, "Jens@Example.org", "Jens", Role.CO_ORGANISER, "Hessen Trade", nora)
    row = session.scalars(select(EventRole).where(EventRole.user_id == jens.id)).one()
    organisation = session.get_one(Organisation, row.organisation_id)
    assert (organisation.name, organisation.event_id) == ("Hessen Trade", event.id)
    assert [(row.email, row.role, row.organisation) for row in team_of(session, event.id)] == [
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
