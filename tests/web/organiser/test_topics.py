"""The taxonomy's page."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Direction, Role
from scheduler.models import ParticipantTopic, Topic
from tests import factories as make
from tests.conftest import Client
from tests.imports.tables import DATA


class Scene:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.organiser = make.make_organiser(session, self.event)
        self.address = f"/e/{self.event.slug}/organise/rounds/topics"
        self.top = self.topic("mobility", "Mobility")
        self.below = self.topic("parking", "Parking", self.top)
        session.commit()

    def topic(self, code: str, label: str, parent: Topic | None = None) -> Topic:
        topic = Topic(event_id=self.event.id, code=code, label=label, parent_id=parent.id if parent else None)
        self.session.add(topic)
        self.session.flush()
        return topic

    def labels(self) -> set[str]:
        self.session.expire_all()
        return set(self.session.scalars(select(Topic.label).where(Topic.event_id == self.event.id)))


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_a_topic_is_added_below_another(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser).post(scene.address, data={"label": "Tolls", "above": scene.top.id})
    added = scene.session.scalars(select(Topic).where(Topic.label == "Tolls")).one()
    assert added.parent_id == scene.top.id


def test_removing_a_topic_gives_people_the_one_above(scene: Scene, client: Client) -> None:
    one, both = (make.make_participant(scene.session, scene.event) for _ in range(2))
    for person, topic in ((one, scene.below), (both, scene.below), (both, scene.top)):
        scene.session.add(
            ParticipantTopic(participant_id=person.id, topic_id=topic.id, direction=Direction.SEEKS)
        )
    scene.session.commit()
    client.sign_in(scene.organiser).post(f"{scene.address}/{scene.below.id}/remove")
    scene.session.expire_all()
    rows = scene.session.execute(select(ParticipantTopic.participant_id, ParticipantTopic.topic_id)).all()
    assert sorted(tuple(row) for row in rows) == [(one.id, scene.top.id), (both.id, scene.top.id)]


def test_marked_topics_are_removed_at_once_after_a_page_that_says_so(scene: Scene, client: Client) -> None:
    person = make.make_participant(scene.session, scene.event)
    third = scene.topic("tolls", "Tolls", scene.below)
    scene.session.add(
        ParticipantTopic(participant_id=person.id, topic_id=third.id, direction=Direction.SEEKS)
    )
    scene.session.commit()
    client.sign_in(scene.organiser)
    marked = {"topic": [scene.below.id, third.id]}
    asked = client.post(f"{scene.address}/remove", data=marked)
    assert "Remove 2 topics?" in asked.text
    assert scene.labels() == {"Mobility", "Parking", "Tolls"}
    client.post(f"{scene.address}/remove", data={**marked, "sure": "1"})
    assert scene.labels() == {"Mobility"}
    assert scene.session.scalars(select(ParticipantTopic.topic_id)).all() == [scene.top.id]


def test_a_branch_or_everything_goes_at_once(scene: Scene, client: Client) -> None:
    scene.topic("energy", "Energy")
    scene.session.commit()
    client.sign_in(scene.organiser)
    asked = client.post(f"{scene.address}/remove", data={"topic": scene.top.id})
    assert "Also remove the one topic below them" in asked.text
    client.post(f"{scene.address}/remove", data={"topic": scene.top.id, "below": "1", "sure": "1"})
    assert scene.labels() == {"Energy"}
    client.post(f"{scene.address}/remove", data={"all": "1", "sure": "1"})
    assert scene.labels() == set()
    assert "Start with the topics of smart cities" in client.get(scene.address).text
    client.post(f"{scene.address}/default")
    assert len(scene.labels()) > 100
    assert client.post(f"{scene.address}/default").status_code == 409


def test_nothing_marked_and_foreign_topics_are_refused(scene: Scene, client: Client) -> None:
    other = make.make_organiser(scene.session, make.make_event(scene.session))
    scene.session.commit()
    assert client.sign_in(scene.organiser).post(f"{scene.address}/remove").status_code == 422
    asked = client.sign_in(other).post(f"{scene.address}/remove", data={"all": "1", "sure": "1"})
    assert asked.status_code == 403
    assert scene.labels() == {"Mobility", "Parking"}


def test_a_topic_that_moves_up_beside_its_twin_becomes_one_with_it(scene: Scene, client: Client) -> None:
    person = make.make_participant(scene.session, scene.event)
    twin, same = scene.topic("p2", "PARKING"), scene.topic("m2", "mobility", scene.top)
    deep = scene.topic("deep", "Garages", scene.below)
    for topic in (scene.below, same):
        scene.session.add(
            ParticipantTopic(participant_id=person.id, topic_id=topic.id, direction=Direction.OFFERS)
        )
    scene.session.commit()
    client.sign_in(scene.organiser).post(f"{scene.address}/{scene.top.id}/remove")
    assert scene.labels() == {"PARKING", "mobility", "Garages"}
    assert scene.session.scalars(
        select(ParticipantTopic.topic_id).order_by(ParticipantTopic.topic_id)
    ).all() == [
        twin.id,
        same.id,
    ]
    assert scene.session.scalar(select(Topic.parent_id).where(Topic.id == deep.id)) == twin.id


def test_topics_of_one_name_side_by_side_are_refused_however_written(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser)
    for label in ("Ökologie", "ökologie", "ÖKOLOGIE "):
        answer = client.post(scene.address, data={"label": label, "above": ""})
    assert answer.status_code == 409
    assert scene.labels() == {"Mobility", "Parking", "Ökologie"}


def test_a_table_adds_what_is_new(scene: Scene, client: Client) -> None:
    text = "topic,above\nMobility,\nEnergy,\nGrids,Energy\n"
    client.sign_in(scene.organiser).post(f"{scene.address}/import", data={"text": text})
    assert scene.labels() == {"Mobility", "Parking", "Energy", "Grids"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Energy,\nGrids,Enrgy\n", "Row 2: there is no topic “Enrgy”. Did you mean “Energy”?"),
        ("Water,Wells\nWells,Water\n", "Row 1: there is no topic “Wells”. Name it first."),
        ("Alone,Alone\n", "Row 1: there is no topic “Alone”. Name it first."),
        ("\0\x01PNG,\0\n", "This is no text file."),
        ("Grids," + "x" * 10_000_000, "The table is larger than 8 MB"),
        ("Grids," + "x" * 7_000_000, "Row 1: there is no topic “xxxx"),
        ("x" * 400, "Row 1: a topic needs a name"),
        ("topic,above\n", "The table has no topic."),
        ("\n".join(f"Topic {n}" for n in range(2500)), "An event has 2000 topics at most"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_table_that_can_not_be_used_stores_nothing_and_is_kept(
    scene: Scene, client: Client, text: str, sentence: str
) -> None:
    page = client.sign_in(scene.organiser).post(f"{scene.address}/import", data={"text": text})
    assert page.status_code == 422
    assert sentence in page.text
    assert scene.labels() == {"Mobility", "Parking"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "This is no text file."),
        (b"PK\x03\x04 no archive", "can&#39;t be read"),
        (b"Energy\n" * 1_300_000, "larger than 8 MB"),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_is_no_table_of_topics_is_refused_with_a_sentence(
    scene: Scene, client: Client, content: bytes, sentence: str
) -> None:
    client.sign_in(scene.organiser)
    page = client.post(f"{scene.address}/import", data={"file": (io.BytesIO(content), "topics.csv")})
    assert page.status_code == 422
    assert sentence in page.text
    assert scene.labels() == {"Mobility", "Parking"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_name_stands_below_two_topics(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser)
    content = (DATA / "topics-same-name-under-two-branches.csv").read_bytes()
    page = client.post(
        f"{scene.address}/import", data={"file": (io.BytesIO(content), "t.csv")}, follow_redirects=True
    )
    assert "4 topics are new." in page.text
    parents = scene.session.scalars(select(Topic.parent_id).where(Topic.label == "Other things")).all()
    assert len(set(parents)) == 2

    again = client.post(
        f"{scene.address}/import", data={"file": (io.BytesIO(content), "t.csv")}, follow_redirects=True
    )
    assert "0 topics are new. 4 stand there already and stay as they are." in again.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_topic_that_stands_in_two_places_is_named_by_its_path(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser)
    table = "A;\nB;\nOther;A\nOther;B\n"
    client.post(f"{scene.address}/import", data={"text": table})
    page = client.post(f"{scene.address}/import", data={"text": "Tolls;Other\n"})
    assert "Row 1: there are several topics “Other”. Write “A &gt; Other” or “B &gt; Other”." in page.text

    client.post(f"{scene.address}/import", data={"text": "Tolls;B > Other\n"})
    tolls = scene.session.scalars(select(Topic).where(Topic.label == "Tolls")).one()
    other = scene.session.get_one(Topic, tolls.parent_id)
    assert (other.label, scene.session.get_one(Topic, other.parent_id).label) == ("Other", "B")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_commas_in_a_list_of_topics_are_part_of_their_names(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser)
    content = (DATA / "topics-one-column-with-commas.csv").read_bytes()
    client.post(f"{scene.address}/import", data={"file": (io.BytesIO(content), "t.csv")})
    assert scene.labels() == {"Mobility", "Parking", "Water, waste and heat", "Quiet nights"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_topics_named_twice_in_a_table_are_added_once(scene: Scene, client: Client) -> None:
    text = "Energy,\nenergy,\nGrids,Energy\nGrids,Mobility\n" * 300
    client.sign_in(scene.organiser).post(f"{scene.address}/import", data={"text": text})
    assert scene.labels() == {"Mobility", "Parking", "Energy", "Grids"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_names_are_escaped_and_doubles_refused(scene: Scene, client: Client) -> None:
    client.sign_in(scene.organiser)
    client.post(scene.address, data={"label": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(scene.address).text
    assert client.post(scene.address, data={"label": "Mobility"}).status_code == 409


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_topics_of_another_event_and_co_organisers_are_refused(scene: Scene, client: Client) -> None:
    other = make.make_event(scene.session)
    stranger = make.make_organiser(scene.session, other)
    co_organiser = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(stranger)
    address = f"/e/{other.slug}/organise/rounds/topics/{scene.top.id}"
    assert client.post(address, data={"label": "Mine"}).status_code == 404
    client.sign_in(co_organiser)
    assert client.get(scene.address).status_code == 200
    assert client.post(scene.address, data={"label": "Mine"}).status_code == 403
    assert scene.labels() == {"Mobility", "Parking"}
