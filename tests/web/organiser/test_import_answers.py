"""Answers to the event's own questions in lists of people: out and back in, changed, explained, taken back."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, ParticipantState, QuestionKind
from scheduler.models import AnswerChoice, Event, Participant, ProfileAnswer, ProfileQuestion
from scheduler.queries.people.questions import answers_of
from scheduler.services.people.answers import set_answer
from tests import factories as make
from tests.conftest import Client

BASE = "/e/expo/organise"
HEAD = "Name,Mail,Organisation,Type"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event: Event = make.make_event(session, "expo")
        self.organiser = make.make_organiser(session, self.event)
        ask = lambda *about, **more: make.make_question(session, self.event, *about, **more)  # noqa: E731
        self.ready = ask(label="Ready for investors?")
        self.stage = ask(QuestionKind.ONE, label="Stage", choices=("Seed", "Growth, late"))
        self.fields = ask(
            QuestionKind.SEVERAL, label="Fields of work", choices=("Water", "Air, clean", "Soil")
        )
        self.why = ask(QuestionKind.LONG_TEXT, label="Why do you come?")
        self.rating = ask(QuestionKind.TEXT, AnswerReader.ORGANISERS_ONLY, label="Our rating")
        session.commit()
        client.sign_in(self.organiser)

    def choice(self, question: ProfileQuestion, label: str) -> str:
        return next(str(choice.id) for choice in question.choices if choice.label == label)

    def bring(self, text: str, **more: str) -> str:
        """Bring a list; its page, whose address is kept."""
        answer = self.client.post(f"{BASE}/people/import", data={"text": text, **more}, follow_redirects=True)
        self.address = answer.request.path
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    def store(self, **more: str) -> None:
        self.client.post(self.address, data={"act": "store", **more})
        self.session.expire_all()

    def person(self, name: str) -> Participant:
        return self.session.scalars(select(Participant).where(Participant.name == name)).one()

    def said(self, name: str) -> dict[str, object]:
        """What somebody answered: texts, and labels of choices."""
        found: dict[str, object] = {}
        for key, answer in answers_of(self.session, self.person(name).id).items():
            question = self.session.get_one(ProfileQuestion, key)
            labels = [choice.label for choice in question.choices if choice.id in answer.choices]
            found[question.label] = answer.text or labels
        return found


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_what_goes_out_comes_back_and_changes_nothing(scene: Scene) -> None:
    for state in (ParticipantState.INVITED, ParticipantState.ACTIVE):
        person = make.make_participant(scene.session, scene.event, state=state)
        for question, value in (
            (scene.ready, scene.choice(scene.ready, "no")),
            (scene.stage, scene.choice(scene.stage, "Growth, late")),
            (scene.fields, " ".join(scene.choice(scene.fields, label) for label in ("Water", "Air, clean"))),
            (scene.why, "First line; and more\nsecond = line"),
            (scene.rating, "A+, see 'notes'"),
        ):
            set_answer(scene.session, person, question, value, make.NOW)
    scene.session.commit()
    for form in ("xlsx", "csv"):
        out = scene.client.get(f"{BASE}/lists/people.{form}").data
        brought = scene.client.post(
            f"{BASE}/people/import", data={"file": (io.BytesIO(out), f"p.{form}")}, follow_redirects=True
        )
        text = " ".join(brought.text.split())
        assert (form, "2 are registered already and stay as they are." in text) == (form, True)
        assert "Words that are not known here" not in text


def test_new_people_come_with_their_answers(scene: Scene) -> None:
    page = scene.bring(
        f"{HEAD},Ready for investors?,stage,FIELDS OF WORK,Why do you come?\n"
        'Ada,ada@x.org,A,City,ja,Seed,"Soil; Air, clean",To meet\n'
        "Bo,bo@x.org,A,City,,,,\n"
    )
    assert "2 people are ready." in page
    scene.store()
    assert scene.said("Ada") == {
        "Ready for investors?": ["yes"],
        "Stage": ["Seed"],
        "Fields of work": ["Air, clean", "Soil"],
        "Why do you come?": "To meet",
    }
    assert scene.said("Bo") == {}


def test_an_unknown_word_is_explained_once_and_costs_nobody(scene: Scene) -> None:
    text = f"{HEAD},Stage,Fields of work\nAda,ada@x.org,A,City,Early,Water; Wind\n"
    page = scene.bring(text)
    assert "One person is ready." in page
    assert ("“Early” means" in page, "“Wind” means" in page) == (True, True)
    scene.client.post(
        scene.address,
        data={
            "act": "words",
            f"word:question-{scene.stage.id}:Early": scene.choice(scene.stage, "Seed"),
            f"word:question-{scene.fields.id}:Wind": "-",
        },
    )
    scene.store()
    assert scene.said("Ada") == {"Stage": ["Seed"], "Fields of work": ["Water"]}
    foreign = make.make_question(scene.session, make.make_event(scene.session), label="Far")
    scene.session.commit()
    scene.bring(text.replace("ada@", "bo@").replace("Early", "Late"))
    for kind, value in (
        (f"question-{scene.stage.id}", str(foreign.choices[0].id)),
        (f"question-{foreign.id}", str(foreign.choices[0].id)),
        ("question-x", "1"),
    ):
        refused = scene.client.post(scene.address, data={"act": "words", f"word:{kind}:Late": value})
        assert refused.status_code == 422


def test_an_update_keeps_what_people_said_and_is_taken_back(scene: Scene) -> None:
    inside = make.make_participant(scene.session, scene.event, name="Ada")
    outside = make.make_participant(scene.session, scene.event, name="Bo", state=ParticipantState.INVITED)
    for person in (inside, outside):
        set_answer(scene.session, person, scene.why, "My own words", make.NOW)
        set_answer(scene.session, person, scene.rating, "Good", make.NOW)
    scene.session.commit()
    rows = "\n".join(
        f"{one.name},{one.email},{one.organisation.name},Supplier,List words,Great,Seed"
        for one in (inside, outside)
    )
    page = scene.bring(f"{HEAD},Why do you come?,Our rating,Stage\n{rows}\n")
    assert ("List words" in page, "Seed" in page) == (True, True)
    scene.store(update="yes")
    assert scene.said("Ada") == {"Why do you come?": "My own words", "Our rating": "Great", "Stage": ["Seed"]}
    assert scene.said("Bo") == {"Why do you come?": "List words", "Our rating": "Great", "Stage": ["Seed"]}
    scene.client.post(f"{scene.address}undo")
    scene.session.expire_all()
    for name in ("Ada", "Bo"):
        assert scene.said(name) == {"Why do you come?": "My own words", "Our rating": "Good"}


def test_what_cannot_be_an_answer_is_said_and_left_out(scene: Scene) -> None:
    scene.stage.types = [make.type_of(scene.session, scene.event, "supplier")]
    scene.session.commit()
    page = scene.bring(f"{HEAD},Stage,Our rating\nAda,ada@x.org,A,City,Seed,{'z' * 301}\n")
    assert "This is not asked of people of that type." in page
    assert "301 characters, and 300 are allowed" in page
    scene.store()
    assert scene.said("Ada") == {}


def test_answers_of_a_list_go_with_its_people(scene: Scene) -> None:
    scene.bring(f"{HEAD},Stage\nAda,ada@x.org,A,City,Seed\n")
    scene.store()
    scene.client.post(f"{scene.address}undo")
    assert scene.session.scalars(select(ProfileAnswer.question_id)).all() == []
    assert scene.session.scalars(select(AnswerChoice.choice_id)).all() == []


def test_a_column_is_said_to_be_a_question_by_hand(scene: Scene) -> None:
    page = scene.bring(f"{HEAD},Phase\nAda,ada@x.org,A,City,Seed\n")
    assert "Our rating" in page
    column = {"act": "columns", "headings": "1", "column-4": f"question-{scene.stage.id}"}
    for n, kind in enumerate(("full", "email", "organisation", "type")):
        column[f"column-{n}"] = kind
    scene.client.post(scene.address, data=column)
    scene.store()
    assert scene.said("Ada") == {"Stage": ["Seed"]}
    scene.client.post(scene.address, data={**column, "column-4": "question-999"})
