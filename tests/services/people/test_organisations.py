"""Organisations: what organisers say about them, and two that become one."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from scheduler.database.references import references_to
from scheduler.domain.enums import ImportTask, ParticipantState, Role
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    AgendaEntry,
    AgendaMark,
    AuditEntry,
    Event,
    EventRole,
    ImportErrand,
    Organisation,
    Participant,
    PeopleImport,
    Picture,
    Place,
    User,
)
from scheduler.queries.people.organisation_admin import alike_of
from scheduler.queries.people.organisations import (
    OrganisationFilter,
    OrganisationNeed,
    organisations_alike,
    organisations_page,
)
from scheduler.services.calendars.stale_agendas import refresh_marked
from scheduler.services.people.organisation_merge import merge_organisations, preview_organisation_merge
from scheduler.services.people.organisations import (
    NameTaken,
    OrganisationEntry,
    change_organisation,
    delete_organisation,
)
from scheduler.web.labels.references import SAID
from tests.factories import (
    NOW,
    make_event,
    make_organisation,
    make_organiser,
    make_participant,
    make_place,
)
from tests.services.scenes import published_scene

TABLE = cast(Table, Organisation.__table__)


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def nora(session: Session, event: Event) -> User:
    return make_organiser(session, event)


def picture(session: Session, organisation: Organisation) -> Picture:
    found = Picture(
        organisation_id=organisation.id,
        media_type="image/png",
        width=1,
        height=1,
        content=b"x",
        created_at=NOW,
    )
    session.add(found)
    session.flush()
    return found


def pointing_at(session: Session, organisation_id: int) -> dict[str, int]:
    return {
        one.name: session.scalar(
            select(func.count()).select_from(one.table).where(one.column == organisation_id)
        )
        or 0
        for one in references_to(TABLE)
    }


def everything_of(session: Session, event: Event, home: Organisation) -> None:
    """One row in each table that points to organisations."""
    person = make_participant(session, event, organisation=home)
    person.brought_by_id = home.id
    make_place(session, event, organisation=home)
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.scalars(select(EventRole).where(EventRole.user_id == user.id)).one().organisation_id = home.id
    picture(session, home)
    brought = PeopleImport(event_id=event.id, user_id=user.id, name="list.csv", created_at=NOW)
    session.add(brought)
    session.flush()
    session.add(
        ImportErrand(list_id=brought.id, task=ImportTask.STORE, by_id=user.id, home_id=home.id, since=NOW)
    )
    session.flush()


def test_all_that_points_to_the_one_that_goes_points_to_the_one_that_stays(
    session: Session, event: Event, nora: User
) -> None:
    kept, gone = make_organisation(session, event, "Acme"), make_organisation(session, event, "Acme GmbH")
    everything_of(session, event, gone)
    before = pointing_at(session, gone.id)
    # A table that will point to organisations has to be filled above, so that this test is about it.
    assert set(before.values()) == {1}
    assert set(before) <= SAID.keys()
    number = gone.id
    assert preview_organisation_merge(session, kept, gone).moves == before
    merge_organisations(session, event, kept, gone, (), nora)
    assert pointing_at(session, kept.id) == before
    assert set(pointing_at(session, number).values()) == {0}
    assert session.get(Organisation, number) is None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.merge")).one()
    assert (entry.user_id, entry.detail["merged"]) == (nora.id, "Acme GmbH")


def test_of_what_differs_the_chosen_stays_and_what_was_empty_is_taken_over(
    session: Session, event: Event, nora: User
) -> None:
    kept, gone = make_organisation(session, event, "Acme"), make_organisation(session, event, "ACME S.L.")
    kept.city, gone.city, gone.website, gone.employees = "Sofia", "Plovdiv", "https://acme.bg", 40
    logo = picture(session, kept), picture(session, gone)
    stays = logo[1].public_id
    found = preview_organisation_merge(session, kept, gone)
    assert found.choices == {"name", "city", "logo"}
    assert found.taken_over == {"website": "https://acme.bg", "employees": 40}
    merge_organisations(session, event, kept, gone, ("name", "logo", "nonsense"), nora)
    assert (kept.name, kept.name_key, kept.city) == ("ACME S.L.", "acme s.l.", "Sofia")
    assert (kept.website, kept.employees) == ("https://acme.bg", 40)
    assert session.scalars(select(Picture.public_id)).all() == [stays]


def test_agendas_that_show_the_name_are_brought_up_to_date(session: Session) -> None:
    scene = published_scene(session)
    nora = make_organiser(session, scene.event)
    gone = scene.marta.organisation
    kept = make_organisation(session, scene.event, "Acme")
    merge_organisations(session, scene.event, kept, gone, (), nora)
    assert session.scalar(select(func.count()).select_from(AgendaMark)) != 0
    assert refresh_marked(session) == 1
    entries = session.scalars(select(AgendaEntry).where(AgendaEntry.participant_id == scene.ana.id))
    assert "Acme" in str([entry.partners for entry in entries])


def test_one_cannot_be_merged_with_itself_nor_when_it_is_gone(
    session: Session, event: Event, nora: User
) -> None:
    kept, gone = make_organisation(session, event, "Acme"), make_organisation(session, event, "Acme GmbH")
    with pytest.raises(Invalid):
        preview_organisation_merge(session, kept, kept)
    merge_organisations(session, event, kept, gone, (), nora)
    with pytest.raises(Conflict, match="gone"):
        merge_organisations(session, event, kept, gone, (), nora)


def test_a_name_that_another_has_is_refused_and_names_the_other(
    session: Session, event: Event, nora: User
) -> None:
    one, other = make_organisation(session, event, "Øresund"), make_organisation(session, event, "Acme")
    with pytest.raises(NameTaken) as caught:
        change_organisation(session, event, other, OrganisationEntry("ØRESUND"), nora)
    assert (caught.value.other, caught.value.field) == (one, "name")
    change_organisation(
        session, event, one, OrganisationEntry("ØRESUND", website="oe.dk", employees="1 200"), nora
    )
    assert (one.name, one.website, one.employees) == ("ØRESUND", "https://oe.dk", 1200)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (OrganisationEntry(" "), "name"),
        (OrganisationEntry("A", website="javascript:x"), "website"),
        (OrganisationEntry("A", country="Atlantis"), "country"),
        (OrganisationEntry("A", employees="many"), "employees"),
        (OrganisationEntry("A", kind="x" * 41), "kind"),
        (OrganisationEntry("A", description="x" * 3001), "description"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    session: Session, event: Event, nora: User, entry: OrganisationEntry, field: str
) -> None:
    home = make_organisation(session, event, "Acme")
    with pytest.raises(Invalid) as caught:
        change_organisation(session, event, home, entry, nora)
    assert (caught.value.field, home.name) == (field, "Acme")


def test_only_one_that_nothing_hangs_on_is_deleted(session: Session, event: Event, nora: User) -> None:
    used, empty = make_organisation(session, event), make_organisation(session, event)
    make_participant(session, event, organisation=used, state=ParticipantState.WITHDRAWN)
    picture(session, empty)
    with pytest.raises(Conflict, match="Move them"):
        delete_organisation(session, event, used, nora)
    delete_organisation(session, event, empty, nora)
    assert session.scalar(select(func.count(Organisation.id)).where(Organisation.id == empty.id)) == 0
    assert session.scalar(select(func.count(Participant.id))) == 1
    assert session.scalar(select(func.count(Place.id))) == 0


def test_those_that_look_alike_stand_side_by_side(session: Session, event: Event) -> None:
    names = ("Balkan AD", "Zeta", "Acme", "Balkan EOOD", "Northwind")
    homes = {name: make_organisation(session, event, name) for name in names}
    homes["Zeta"].website, homes["Acme"].website = "https://www.acme.es/en", "acme.es"
    make_organisation(session, make_event(session), "Acme S.L.")
    session.flush()
    assert organisations_alike(session, event.id) == [
        (homes["Acme"].id, homes["Zeta"].id),
        (homes["Balkan AD"].id, homes["Balkan EOOD"].id),
    ]
    for group in organisations_alike(session, event.id):
        one, other = (session.get_one(Organisation, key) for key in group)
        assert (alike_of(session, one), alike_of(session, other)) == ((other,), (one,))
    assert alike_of(session, homes["Northwind"]) == ()
    wanted = OrganisationFilter(text="eood", need=OrganisationNeed.ALIKE)
    page = organisations_page(session, event.id, wanted, 1)
    assert [(line.name, line.twin) for line in page.lines] == [
        ("Balkan AD", homes["Balkan EOOD"].public_id),
        ("Balkan EOOD", homes["Balkan AD"].public_id),
    ]


def test_the_list_is_searched_without_accents_and_filtered(session: Session, event: Event) -> None:
    one, other = make_organisation(session, event, "Łódź Data"), make_organisation(session, event, "Acme")
    one.country, one.kind = "PL", "city"
    make_participant(session, event, organisation=one)
    make_participant(session, event, organisation=other, state=ParticipantState.WITHDRAWN)

    def found(**wanted: object) -> list[tuple[str, int]]:
        page = organisations_page(session, event.id, OrganisationFilter(**wanted), 1)  # type: ignore[arg-type]
        return [(line.name, line.people) for line in page.lines]

    assert found(text="lodz") == found(country="PL") == found(kind="city") == [("Łódź Data", 1)]
    assert found(need=OrganisationNeed.NOBODY) == [("Acme", 0)]
    assert found(text="nothing") == []
