"""Types of participants: names unique without case, an order, and a way out for those in use."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import AnswerReader, ParticipantState, QuestionKind
from scheduler.errors import Conflict, Invalid, NotFound
from scheduler.models import (
    Event,
    ImportWord,
    MatrixRule,
    ParticipantType,
    PartnerWish,
    ProfileQuestion,
    RoundTypeRule,
    SessionAudience,
    User,
    question_type,
)
from scheduler.queries.rounds.rounds import type_names
from scheduler.queries.rounds.types import type_lines
from scheduler.services.people_import.vocabulary import vocabulary_of
from scheduler.services.rounds.participant_types import (
    add_type,
    delete_type,
    merge_type,
    move_type,
    rename_type,
)
from tests.factories import (
    make_event,
    make_organiser,
    make_participant,
    make_round,
    make_session,
    type_of,
)


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def actor(session: Session, event: Event) -> User:
    return make_organiser(session, event)


def test_types_are_added_at_the_end_with_codes_of_their_own(
    session: Session, event: Event, actor: User
) -> None:
    names = ("Sponsor", "Città d’Arte", "Città d Arte", "投資家")
    made = [add_type(session, event, name, actor) for name in names]
    assert [each.code for each in made] == ["sponsor", "citta-darte", "citta-d-arte", "type"]
    assert list(type_names(session, event.id).values()) == ["City", "Supplier", *names]


@pytest.mark.parametrize("name", ["city", " CITY ", "C\u200bity"])
def test_names_are_unique_however_they_are_written(
    session: Session, event: Event, actor: User, name: str
) -> None:
    with pytest.raises(Conflict, match="“City” already"):
        add_type(session, event, name, actor)
    with pytest.raises(Conflict, match="“City” already"):
        rename_type(session, event, "supplier", name, actor)
    session.add(ParticipantType(event_id=event.id, code="other", name=name))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_renamed_type_keeps_its_code_and_a_new_one_gets_its_old_name(
    session: Session, event: Event, actor: User
) -> None:
    assert rename_type(session, event, "city", "CITY", actor).name == "CITY"
    rename_type(session, event, "city", "Town", actor)
    fresh = add_type(session, event, "City", actor)
    words = vocabulary_of(session, event)
    found = {word: kind.code for word in ("town", "city", fresh.code) if (kind := words.type_of(word))}
    assert found == {"town": "city", "city": fresh.code, fresh.code: fresh.code}


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_type_needs_a_name_that_fits(session: Session, event: Event, actor: User, name: str) -> None:
    with pytest.raises(Invalid):
        add_type(session, event, name, actor)


def test_types_move_up_and_down_and_stop_at_the_ends(session: Session, event: Event, actor: User) -> None:
    add_type(session, event, "Sponsor", actor)
    for code, up, order in (
        ("sponsor", True, ["city", "sponsor", "supplier"]),
        ("sponsor", True, ["sponsor", "city", "supplier"]),
        ("sponsor", True, ["sponsor", "city", "supplier"]),
        ("city", False, ["sponsor", "supplier", "city"]),
        ("city", False, ["sponsor", "supplier", "city"]),
    ):
        move_type(session, event, code, up=up, actor=actor)
        assert list(type_names(session, event.id)) == order


def test_a_type_in_use_is_named_with_its_numbers_and_the_way_out(
    session: Session, event: Event, actor: User
) -> None:
    make_participant(session, event, type_code="city", state=ParticipantState.WITHDRAWN)
    with pytest.raises(Conflict, match=r"1 people have it.*Merge it into another type\."):
        delete_type(session, event, "city", actor)
    assert delete_type(session, event, "supplier", actor) == "Supplier"
    assert session.scalars(select(MatrixRule)).all() == []
    with pytest.raises(NotFound):
        delete_type(session, event, "supplier", actor)


def test_a_session_that_only_one_type_may_attend_does_not_open_to_all(
    session: Session, event: Event, actor: User
) -> None:
    talk = make_session(session, event)
    session.add(SessionAudience(session_id=talk.id, type_id=type_of(session, event, "city").id))
    session.flush()
    with pytest.raises(Conflict, match="1 sessions and 0 questions are for it"):
        delete_type(session, event, "city", actor)


def test_a_question_that_is_for_one_type_is_asked_of_the_other_after_merging(
    session: Session, event: Event, actor: User
) -> None:
    question = ProfileQuestion(
        event_id=event.id, kind=QuestionKind.TEXT, reader=AnswerReader.PARTICIPANTS, label="Which tram?"
    )
    session.add(question)
    session.flush()
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    session.execute(insert(question_type).values(question_id=question.id, type_id=city))
    with pytest.raises(Conflict, match="1 questions are for it"):
        delete_type(session, event, "city", actor)
    merge_type(session, event, "city", "supplier", actor)
    assert session.scalars(select(question_type.c.type_id)).all() == [supplier]


def test_the_only_type_stays(session: Session, event: Event, actor: User) -> None:
    delete_type(session, event, "supplier", actor)
    with pytest.raises(Conflict, match="the only type"):
        delete_type(session, event, "city", actor)


def test_merging_turns_everything_over_once_and_keeps_the_rules_of_the_other(
    session: Session, event: Event, actor: User
) -> None:
    city, supplier = type_of(session, event, "city"), type_of(session, event, "supplier")
    ada = make_participant(session, event, type_code="city")
    bo = make_participant(session, event)
    both, one = make_session(session, event), make_session(session, event, "2023-11-08 12:00")
    round_ = make_round(session, event)
    session.add_all(
        [
            SessionAudience(session_id=both.id, type_id=city.id),
            SessionAudience(session_id=both.id, type_id=supplier.id),
            SessionAudience(session_id=one.id, type_id=city.id),
            PartnerWish(participant_id=bo.id, type_id=city.id),
            PartnerWish(participant_id=bo.id, type_id=supplier.id),
            ImportWord(event_id=event.id, kind="type", word_key="stadt", value="city"),
            RoundTypeRule(round_id=round_.id, type_id=city.id, request_cap=1),
        ]
    )
    session.flush()
    target = supplier.id
    assert merge_type(session, event, "city", "supplier", actor).people == 1
    session.refresh(ada)
    assert ada.type_id == target
    audiences = session.execute(select(SessionAudience.session_id, SessionAudience.type_id)).all()
    assert sorted(map(tuple, audiences)) == sorted([(both.id, target), (one.id, target)])
    assert session.scalars(select(PartnerWish.type_id)).all() == [target]
    assert session.scalars(select(RoundTypeRule)).all() == []
    assert session.execute(select(MatrixRule.from_type_id, MatrixRule.to_type_id)).all() == [(target, target)]
    meant = vocabulary_of(session, event).type_of("Stadt")
    assert meant is not None
    assert meant.code == "supplier"
    (line,) = type_lines(session, event.id)
    assert (line.people, line.sessions, line.sought, line.cells) == (2, 2, 1, 1)


def test_nothing_is_merged_into_itself_or_into_what_another_event_has(
    session: Session, event: Event, actor: User
) -> None:
    for into in ("", "city"):
        with pytest.raises(Invalid, match="another type"):
            merge_type(session, event, "city", into, actor)
    add_type(session, make_event(session), "Elsewhere", actor)
    with pytest.raises(NotFound):
        merge_type(session, event, "city", "elsewhere", actor)
