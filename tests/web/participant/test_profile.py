"""The profile's form, and saving field by field."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.domain.enums import Direction
from scheduler.models import ParticipantTopic, Topic
from tests.factories import make_event
from tests.web.participant.scene import Scene


def test_profile_is_stored(scene: Scene) -> None:
    scene.post(
        "profile",
        name="  Ada   King ",
        job_title="Analyst",
        country="GB",
        languages_shown="1",
        languages=["en", "fr"],
        offers_text="Engines\r\nand notes",
        links="example.org\n\nhttps://ada.example",
        org_description="We compute.",
        org_website="ada.example",
        seeks_shown="1",
        offers_shown="1",
        offers=[str(scene.topic.id)],
    )

    me = scene.me
    assert (me.name, me.job_title, me.country, me.languages) == ("Ada King", "Analyst", "GB", "en fr")
    assert me.offers_text == "Engines\nand notes"
    assert me.links == "https://example.org\nhttps://ada.example"
    assert me.organisation.website == "https://ada.example"
    rows = scene.session.execute(
        select(ParticipantTopic.topic_id, ParticipantTopic.direction).where(
            ParticipantTopic.participant_id == me.id
        )
    ).all()
    assert [tuple(row) for row in rows] == [(scene.topic.id, Direction.OFFERS)]


def test_profile_with_a_mistake_changes_nothing_and_keeps_the_text(scene: Scene) -> None:
    page = scene.post("profile", 422, name="Ada King", goals="World peace", links="javascript:alert(1)")

    assert "is no web address" in page
    assert "World peace" in page
    assert scene.me.name == "Ada Lovelace"
    assert scene.me.goals == ""


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", " ", "Your name is needed"),
        ("country", "XX", "Choose a country"),
        ("languages", "klingon", "no language that we know"),
        ("goals", "z" * 2001, "2001 characters, and 2000 are allowed"),
        ("links", "\n".join(["https://example.org"] * 9), "Give 8 links at most"),
        ("email", "x@example.org", "There is no such field"),
        ("guarantee", "99", "There is no such field"),
        ("offers", " ".join(str(n) for n in range(1, 30)), "Choose 20 topics at most"),
        ("seeks", "999999", "does not exist any more"),
    ],
)
def test_field_that_can_not_be_used_says_why(scene: Scene, name: str, value: str, message: str) -> None:
    answer = scene.client.post(scene.path("profile/field"), data={"name": name, "value": value})

    assert answer.status_code == 422
    assert answer.json is not None
    assert message in answer.json["message"]


def test_field_is_saved_as_one_goes(scene: Scene) -> None:
    answer = scene.client.post(scene.path("profile/field"), data={"name": "goals", "value": "Find a pilot"})

    scene.session.expire_all()
    assert answer.json == {"saved": True, "message": "Saved", "percent": 32}
    assert scene.me.goals == "Find a pilot"


def test_topics_of_another_event_are_refused(scene: Scene) -> None:
    other = Topic(event_id=make_event(scene.session).id, code="x", label="X")
    scene.session.add(other)
    scene.session.commit()

    answer = scene.client.post(scene.path("profile/field"), data={"name": "seeks", "value": str(other.id)})

    assert answer.status_code == 422


def test_text_is_shown_as_text(scene: Scene) -> None:
    grace = scene.person()
    grace.offers_text = "<script>alert(1)</script>"

    page = scene.get(f"people/{grace.public_id}")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_ten_megabytes_in_the_form_change_nothing_and_the_rest_is_still_there(scene: Scene) -> None:
    page = scene.post("profile", 422, goals="Find partners", seeks_text="x" * 10_000_000)

    assert "10000000 characters, and 3000 are allowed" in page
    assert "Find partners" in page
    assert "only the beginning is still here" in page
    assert len(page) < 200_000
    assert (scene.me.goals, scene.me.seeks_text) == ("", "")


def test_ten_megabytes_in_one_field_are_answered_with_a_sentence(scene: Scene) -> None:
    answer = scene.post("profile/field", 422, name="offers_text", value="x" * 10_000_000)

    assert "10000000 characters, and 3000 are allowed" in answer
    assert len(answer) < 500


@pytest.mark.parametrize(
    ("entered", "stored"), [("1 600 000", 1_600_000), ("1.600.000", 1_600_000), ("45", 45), ("", None)]
)
def test_size_is_stored_as_people_write_it(scene: Scene, entered: str, stored: int | None) -> None:
    scene.post("profile", org_inhabitants=entered)

    assert scene.me.organisation.inhabitants == stored


@pytest.mark.parametrize("entered", ["many", "-5", "0", "1.5", "9" * 40, "٣٤", "12 34"])
def test_size_that_is_no_number_is_refused(scene: Scene, entered: str) -> None:
    page = scene.post("profile", 422, org_employees=entered, goals="Kept")

    assert "enter a whole number" in page
    assert "Kept" in page
