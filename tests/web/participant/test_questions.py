"""The event's own questions on the profile, and who reads what was answered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from scheduler.domain.enums import AnswerReader, QuestionKind
from scheduler.models import AnswerChoice, Participant, ProfileAnswer, ProfileQuestion
from scheduler.queries.people.participation import profile_progress
from scheduler.services.people.answers import set_answer
from tests import factories as make
from tests.web.participant.scene import Scene


def ask(scene: Scene, kind: QuestionKind = QuestionKind.TEXT, **about: object) -> ProfileQuestion:
    return make.make_question(scene.session, scene.event, kind, **about)  # type: ignore[arg-type]


def field(question: ProfileQuestion) -> str:
    return f"question_{question.public_id}"


def told(scene: Scene, person: Participant, question: ProfileQuestion) -> str:
    """The text that somebody answered."""
    return scene.session.scalars(
        select(ProfileAnswer.text).where(
            ProfileAnswer.participant_id == person.id, ProfileAnswer.question_id == question.id
        )
    ).one()


def test_all_kinds_are_answered_and_stand_there_again(scene: Scene) -> None:
    line, long, one, several, yes_no = (
        ask(scene),
        ask(scene, QuestionKind.LONG_TEXT),
        ask(scene, QuestionKind.ONE, choices=("Seed", "Growth")),
        ask(scene, QuestionKind.SEVERAL, choices=("Water", "Air", "Soil")),
        ask(scene),
    )
    boxes = [str(choice.id) for choice in several.choices[:2]]
    scene.post(
        "profile",
        **{
            field(line): " Two  words ",
            field(long): "One\r\ntwo",
            field(one): str(one.choices[1].id),
            field(several): boxes,
            f"{field(several)}_shown": "1",
            field(yes_no): "",
        },
    )
    assert (told(scene, scene.me, line), told(scene, scene.me, long)) == ("Two words", "One\ntwo")
    chosen = scene.session.scalars(select(AnswerChoice.choice_id).order_by(AnswerChoice.choice_id)).all()
    assert chosen == sorted([one.choices[1].id, *(choice.id for choice in several.choices[:2])])
    page = scene.get("profile")
    assert "Two words" in page
    assert f'<option selected value="{one.choices[1].id}">Growth' in page
    scene.post("profile", **{f"{field(several)}_shown": "1"})
    assert scene.session.scalars(select(AnswerChoice.choice_id)).all() == [one.choices[1].id]


@pytest.mark.parametrize("value", ["999999999999999", "x", "-1", "1 2 3", "٣"])
def test_a_choice_that_does_not_exist_is_refused(scene: Scene, value: str) -> None:
    question = ask(scene, QuestionKind.ONE, choices=("Seed", "Growth"))
    page = scene.post("profile", 422, **{field(question): value, "goals": "Kept goals"})
    assert "Kept goals" in page
    assert scene.session.scalars(select(ProfileAnswer.question_id)).all() == []


def test_one_answer_that_cannot_be_used_loses_nothing_else(scene: Scene) -> None:
    question, needed = ask(scene), ask(scene, required=True, label="Why do you come?")
    page = scene.post(
        "profile",
        422,
        **{field(question): "A long story " + "z" * 300, field(needed): "Because", "goals": "Kept goals"},
    )
    assert "300 are allowed" in page
    assert "A long story" in page
    assert "Because" in page
    assert "Kept goals" in page
    page = scene.post("profile", 422, **{field(needed): " ", "goals": "Kept goals"})
    assert "Why do you come?: an answer is needed." in page
    assert scene.me.goals == ""


def test_required_questions_are_part_of_a_complete_profile(scene: Scene) -> None:
    before = profile_progress(scene.session, scene.me)
    first, second = (ask(scene, required=True, label=label) for label in ("First?", "Second?"))
    asked = profile_progress(scene.session, scene.me)
    assert (asked.percent < before.percent or before.percent == 0, asked.unanswered) == (
        True,
        ("First?", "Second?"),
    )
    assert "The organiser asks you to answer: First?, Second?" in scene.get("profile")
    set_answer(scene.session, scene.me, first, "yes", make.NOW)
    half = profile_progress(scene.session, scene.me)
    assert (half.percent > asked.percent, half.unanswered, half.complete) == (True, ("Second?",), False)
    set_answer(scene.session, scene.me, second, "yes", make.NOW)
    assert profile_progress(scene.session, scene.me).unanswered == ()


def test_saving_as_one_goes_stores_a_single_answer(scene: Scene) -> None:
    question = ask(scene, QuestionKind.SEVERAL, choices=("Water", "Air"))
    value = " ".join(str(choice.id) for choice in question.choices)
    scene.post("profile/field", 200, name=field(question), value=value)
    assert len(scene.session.scalars(select(AnswerChoice.choice_id)).all()) == 2
    foreign = make.make_question(scene.session, make.make_event(scene.session), QuestionKind.TEXT)
    scene.post("profile/field", 404, name=field(foreign), value="x")


@pytest.mark.parametrize("reader", [AnswerReader.ORGANISERS_ONLY])
def test_what_only_organisers_answer_is_neither_seen_nor_answered(scene: Scene, reader: AnswerReader) -> None:
    question = ask(scene, reader=reader, label="Our rating")
    set_answer(scene.session, scene.me, question, "PLANTED-RATING", make.NOW)
    page = scene.get("profile")
    assert ("Our rating" in page, "PLANTED-RATING" in page) == (False, False)
    scene.post("profile/field", 404, name=field(question), value="Great")
    scene.post("profile", **{field(question): "Great"})
    assert told(scene, scene.me, question) == "PLANTED-RATING"


def test_a_question_for_other_types_is_not_asked(scene: Scene) -> None:
    question = ask(scene, label="For cities alone")
    question.types = [make.type_of(scene.session, scene.event, "city")]
    assert "For cities alone" not in scene.get("profile")
    scene.post("profile/field", 404, name=field(question), value="x")


PAGES = ("people", "recommended", "requests", "agenda", "queue", "contacts", "sessions", "")


def test_internal_answers_appear_on_no_page_of_others(scene: Scene) -> None:
    person = scene.person("city", "Grace Hopper")
    marks = {}
    for reader in AnswerReader:
        question = ask(scene, reader=reader, label=f"LABEL-{reader.name}-PLANTED")
        chosen = ask(scene, QuestionKind.ONE, reader=reader, choices=(f"CHOICE-{reader.name}-PLANTED", "B"))
        marks[reader] = f"TEXT-{reader.name}-PLANTED"
        set_answer(scene.session, person, question, marks[reader], make.NOW)
        set_answer(scene.session, person, chosen, str(chosen.choices[0].id), make.NOW)
    retired = ask(scene, label="Retired")
    set_answer(scene.session, person, retired, "RETIRED-PLANTED", make.NOW)
    retired.retired_at = make.NOW
    make.make_request(scene.session, scene.round, person, scene.me)
    profile = scene.get(f"people/{person.public_id}")
    assert "TEXT-PARTICIPANTS-PLANTED" in profile
    assert "CHOICE-PARTICIPANTS-PLANTED" in profile
    hidden = [f"{kind}-{reader.name}-" for kind in ("TEXT", "CHOICE", "LABEL") for reader in AnswerReader]
    hidden = [mark for mark in hidden if "-PARTICIPANTS-" not in mark] + ["RETIRED-PLANTED"]
    assert [mark for mark in hidden if mark in profile] == []
    for page in PAGES:
        found = scene.client.get(scene.path(page), follow_redirects=True).text
        assert (page, "TEXT-ORGANISERS" in found, "CHOICE-ORGANISERS" in found) == (page, False, False)
