"""The pages of organisations: found, looked at, changed, merged, moved, deleted."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import AgendaMark, Event, Organisation, Participant
from tests.conftest import Client
from tests.counting import counted
from tests.factories import make_event, make_organisation, make_organiser, make_participant, make_place

BASE = "/e/expo/organise/organisations/"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session = session
        self.event: Event = make_event(session, "expo")
        self.acme = make_organisation(session, self.event, "Acme")
        self.twin = make_organisation(session, self.event, "Acme GmbH")
        self.ada = make_participant(session, self.event, name="Ada", organisation=self.twin)
        make_place(session, self.event, organisation=self.twin)
        self.far = make_organisation(session, make_event(session, "other"), "Elsewhere")
        self.nora = make_organiser(session, self.event)
        session.commit()
        self.merge = f"{BASE}{self.acme.public_id}/merge?with={self.twin.public_id}"
        client.sign_in(self.nora)

    def home(self, person: Participant) -> str:
        self.session.expire_all()
        return self.session.get_one(Participant, person.id).organisation.name


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_the_list_finds_and_the_page_says_what_hangs_on_it(scene: Scene, client: Client) -> None:
    page = client.get(f"{BASE}?q=gmbh").text
    assert ("Acme GmbH" in page, ">Acme</a>" in page) == (True, False)
    detail = client.get(f"{BASE}{scene.twin.public_id}/").text
    assert all(
        word in detail for word in ("Ada", "Stands and places", "look like the same organisation", ">Acme<")
    )
    assert "Delete it" not in detail
    assert "Acme GmbH" in client.get("/e/expo/organise/people/").text
    assert "Ada" in client.get(f"/e/expo/organise/people/?organisation={scene.twin.public_id}").text
    assert "Ada" not in client.get(f"/e/expo/organise/people/?organisation={scene.acme.public_id}").text
    rows = client.get("/e/expo/organise/lists/organisations.csv?q=gmbh").data.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["Name", "Acme GmbH"]


def test_the_page_takes_the_same_number_of_queries_for_one_and_three(scene: Scene, client: Client) -> None:
    address = f"{BASE}{scene.twin.public_id}/"
    client.get(address)
    with counted() as once:
        client.get(address)
    for _ in range(2):
        make_participant(scene.session, scene.event, organisation=scene.twin)
        make_place(scene.session, scene.event, organisation=scene.twin)
    scene.session.commit()
    with counted() as thrice:
        assert client.get(address).status_code == 200
    assert len(thrice) == len(once)


def test_merging_shows_what_it_does_and_then_does_just_that(scene: Scene, client: Client) -> None:
    preview = client.get(scene.merge).text
    assert ("One representative" in preview, "One stand or place" in preview) == (True, True)
    unseen = client.post(scene.merge, data={"name": "gone"})
    assert (unseen.status_code, scene.home(scene.ada)) == (409, "Acme GmbH")
    # Somebody joins meanwhile: the number that was said no longer holds.
    make_participant(scene.session, scene.event, organisation=scene.twin)
    scene.session.commit()
    stale = client.post(scene.merge, data={"seen": seen_in(preview), "name": "gone"})
    assert (stale.status_code, "Something has changed meanwhile" in stale.text) == (409, True)
    assert 'value="gone" checked' in stale.text or 'checked id="name-1"' in stale.text
    done = client.post(scene.merge, data={"seen": seen_in(stale.text), "name": "gone"}, follow_redirects=True)
    assert (done.status_code, scene.home(scene.ada)) == (200, "Acme GmbH")
    assert scene.session.scalar(select(func.count(Organisation.id))) == 2
    assert "Two organisations merged" in client.get("/e/expo/organise/log/").text
    again = client.post(scene.merge, data={"seen": seen_in(stale.text)})
    assert again.status_code == 404


def test_the_other_is_found_by_name(scene: Scene, client: Client) -> None:
    page = client.get(f"{BASE}{scene.acme.public_id}/merge").text
    assert "Acme GmbH" in page
    make_organisation(scene.session, scene.event, "Zürich")
    scene.session.commit()
    assert "Zürich" in client.get(f"{BASE}{scene.acme.public_id}/merge?q=zurich").text
    assert client.get(f"{BASE}{scene.acme.public_id}/merge?with={scene.far.public_id}").status_code == 404
    assert client.get(f"{BASE}{scene.acme.public_id}/merge?with={scene.acme.public_id}").status_code == 422


def test_a_name_that_is_taken_offers_to_merge_and_keeps_what_was_typed(scene: Scene, client: Client) -> None:
    answer = client.post(f"{BASE}{scene.twin.public_id}/edit", data={"name": "ACME", "city": "Sofia"})
    assert (answer.status_code, "There is an organisation “Acme” already." in answer.text) == (422, True)
    assert ("Merge them instead" in answer.text, 'value="Sofia"' in answer.text) == (True, True)
    done = client.post(
        f"{BASE}{scene.twin.public_id}/edit",
        data={"name": "Acme Bulgaria", "country": "BG", "employees": "1.200"},
        follow_redirects=True,
    )
    assert ("Acme Bulgaria" in done.text, "1,200" in done.text) == (True, True)


def test_representatives_are_moved_and_agendas_hear_of_it(scene: Scene, client: Client) -> None:
    change = f"/e/expo/organise/people/change?organisation={scene.twin.public_id}"
    client.post(change, data={"organisation": "Acme", "confirm": "yes", "meant": "1"})
    assert scene.home(scene.ada) == "Acme"
    marks = scene.session.execute(select(AgendaMark.what, AgendaMark.key)).all()
    assert [tuple(mark) for mark in marks] == [("participant", scene.ada.id)]


def test_only_an_empty_one_is_deleted(scene: Scene, client: Client) -> None:
    used = client.post(f"{BASE}{scene.twin.public_id}/delete")
    assert (used.status_code, "Move them to another organisation first" in used.text) == (409, True)
    assert "Delete Acme" in client.get(f"{BASE}{scene.acme.public_id}/").text
    done = client.post(f"{BASE}{scene.acme.public_id}/delete", follow_redirects=True)
    assert "“Acme” is deleted." in done.text
    assert client.get(f"{BASE}{scene.acme.public_id}/").status_code == 404


def test_co_organisers_look_and_change_nothing(scene: Scene, client: Client) -> None:
    helper = make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    page = client.get(f"{BASE}{scene.twin.public_id}/")
    assert (page.status_code, "Merge" in page.text, "Edit" in page.text) == (200, False, False)
    assert client.get(f"{BASE}{scene.twin.public_id}/edit").status_code == 403
    assert client.get(scene.merge).status_code == client.post(scene.merge).status_code == 403
