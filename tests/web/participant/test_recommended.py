"""The list of suggested partners, by page and form."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.domain.enums import Direction
from scheduler.jobs.queue import queue_of
from scheduler.jobs.recommending import recommend_needed, recommend_one
from scheduler.models import Participant, ParticipantTopic, PartnerWish, Recommendation, Topic
from scheduler.queries.requests.recommendations import event_facts
from scheduler.services.requests.ranked_lists import rank_round, store_round
from tests.conftest import Client
from tests.counting import counted
from tests.factories import NOW
from tests.web.participant.scene import Scene


def make_lists(scene: Scene) -> None:
    store_round(
        scene.session, scene.round.id, rank_round(event_facts(scene.session, scene.event.id)), NOW, NOW, 1
    )


def offer(scene: Scene, name: str, topic: Topic | None = None, type_code: str = "supplier") -> None:
    person = scene.person(type_code, name)
    if topic is not None:
        scene.session.add(
            ParticipantTopic(participant_id=person.id, topic_id=topic.id, direction=Direction.OFFERS)
        )
    scene.session.flush()


def test_page_shows_partners_with_reasons_in_words(scene: Scene) -> None:
    offer(scene, "Grace Hopper", scene.topic)
    offer(scene, "Jane Jacobs")
    make_lists(scene)

    page = scene.get("people/recommended")

    assert "You seek “Traffic data platforms”, they offer it." in page
    assert page.index("Grace Hopper") < page.index("Jane Jacobs")


def test_wished_size_comes_first_and_both_read_why(scene: Scene) -> None:
    offer(scene, "Jane Jacobs", type_code="city")
    offer(scene, "Jan Gehl", type_code="city")
    gehl = scene.session.scalars(select(Participant).where(Participant.name == "Jan Gehl")).one()
    gehl.organisation.inhabitants = 650_000
    scene.post("people/wishes", size=["c3", "nonsense"])
    make_lists(scene)

    page = scene.get("people/recommended")

    assert scene.me.wanted_sizes == "c3"
    assert "You asked for cities of their size: 500,000 to 1,499,999 inhabitants." in page
    assert page.index("Jan Gehl") < page.index("Jane Jacobs")
    assert gehl.user is not None
    scene.client.sign_in(gehl.user)
    page = scene.get("people/recommended")
    assert "They asked for cities of your size: 500,000 to 1,499,999 inhabitants." in page


def test_page_says_that_the_list_is_being_made(scene: Scene) -> None:
    assert "Your list is being made" in scene.get("people/recommended")


def test_city_is_shown_no_city(scene: Scene) -> None:
    me = scene.person("city", "Jane Jacobs")
    offer(scene, "Jan Gehl", scene.topic, "city")
    make_lists(scene)
    assert me.user
    scene.session.commit()
    scene.client.sign_in(me.user)

    assert "Jan Gehl" not in scene.get("people/recommended")


def test_wished_kinds_are_stored_and_others_refused(scene: Scene) -> None:
    scene.post("people/wishes", wanted="city")
    kinds = scene.session.scalars(select(PartnerWish.type_id)).all()
    assert len(kinds) == 1
    scene.post("people/wishes", 422, wanted="astronaut")
    scene.post("people/wishes")
    assert scene.session.scalars(select(PartnerWish)).all() == []


@pytest.mark.parametrize("path", ["people/recommended", "people"])
def test_pages_of_people_take_the_same_number_of_queries_for_one_and_three(scene: Scene, path: str) -> None:
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            offer(scene, name, scene.topic)
        make_lists(scene)
        scene.get(path)
        with counted() as found:
            scene.get(path)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_worker_makes_lists_and_follows_a_changed_profile(scene: Scene, client: Client) -> None:
    offer(scene, "Grace Hopper", scene.topic)
    water = Topic(event_id=scene.event.id, code="water", label="Water")
    scene.session.add(water)
    scene.session.flush()
    offer(scene, "Jane Jacobs", water)
    scene.session.commit()
    recommend_needed(client.application)
    assert scene.get("people/recommended").index("Grace Hopper") > 0

    scene.post("profile/field", 200, name="seeks", value=str(water.id))
    assert len(queue_of(client.application)) == 1
    me = scene.me.id
    scene.session.commit()
    recommend_one(client.application, me)

    page = scene.get("people/recommended")
    assert "You seek “Water”, they offer it." in page
    assert page.index("Jane Jacobs") < page.index("Grace Hopper")


def test_lists_of_a_deleted_participant_go_with_them(scene: Scene) -> None:
    make_lists(scene)
    scene.session.delete(scene.me)
    scene.session.commit()
    assert scene.session.scalars(select(Recommendation)).all() == []
