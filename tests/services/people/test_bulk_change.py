"""Many people changed at once: what others see of them in their agendas follows."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.models import AgendaEntry, AgendaMark, Participant
from scheduler.queries.people.people_admin import PeopleFilter
from scheduler.services.calendars.calendar_sync import refresh
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.people.bulk_change import BulkEntry, Choice, change_bulk
from tests.factories import make_organiser
from tests.services.scenes import Scene, published_scene, set_clock


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session)
    set_clock(scene.event, "2023-11-01 09:00")
    refresh(session, scene.event, mails=False)
    return scene


def _change(session: Session, scene: Scene, people: list[Participant], entry: BulkEntry) -> int:
    choice = Choice(PeopleFilter(), [person.public_id for person in people])
    return change_bulk(session, scene.event, choice, entry, make_organiser(session, scene.event))


def _organisations_met(session: Session, person: Participant) -> set[str]:
    rows = session.scalars(select(AgendaEntry.partners).where(AgendaEntry.participant_id == person.id))
    return {organisation for partners in rows for _name, organisation, _key in partners}


def _marks(session: Session) -> int:
    return session.scalar(select(func.count(AgendaMark.id))) or 0


def test_those_who_meet_them_see_the_new_organisation(session: Session, scene: Scene) -> None:
    before = _organisations_met(session, scene.ana)
    assert _change(session, scene, [scene.marta, scene.jordi], BulkEntry(organisation="Catalan Cluster")) == 2
    refresh_marked(session)
    assert before != {"Catalan Cluster"}
    assert _organisations_met(session, scene.ana) == {"Catalan Cluster"}


def test_no_agenda_is_made_anew_for_a_type_or_for_an_organisation_that_they_have(
    session: Session, scene: Scene
) -> None:
    home = scene.marta.organisation.name
    assert _change(session, scene, [scene.marta], BulkEntry(type="city", organisation=home)) == 1
    assert _marks(session) == 0
