"""The people one may meet, by page, form and address."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.domain.enums import (
    BusySource,
    Direction,
    InterestLevel,
    ParticipantState,
    RequestState,
    RoundState,
)
from scheduler.models import BusyTime, Interest, ParticipantTopic, Request, Topic
from tests.counting import counted
from tests.factories import at, make_event, make_participant, make_request
from tests.web.participant.scene import Scene

# Pages: what they store is tested on both databases with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_people_lists_those_whom_the_matrix_allows(scene: Scene) -> None:
    scene.person("supplier", "Grace Hopper")
    scene.person("city", "Jane Jacobs")

    page = scene.get("people")

    assert "Grace Hopper" in page
    assert "Jane Jacobs" in page
    assert "Ada Lovelace</a></h2>" not in page


def test_city_does_not_see_cities_by_list_address_or_form(scene: Scene) -> None:
    me = scene.person("city", "Jane Jacobs")
    other = scene.person("city", "Jan Gehl")
    assert me.user
    scene.session.commit()
    scene.client.sign_in(me.user)

    assert "Jan Gehl" not in scene.get("people")
    assert "Jan Gehl" not in scene.get("people?q=Gehl")
    assert scene.client.get(scene.path(f"people/{other.public_id}")).status_code == 404
    scene.post(f"people/{other.public_id}/interest", 404, level="must")
    scene.post(f"people/{other.public_id}/request", 404, message="Hello")
    assert scene.session.scalars(select(Interest)).all() == []


def test_stranger_of_another_event_is_nobody(scene: Scene) -> None:
    stranger = make_participant(scene.session, make_event(scene.session))

    scene.post(f"people/{stranger.public_id}/request", 404, message="Hello")
    assert scene.client.get(scene.path(f"people/{stranger.public_id}")).status_code == 404


def test_page_of_another_event_is_refused(scene: Scene) -> None:
    other = make_event(scene.session)
    scene.session.commit()

    assert scene.client.get(f"/e/{other.slug}/me/people").status_code == 403


def test_withdrawn_people_are_not_listed(scene: Scene) -> None:
    gone = scene.person("supplier", "Grace Hopper")
    gone.state = ParticipantState.WITHDRAWN

    assert "Grace Hopper" not in scene.get("people")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=grace", True),
        ("q=navy+compilers", True),
        ("q=100%25", False),
        ("type=supplier", True),
        ("type=city", False),
        ("country=ES", True),
        ("country=FR", False),
        ("interest=must", False),
        ("day=2023-11-08", True),
        ("day=2023-11-07", False),
        ("day=nonsense", True),
        ("page=99", True),
    ],
)
def test_filters_narrow_the_list(scene: Scene, query: str, found: bool) -> None:
    grace = scene.person("supplier", "Grace Hopper")
    grace.offers_text = "Compilers for the navy"
    scene.session.add(
        BusyTime(
            participant_id=grace.id,
            starts_at=at("2023-11-07 08:00"),
            ends_at=at("2023-11-07 20:00"),
            source=BusySource.OWN,
        )
    )

    assert ("Grace Hopper" in scene.get(f"people?{query}")) is found


def test_topic_filter_takes_the_topics_below_along(scene: Scene) -> None:
    grace = scene.person("supplier", "Grace Hopper")
    below = Topic(event_id=scene.event.id, code="signals", label="Signals", parent_id=scene.topic.id)
    scene.session.add(below)
    scene.session.flush()
    scene.session.add(
        ParticipantTopic(participant_id=grace.id, topic_id=below.id, direction=Direction.OFFERS)
    )

    assert "Grace Hopper" in scene.get(f"people?topic={scene.topic.id}")


def test_interest_is_stored_and_taken_back(scene: Scene) -> None:
    grace = scene.person()

    scene.post(f"people/{grace.public_id}/interest", level="must")
    assert scene.session.scalars(select(Interest.level)).all() == [InterestLevel.MUST]
    scene.post(f"people/{grace.public_id}/interest", level="")
    assert scene.session.scalars(select(Interest)).all() == []


def test_rather_not_is_never_shown_to_the_other(scene: Scene) -> None:
    grace = scene.person(name="Grace Hopper")
    scene.session.add(
        Interest(
            round_id=scene.round.id,
            from_id=grace.id,
            to_id=scene.me.id,
            level=InterestLevel.RATHER_NOT,
            updated_at=scene.round.created_at,
        )
    )
    plain = scene.person(name="Grace Hopper")
    scene.session.commit()

    marked = scene.get(f"people/{grace.public_id}")
    unmarked = scene.get(f"people/{plain.public_id}")

    pages = [
        page.replace(person.public_id, "X").replace(person.organisation.name, "O")
        for page, person in ((marked, grace), (unmarked, plain))
    ]
    # A form's token holds the second in which it was made.
    one, other = (re.sub(r"[\w-]+\.[\w-]{6}\.[\w-]{27}", "T", page) for page in pages)
    assert one == other


def test_interest_by_htmx_answers_with_the_buttons(scene: Scene) -> None:
    grace = scene.person()
    scene.session.commit()

    answer = scene.client.post(
        scene.path(f"people/{grace.public_id}/interest"),
        data={"level": "like"},
        headers={"HX-Request": "true"},
    )

    assert 'value="" class="choice-like" aria-pressed="true"' in " ".join(answer.text.split())
    assert "<html" not in answer.text


def test_interest_after_the_round_closed_is_refused(scene: Scene) -> None:
    grace = scene.person()
    scene.round.state = RoundState.CLOSED

    assert "No round is open now" in scene.post(f"people/{grace.public_id}/interest", 409, level="must")


def test_request_is_sent_with_its_message(scene: Scene) -> None:
    grace = scene.person(name="Grace Hopper")

    scene.post(f"people/{grace.public_id}/request", message="Shall we?")

    assert "Your request is on its way to Grace Hopper" in scene.get(f"people/{grace.public_id}")
    assert scene.session.scalars(select(Request.message)).all() == ["Shall we?"]


def test_request_that_is_too_long_keeps_what_was_written(scene: Scene) -> None:
    grace = scene.person()

    page = scene.post(f"people/{grace.public_id}/request", 422, message="y" * 1001)

    assert "1001 characters, and 1000 are allowed" in page
    assert "y" * 1001 in page
    assert scene.session.scalars(select(Request)).all() == []


def test_text_of_ten_megabytes_is_answered_clearly(scene: Scene) -> None:
    grace = scene.person()

    page = scene.post(f"people/{grace.public_id}/request", 422, message="y" * 10_000_000)

    assert "10000000 characters, and 1000 are allowed" in page
    assert len(page) < 40_000


def test_person_who_asked_is_seen_though_the_matrix_forbids_to_ask_back(scene: Scene) -> None:
    city = scene.person("city", "Jane Jacobs")
    other = scene.person("city", "Jan Gehl")
    make_request(scene.session, scene.round, other, city)
    assert city.user
    scene.session.commit()
    scene.client.sign_in(city.user)

    page = scene.get(f"people/{other.public_id}")

    assert "Jan Gehl asks to meet you" in page
    assert "Send request" not in page


def test_two_who_ask_each_other_agree_at_once(scene: Scene) -> None:
    grace = scene.person(name="Grace Hopper")
    theirs = make_request(scene.session, scene.round, grace, scene.me)

    scene.post(f"people/{grace.public_id}/request", message="Me too")

    scene.session.refresh(theirs)
    assert theirs.state is RequestState.ACCEPTED
    assert "You both want to meet" in scene.get(f"people/{grace.public_id}")


def test_people_page_does_the_same_number_of_queries_for_one_and_for_three(scene: Scene) -> None:
    scene.person()
    scene.get("people")
    with counted() as one:
        scene.get("people")
    scene.person()
    scene.person()
    with counted() as three:
        scene.get("people")

    statements = [text for text in three if not text.startswith("INSERT")]
    assert len(one) == len(statements)


def test_note_of_ten_megabytes_is_answered_with_its_beginning(scene: Scene) -> None:
    grace = scene.person()

    page = scene.post(f"people/{grace.public_id}/interest", 422, level="like", note="so it is " * 1_200_000)

    assert "500 are allowed" in page
    assert "The beginning of what you wrote" in page
    assert page.count("so it is") > 100
    assert len(page) < 40_000


def test_reason_that_is_too_long_is_given_back(scene: Scene) -> None:
    request = make_request(scene.session, scene.round, scene.person(), scene.me)

    page = scene.post(f"requests/{request.public_id}/answer", 422, state="declined", reason="no time " * 100)

    assert "What you wrote, to copy" in page
    assert "no time no time" in page
    assert request.state is RequestState.OPEN


def test_mutual_marks_are_shown_to_both_at_once_and_one_mark_to_nobody_else(scene: Scene) -> None:
    other = scene.person(name="Grace Hopper")
    me, me_id, other_id = scene.me, scene.me.public_id, other.public_id
    assert me.user is not None
    assert other.user is not None
    mine, theirs = me.user, other.user
    scene.session.commit()
    sentence, badge = "You both want to meet. The schedule will find", "You both want to meet"

    scene.post(f"people/{other_id}/interest", level="like")
    assert badge not in scene.get("people")
    scene.client.sign_in(theirs)
    assert badge not in scene.get("people")
    assert badge not in scene.get(f"people/{me_id}")
    scene.post(f"people/{me_id}/interest", level="rather-not")
    scene.client.sign_in(mine)
    assert badge not in scene.get(f"people/{other_id}")
    scene.client.sign_in(theirs)
    scene.post(f"people/{me_id}/interest", level="must")
    for user, whom in ((theirs, me_id), (mine, other_id)):
        scene.client.sign_in(user)
        assert badge in scene.get("people")
        assert sentence in scene.get(f"people/{whom}")
