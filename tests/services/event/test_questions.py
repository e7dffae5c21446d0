"""Questions of an event's own: what the organiser may change in them, and what people's answers hold in place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import AnswerChoice, ProfileAnswer, ProfileQuestion
from scheduler.queries.people.questions import question_lines, questions_of
from scheduler.services.event import questions as service
from scheduler.services.people.answers import set_answer
from tests import factories as make

ENTRY = service.QuestionEntry("Ready for investors?", QuestionKind.YES_NO, AnswerReader.PARTICIPANTS)
STAGES = service.QuestionEntry(
    "Stage", QuestionKind.ONE, AnswerReader.ORGANISERS, choices=("Seed", "Growth", "Mature")
)


class Scene:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.actor = make.make_organiser(session, self.event)

    def add(self, entry: service.QuestionEntry) -> ProfileQuestion:
        return service.add_question(self.session, self.event, entry, self.actor)

    def change(self, question: ProfileQuestion, entry: service.QuestionEntry) -> None:
        service.change_question(self.session, self.event, question, entry, self.actor)

    def answer(self, question: ProfileQuestion, label: str) -> int:
        person = make.make_participant(self.session, self.event)
        choice = next(choice for choice in question.choices if choice.label == label)
        set_answer(self.session, person, question, str(choice.id), make.NOW)
        return person.id

    def labels(self, question: ProfileQuestion) -> list[str]:
        self.session.expire_all()
        return [choice.label for choice in question.choices]


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_a_question_is_asked_with_its_choices_and_types(scene: Scene) -> None:
    yes_no = scene.add(ENTRY)
    stage = scene.add(replace(STAGES, types=("city",)))
    assert scene.labels(yes_no) == ["yes", "no"]
    assert scene.labels(stage) == ["Seed", "Growth", "Mature"]
    assert [kind.code for kind in stage.types] == ["city"]
    assert questions_of(scene.session, scene.event.id) == [yes_no, stage]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": "  "}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"label": "READY for  investors?"}, "label"),
        ({"help": "x" * 501}, "help"),
        ({"types": ("nobody",)}, "types"),
        ({"choices": ("One",)}, "choices"),
        ({"choices": ("One", "one")}, "choices"),
        ({"choices": ("One", "Two; three")}, "choices"),
        ({"label": "Company"}, "label"),
        ({"choices": tuple(map(str, range(61)))}, "choices"),
        ({"reader": AnswerReader.ORGANISERS_ONLY, "required": True}, "required"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    scene: Scene, changed: dict[str, object], field: str
) -> None:
    scene.add(ENTRY)
    with pytest.raises(Invalid) as refused:
        scene.add(replace(STAGES, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_choices_change_names_with_each_other_and_those_who_chose_keep_theirs(scene: Scene) -> None:
    question = scene.add(STAGES)
    person = scene.answer(question, "Seed")
    seed, growth, mature = (choice.id for choice in question.choices)
    entry = replace(STAGES, choices=("Exit",), labels={seed: "Growth", growth: "Seed", mature: "Mature"})
    scene.change(question, entry)
    assert scene.labels(question) == ["Growth", "Seed", "Mature", "Exit"]
    chosen = select(AnswerChoice.choice_id).where(AnswerChoice.participant_id == person)
    assert scene.session.scalars(chosen).all() == [seed]


def test_the_kind_changes_only_while_nobody_has_answered(scene: Scene) -> None:
    question = scene.add(STAGES)
    scene.change(question, replace(ENTRY, label="Stage"))
    assert (question.kind, scene.labels(question)) == (QuestionKind.YES_NO, ["yes", "no"])
    scene.answer(question, "yes")
    with pytest.raises(Invalid, match=r"One person has answered.*Retire this question") as refused:
        scene.change(question, STAGES)
    assert refused.value.field == "kind"


def test_a_chosen_choice_goes_only_in_favour_of_another(scene: Scene) -> None:
    question = scene.add(STAGES)
    person = scene.answer(question, "Seed")
    seed, growth, mature = (choice.id for choice in question.choices)
    for instead in (None, seed):
        with pytest.raises(Conflict, match="One person chose “Seed”"):
            service.remove_choice(scene.session, scene.event, question, seed, instead, scene.actor)
    assert service.remove_choice(scene.session, scene.event, question, seed, growth, scene.actor) == 1
    chosen = select(AnswerChoice.choice_id).where(AnswerChoice.participant_id == person)
    assert scene.session.scalars(chosen).all() == [growth]
    with pytest.raises(Conflict, match="two choices at least"):
        service.remove_choice(scene.session, scene.event, question, mature, growth, scene.actor)


def test_who_chose_both_keeps_the_one_that_stays(scene: Scene) -> None:
    question = scene.add(replace(STAGES, kind=QuestionKind.SEVERAL))
    first, second, _third = (choice.id for choice in question.choices)
    person = make.make_participant(scene.session, scene.event)
    set_answer(scene.session, person, question, f"{first} {second}", make.NOW)
    service.remove_choice(scene.session, scene.event, question, first, second, scene.actor)
    assert scene.session.scalars(select(AnswerChoice.choice_id)).all() == [second]


def test_choices_of_another_question_are_none_of_this(scene: Scene) -> None:
    question, other = scene.add(STAGES), scene.add(replace(STAGES, label="Size"))
    with pytest.raises(NotFound):
        service.remove_choice(scene.session, scene.event, question, other.choices[0].id, None, scene.actor)
    with pytest.raises(NotFound):
        service.question_by_public_id(scene.session, make.make_event(scene.session), question.public_id)


def test_order_retiring_and_deleting(scene: Scene) -> None:
    first, second = scene.add(ENTRY), scene.add(STAGES)
    scene.answer(first, "yes")
    service.move_question(scene.session, scene.event, first, scene.actor, up=False)
    service.move_question(scene.session, scene.event, first, scene.actor, up=False)
    assert questions_of(scene.session, scene.event.id) == [second, first]
    service.retire_question(scene.session, scene.event, first, scene.actor, back=False)
    assert questions_of(scene.session, scene.event.id) == [second]
    assert [line.answers for line in question_lines(scene.session, scene.event.id)] == [0, 1]
    service.retire_question(scene.session, scene.event, first, scene.actor, back=True)
    assert service.remove_question(scene.session, scene.event, first, scene.actor) == 1
    assert scene.session.scalars(select(ProfileAnswer.question_id)).all() == []
