"""The pages on which an organiser makes questions, and answers for people."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, QuestionKind, Role
from scheduler.models import AuditEntry, ProfileAnswer, ProfileQuestion
from scheduler.services.people.answers import set_answer
from tests import factories as make
from tests.conftest import Client

ENTRY = {"label": "Stage", "kind": "one-choice", "reader": "organisers", "choices": "Seed\nGrowth\n\nMature"}


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event = make.make_event(session, "expo")
        self.organiser = make.make_organiser(session, self.event)
        self.page = "/e/expo/organise/people/questions"
        session.commit()
        client.sign_in(self.organiser)

    def ask(self, kind: QuestionKind = QuestionKind.YES_NO, **about: object) -> ProfileQuestion:
        question = make.make_question(self.session, self.event, kind, **about)  # type: ignore[arg-type]
        self.session.commit()
        return question

    def questions(self) -> list[ProfileQuestion]:
        self.session.expire_all()
        return list(self.session.scalars(select(ProfileQuestion).order_by(ProfileQuestion.position)))


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_a_question_is_added_and_stands_in_the_list_and_the_log(scene: Scene) -> None:
    assert "No question of your own yet" in scene.client.get(scene.page).text
    page = scene.client.post(f"{scene.page}/new", data=ENTRY, follow_redirects=True).text
    assert "“Stage” is asked from now on." in page
    [question] = scene.questions()
    assert [choice.label for choice in question.choices] == ["Seed", "Growth", "Mature"]
    entry = scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "question.add")).one()
    assert (entry.subject, entry.user_id) == (question.public_id, scene.organiser.id)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"label": " "}, "Enter the question."),
        ({"choices": "One"}, "A question has 2 to 60 choices"),
        ({"kind": "essay"}, "Not a valid choice"),
        ({"reader": "everybody"}, "Not a valid choice"),
        ({"types": ["nobody"]}, "Choose among the event&#39;s types"),
    ],
)
def test_a_mistake_comes_back_with_everything_that_was_typed(
    scene: Scene, changed: dict[str, object], sentence: str
) -> None:
    answer = scene.client.post(f"{scene.page}/new", data={**ENTRY, "help": "Kept words", **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept words" in answer.text
    assert scene.questions() == []


def test_choices_are_renamed_added_and_removed_in_favour_of_another(scene: Scene) -> None:
    question = scene.ask(QuestionKind.ONE, choices=("A", "B", "C"))
    person = make.make_participant(scene.session, scene.event)
    first, second = question.choices[0].id, question.choices[1].id
    set_answer(scene.session, person, question, str(first), make.NOW)
    scene.session.commit()
    edit = f"{scene.page}/{question.public_id}"
    names = {f"choice_{choice.id}": f"New {choice.label}" for choice in question.choices}
    scene.client.post(f"{edit}/edit", data={**ENTRY, **names, "choices": "D"})
    assert [choice.label for choice in scene.questions()[0].choices] == ["New A", "New B", "New C", "D"]
    refused = scene.client.post(f"{edit}/choices/{first}/remove")
    assert refused.status_code == 409
    assert "One person chose “New A”" in refused.text
    done = scene.client.post(
        f"{edit}/choices/{first}/remove", data={"instead": second}, follow_redirects=True
    ).text
    assert "One person has the other one now." in done


def test_another_kind_is_refused_once_somebody_answered(scene: Scene) -> None:
    question = scene.ask()
    person = make.make_participant(scene.session, scene.event)
    set_answer(scene.session, person, question, str(question.choices[0].id), make.NOW)
    scene.session.commit()
    refused = scene.client.post(f"{scene.page}/{question.public_id}/edit", data=ENTRY)
    assert refused.status_code == 422
    assert "One person has answered: the kind can&#39;t change." in refused.text


def test_deleting_says_the_number_first(scene: Scene) -> None:
    question = scene.ask()
    for _ in range(3):
        person = make.make_participant(scene.session, scene.event)
        set_answer(scene.session, person, question, str(question.choices[0].id), make.NOW)
    scene.session.commit()
    remove = f"{scene.page}/{question.public_id}/remove"
    assert "3 people have answered it." in scene.client.get(remove).text
    scene.client.post(remove)
    assert len(scene.questions()) == 1
    done = scene.client.post(remove, data={"confirm": "yes"}, follow_redirects=True).text
    assert "3 answers went with it." in done
    assert scene.questions() == []


def test_order_and_retiring(scene: Scene) -> None:
    first, second = scene.ask(label="First"), scene.ask(label="Second")
    scene.client.post(f"{scene.page}/{first.public_id}/move", data={"to": "down"})
    assert [question.label for question in scene.questions()] == ["Second", "First"]
    scene.client.post(f"{scene.page}/{second.public_id}/retire")
    assert "Retired" in scene.client.get(scene.page).text
    scene.client.post(f"{scene.page}/{second.public_id}/retire", data={"back": "1"})
    assert [question.retired_at for question in scene.questions()] == [None, None]


def test_a_co_organiser_looks_and_does_not_change(scene: Scene) -> None:
    question = scene.ask(label="Stage")
    co_organiser = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client = scene.client.sign_in(co_organiser)
    page = client.get(scene.page)
    assert (page.status_code, "Stage" in page.text, "Delete" in page.text) == (200, True, False)
    edit = f"{scene.page}/{question.public_id}"
    for address in (f"{scene.page}/new", f"{edit}/edit", f"{edit}/remove", f"{edit}/move", f"{edit}/retire"):
        assert client.post(address, data=ENTRY).status_code == 403


def test_an_organiser_answers_what_participants_do_not_see(scene: Scene) -> None:
    person = make.make_participant(scene.session, scene.event)
    rating = scene.ask(QuestionKind.TEXT, reader=AnswerReader.ORGANISERS_ONLY, label="Our rating")
    needed = scene.ask(QuestionKind.TEXT, required=True)
    page = f"/e/expo/organise/people/{person.public_id}/"
    assert "Our rating" in scene.client.get(f"{page}answers").text
    fields = {f"question_{rating.public_id}": "Handle with care", f"question_{needed.public_id}": ""}
    scene.client.post(f"{page}answers", data=fields)
    assert "Handle with care" in scene.client.get(page).text
    scene.session.expire_all()
    assert scene.session.scalars(select(ProfileAnswer.text)).all() == ["Handle with care"]
    too_long = {**fields, f"question_{rating.public_id}": "z" * 301}
    refused = scene.client.post(f"{page}answers", data=too_long)
    assert (refused.status_code, "z" * 301 in refused.text) == (422, True)
