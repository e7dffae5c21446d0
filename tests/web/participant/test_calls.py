"""Open calls: post, answer, choose; the group becomes one wish of several sides."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from scheduler.domain.enums import AnswerState, CallState, InterestLevel, RoundState
from scheduler.models import CallAnswer, Interest, MatrixRule, OpenCall, Participant
from scheduler.planning.material import read_material
from scheduler.planning.values import WishValues
from scheduler.planning.wishes import group_wishes
from tests.counting import counted
from tests.factories import NOW
from tests.web.participant.scene import Scene


def become(scene: Scene, person: Participant) -> None:
    assert person.user
    scene.session.commit()
    scene.client.sign_in(person.user)


def posted(scene: Scene, **fields: object) -> OpenCall:
    scene.post("calls/new", **{"title": "Cities with the same pilot", "seats": "2", **fields})
    return scene.session.scalars(select(OpenCall).order_by(OpenCall.id.desc())).first()  # type: ignore[return-value]


def answer(scene: Scene, call: OpenCall, person: Participant, status: int = 302) -> None:
    call_id = call.public_id
    become(scene, person)
    scene.post(f"calls/{call_id}/answer", status, message="We too")


def decide(scene: Scene, call: OpenCall, person: Participant, take: str = "1", status: int = 302) -> str:
    call_id, public_id = call.public_id, person.public_id
    become(scene, scene.me)
    return scene.post(f"calls/{call_id}/decide", status, person=public_id, take=take)


def test_call_is_answered_and_becomes_a_group(scene: Scene) -> None:
    city, supplier = scene.person("city", "Jane Jacobs"), scene.person("supplier", "Grace Hopper")
    call = posted(scene, text="Let us buy together", topic=str(scene.topic.id))
    for person in (city, supplier):
        answer(scene, call, person)
        decide(scene, call, person)

    material = read_material(scene.session, scene.round.id)
    (wish,) = group_wishes(material.groups, material.people, material.opinions, WishValues())
    assert wish.key == f"call-{call.public_id}"
    assert wish.sides == ((scene.me.id,), (city.id,), (supplier.id,))
    assert wish.kind == "Cities with the same pilot"
    become(scene, city)
    page = scene.get(f"calls/{call.public_id}")
    assert "You are in the group" in page
    assert "Grace Hopper" in page


def test_group_leaves_out_whom_a_rather_not_keeps_apart(scene: Scene) -> None:
    city, supplier = scene.person("city"), scene.person("supplier")
    call = posted(scene)
    for person in (city, supplier):
        answer(scene, call, person)
        decide(scene, call, person)
    scene.session.add(
        Interest(
            round_id=scene.round.id,
            from_id=supplier.id,
            to_id=city.id,
            level=InterestLevel.RATHER_NOT,
            updated_at=NOW,
        )
    )
    scene.session.flush()
    material = read_material(scene.session, scene.round.id)
    (wish,) = group_wishes(material.groups, material.people, material.opinions, WishValues())
    assert wish.sides == ((scene.me.id,), (city.id,))


def test_two_whom_the_matrix_forbids_do_not_get_into_one_group(scene: Scene) -> None:
    one, other = scene.person("city", "Jane Jacobs"), scene.person("city", "Jan Gehl")
    call = posted(scene)
    for person in (one, other):
        answer(scene, call, person)
    decide(scene, call, one)
    page = decide(scene, call, other, status=403)
    assert "Jane Jacobs and Jan Gehl may not meet" in page


def test_call_is_nothing_to_those_who_may_not_ask_its_author(scene: Scene) -> None:
    author, other = scene.person("city", "Jane Jacobs"), scene.person("city", "Jan Gehl")
    become(scene, author)
    call_id = posted(scene).public_id
    become(scene, other)
    assert call_id not in scene.get("calls")
    assert scene.client.get(scene.path(f"calls/{call_id}")).status_code == 404
    scene.post(f"calls/{call_id}/answer", 404, message="We too")
    assert scene.session.scalars(select(CallAnswer)).all() == []


def test_seats_are_not_overfilled_and_free_again_when_an_answer_is_taken_back(scene: Scene) -> None:
    people = [scene.person() for _ in range(3)]
    call = posted(scene)
    for person in people:
        answer(scene, call, person)
    decide(scene, call, people[0])
    decide(scene, call, people[1])
    assert "All seats" in decide(scene, call, people[2], status=409)
    become(scene, people[0])
    scene.post(f"calls/{call.public_id}/answer", withdraw="1")
    decide(scene, call, people[2])
    taken = select(CallAnswer.participant_id).where(CallAnswer.state == AnswerState.TAKEN)
    assert set(scene.session.scalars(taken)) == {people[1].id, people[2].id}


def test_only_the_author_decides(scene: Scene) -> None:
    person = scene.person()
    call = posted(scene)
    answer(scene, call, person)
    scene.post(f"calls/{call.public_id}/decide", 403, person=person.public_id, take="1")
    scene.post(f"calls/{call.public_id}/close", 403)


def test_answers_are_read_by_the_author_alone(scene: Scene) -> None:
    person, other = scene.person(name="Grace Hopper"), scene.person()
    call = posted(scene)
    answer(scene, call, person)
    become(scene, other)
    assert "Grace Hopper" not in scene.get(f"calls/{call.public_id}")


def test_closed_call_takes_no_answer(scene: Scene) -> None:
    person = scene.person()
    call = posted(scene)
    scene.post(f"calls/{call.public_id}/close")
    assert scene.session.get(OpenCall, call.id).state is CallState.CLOSED  # type: ignore[union-attr]
    answer(scene, call, person, 404)


def test_no_to_an_answer_stays_a_no(scene: Scene) -> None:
    city = scene.person("city")
    call = posted(scene)
    call_id = call.public_id
    answer(scene, call, city)
    decide(scene, call, city, take="0")
    become(scene, city)

    assert "decided on already" in scene.post(f"calls/{call_id}/answer", 409, withdraw="1")
    assert "decided on already" in scene.post(f"calls/{call_id}/answer", 409, message="Please")


def test_group_that_was_given_up_stays_so(scene: Scene) -> None:
    city = scene.person("city")
    call = posted(scene)
    call_id = call.public_id
    answer(scene, call, city)
    become(scene, scene.me)
    scene.post(f"calls/{call_id}/close", withdraw="1")

    assert "given up" in decide(scene, call, city, status=409)
    assert "given up" in scene.post(f"calls/{call_id}/close", 409)
    scene.session.expire_all()
    assert call.state is CallState.WITHDRAWN


def test_author_reads_the_profile_of_who_answered_though_only_they_may_ask(scene: Scene) -> None:
    city = scene.person("city")
    city_id = city.public_id
    scene.session.execute(
        delete(MatrixRule).where(
            MatrixRule.from_type_id == scene.me.type_id, MatrixRule.to_type_id == city.type_id
        )
    )
    call = posted(scene)
    assert scene.client.get(scene.path(f"people/{city_id}")).status_code == 404
    answer(scene, call, city)
    become(scene, scene.me)

    assert "Ask for a meeting" not in scene.get(f"people/{city_id}")


def test_no_call_is_posted_while_no_round_is_open(scene: Scene) -> None:
    scene.round.state = RoundState.CLOSED
    scene.post("calls/new", 409, title="Too late", seats="2")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": "  "}, "Say in a few words"),
        ({"text": "x" * 3000}, "2,?000"),
        ({"seats": "0"}, "room for 12"),
        ({"seats": "many"}, "room for 12"),
        ({"topic": "999999"}, "does not exist any more"),
    ],
)
def test_unusable_call_keeps_what_was_entered(scene: Scene, fields: dict[str, str], message: str) -> None:
    page = scene.post("calls/new", 422, **{"title": "Cities", "text": "Kept words", "seats": "2", **fields})
    assert re.search(message, page)
    assert fields.get("title", "Cities").strip() in page


def test_a_fourth_open_call_is_refused(scene: Scene) -> None:
    for _ in range(3):
        posted(scene)
    assert "3 open calls already" in scene.post("calls/new", 429, title="One more", seats="2")


def test_list_of_calls_takes_the_same_number_of_queries_for_one_and_three(scene: Scene) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            posted(scene)
        scene.get("calls")
        with counted() as found:
            scene.get("calls")
        counts.append(len(found))
    assert counts[0] == counts[1]
