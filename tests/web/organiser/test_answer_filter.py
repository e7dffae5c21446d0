"""The list of people filtered by answers, and everything that follows the filter."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, ParticipantState, QuestionKind, Role
from scheduler.models import Event, OutboxMessage, Participant, ProfileQuestion
from scheduler.queries.people.people_admin import PeopleFilter, people_page
from scheduler.services.people.answers import set_answer
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted

BASE = "/e/expo/organise"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event: Event = make.make_event(session, "expo")
        self.people = {name: self.person(name) for name in ("Ada", "Bo", "Cem")}
        self.ready = make.make_question(session, self.event, label="Ready?", reader=AnswerReader.ORGANISERS)
        self.fields = make.make_question(
            session, self.event, QuestionKind.SEVERAL, label="Fields", choices=("Water", "Air")
        )
        self.note = make.make_question(session, self.event, QuestionKind.TEXT, label="Note")
        yes, no = (str(choice.id) for choice in self.ready.choices)
        water, air = (str(choice.id) for choice in self.fields.choices)
        for name, question, value in (
            ("Ada", self.ready, yes),
            ("Bo", self.ready, no),
            ("Ada", self.fields, f"{water} {air}"),
            ("Cem", self.fields, air),
            ("Cem", self.note, "=1+1"),
        ):
            set_answer(session, self.people[name], question, value, make.NOW)
        self.yes, self.air = yes, air
        session.commit()
        user = make.make_organiser(session, self.event)
        session.commit()
        client.sign_in(user)

    def person(self, name: str) -> Participant:
        return make.make_participant(self.session, self.event, name=name, state=ParticipantState.INVITED)

    def found(self, *answers: tuple[ProfileQuestion, str]) -> list[str]:
        wanted = PeopleFilter(answers=tuple((question.public_id, said) for question, said in answers))
        return [line.name for line in people_page(self.session, self.event.id, wanted, 1).lines]


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_answers_narrow_the_list(scene: Scene) -> None:
    assert scene.found((scene.ready, scene.yes)) == ["Ada"]
    assert scene.found((scene.fields, scene.air)) == ["Ada", "Cem"]
    assert scene.found((scene.fields, scene.air), (scene.ready, "unanswered")) == ["Cem"]
    assert scene.found((scene.ready, "answered")) == ["Ada", "Bo"]
    assert scene.found((scene.note, "unanswered")) == ["Ada", "Bo"]
    scene.note.types = [make.type_of(scene.session, scene.event, "city")]
    scene.session.flush()
    assert scene.found((scene.note, "unanswered")) == []


@pytest.mark.parametrize("said", ["0", "99999999999999", "x", "-1", "٣"])
def test_what_is_no_choice_of_the_question_finds_nobody(scene: Scene, said: str) -> None:
    assert scene.found((scene.ready, said)) == []
    assert scene.found((scene.ready, scene.air)) == []
    far = make.make_question(scene.session, make.make_event(scene.session))
    assert scene.found((far, str(far.choices[0].id))) == []
    assert scene.found((far, "unanswered")) == []


def test_the_page_offers_it_and_everything_follows(scene: Scene) -> None:
    query = {f"question_{scene.ready.public_id}": scene.yes}
    page = scene.client.get(f"{BASE}/people/", query_string=query).text
    assert ("Ada" in page, "Cem" in page) == (True, False)
    assert f'<option selected value="{scene.yes}">Yes' in page
    change = scene.client.get(f"{BASE}/people/change", query_string=query).text
    assert "Change one person" in change
    out = scene.client.get(f"{BASE}/lists/people.csv", query_string=query).text
    rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["Name", "Ada"]
    assert dict(zip(rows[0], rows[1], strict=True))["Fields"] == "Water; Air"
    scene.client.post(f"{BASE}/people/invite", query_string=query, data={"whom": "all"})
    scene.session.expire_all()
    assert [row.to_name for row in scene.session.scalars(select(OutboxMessage))] == ["Ada"]


def test_lists_hold_the_answers_and_no_formula(scene: Scene) -> None:
    out = scene.client.get(f"{BASE}/lists/people.csv").text
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    found = [(row["Name"], row["Ready?"], row["Fields"], row["Note"]) for row in rows]
    assert found == [("Ada", "Yes", "Water; Air", ""), ("Bo", "No", "", ""), ("Cem", "", "Air", "'=1+1")]


def test_a_co_organiser_does_not_find_people_by_internal_answers(scene: Scene) -> None:
    user = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client = scene.client.sign_in(user)
    page = client.get(f"{BASE}/people/").text
    assert ("Fields" in page, "Ready?" in page) == (True, False)
    for said in (scene.yes, "answered", "unanswered"):
        found = client.get(f"{BASE}/people/", query_string={f"question_{scene.ready.public_id}": said}).text
        assert [name for name in scene.people if f">{name}</a>" in found] == []


def test_queries_do_not_grow_with_people(scene: Scene) -> None:
    wanted = PeopleFilter(answers=((scene.fields.public_id, scene.air),))

    def page() -> int:
        return people_page(scene.session, scene.event.id, wanted, 1).count

    with counted() as few:
        assert page() == 2
    for number in range(5):
        set_answer(scene.session, scene.person(f"Dee {number}"), scene.fields, scene.air, make.NOW)
    with counted() as many:
        assert page() == 7
    assert len(few) == len(many)
    assert scene.session.scalar(select(func.count(Participant.id))) == 8
