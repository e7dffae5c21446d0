"""Pages on which people who are registered twice are found and merged."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, Role
from scheduler.models import Event, Participant, Request
from tests.conftest import Client
from tests.counting import counted
from tests.factories import (
    make_block,
    make_event,
    make_meeting,
    make_organisation,
    make_organiser,
    make_participant,
    make_place,
    make_plan,
    make_request,
    make_round,
)

PEOPLE = "/e/expo/organise/people/"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session = session
        self.event: Event = make_event(session, "expo")
        self.home = make_organisation(session, self.event, "Acme")
        self.kept, self.gone = self.person("Ana Petrova"), self.person("Ana Petrova")
        self.bo = make_participant(session, self.event, name="Bo")
        self.round = make_round(session, self.event)
        make_request(session, self.round, self.bo, self.gone)
        self.far = make_participant(session, make_event(session, "other"), name="Ana Petrova")
        session.commit()
        self.merge = f"{PEOPLE}{self.kept.public_id}/merge?with={self.gone.public_id}"
        self.gone_id = self.gone.id
        nora = make_organiser(session, self.event)
        session.commit()
        client.sign_in(nora)

    def person(self, name: str) -> Participant:
        return make_participant(self.session, self.event, name=name, organisation=self.home)

    def still_two(self) -> bool:
        self.session.expire_all()
        return self.session.get(Participant, self.gone_id) is not None


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_candidates_are_listed_and_merged_after_a_look(scene: Scene, client: Client) -> None:
    listed = client.get(f"{PEOPLE}doubles").text
    assert (scene.kept.email in listed, scene.bo.email in listed) == (True, False)
    preview = client.get(scene.merge).text
    assert ("One request received" in preview, "can't be taken back" in preview.replace("&#39;", "'")) == (
        True,
        True,
    )
    assert client.post(scene.merge).status_code == 409
    assert scene.still_two()
    done = client.post(scene.merge, data={"seen": seen_in(preview)}, follow_redirects=True)
    assert "The two registrations of Ana Petrova are one now." in done.text
    assert not scene.still_two()
    asked = scene.session.scalars(select(Request.to_id)).all()
    assert asked == [scene.kept.id]
    assert "Nobody is registered twice" in client.get(f"{PEOPLE}doubles").text
    assert "registrations of one person merged" in client.get("/e/expo/organise/log/").text


def test_pressing_twice_merges_once(scene: Scene, client: Client) -> None:
    seen = {"seen": seen_in(client.get(scene.merge).text)}
    assert [client.post(scene.merge, data=seen).status_code for _ in range(2)] == [302, 404]
    assert scene.session.scalar(select(func.count(Participant.id))) == 3


def test_meetings_in_the_way_are_named_with_the_way_out(scene: Scene, client: Client) -> None:
    session, block = scene.session, make_block(scene.session, scene.event)
    place = make_place(session, scene.event)
    plan = make_plan(session, make_round(session, scene.event, blocks=[block]))
    plan.state = PlanState.PUBLISHED
    make_meeting(session, plan, block.slots[0], place, [scene.kept, scene.bo])
    other = make_meeting(
        session, plan, block.slots[0], place, [scene.gone, scene.person("Cem")], table_number=2
    )
    session.commit()
    page = client.get(scene.merge)
    assert all(
        word in page.text for word in ("keeps the two apart", "Bo", "Cem", f"meetings/{other.public_id}")
    )
    assert "Merge them" not in page.text
    forced = client.post(scene.merge, data={"seen": seen_in(page.text)})
    assert (forced.status_code, scene.still_two()) == (409, True)


def test_the_other_is_found_by_name_and_only_at_this_event(scene: Scene, client: Client) -> None:
    choose = f"{PEOPLE}{scene.kept.public_id}/merge"
    found = client.get(choose).text
    assert (scene.gone.email in found, scene.far.email in found) == (True, False)
    assert "Nobody else is found" in client.get(f"{choose}?q=nobody").text
    assert client.get(f"{choose}?with={scene.far.public_id}").status_code == 404
    assert client.get(f"{choose}?with={scene.kept.public_id}").status_code == 422


def test_the_page_of_doubles_takes_a_fixed_number_of_queries(scene: Scene, client: Client) -> None:
    client.get(f"{PEOPLE}doubles")
    with counted() as once:
        client.get(f"{PEOPLE}doubles")
    for name in ("Dee", "Dee", "Eve", "Eve"):
        scene.person(name)
    scene.session.commit()
    with counted() as thrice:
        assert "Eve" in client.get(f"{PEOPLE}doubles").text
    assert len(thrice) == len(once)


def test_co_organisers_merge_nobody(scene: Scene, client: Client) -> None:
    helper = make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    assert "Keep this one" not in client.get(f"{PEOPLE}doubles").text
    assert client.get(scene.merge).status_code == client.post(scene.merge).status_code == 403
