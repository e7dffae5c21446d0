"""A colleague instead of the one who was asked: two have to say yes."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, RequestMode, RequestState
from scheduler.domain.messages import MessageKind
from scheduler.errors import Conflict, NotAllowed, SchedulerError
from scheduler.extensions import db
from scheduler.models import OutboxMessage, Participant, Request
from scheduler.planning.material import read_material
from scheduler.queries.people.relationship import standing
from scheduler.queries.requests.requests import count_waiting, received, request_of, sent
from scheduler.services.requests import colleague_proposals, requests
from tests.factories import NOW, make_event, make_organisation, make_participant, make_request, make_round


class Case:
    """Somebody asked a representative, who has a colleague."""

    def __init__(self, session: Session) -> None:
        event = make_event(session)
        self.round = make_round(session, event)
        self.me = make_participant(session, event, name="Ana")
        us = make_organisation(session, event)
        self.asked = make_participant(session, event, name="Jordi", organisation=us)
        self.colleague = make_participant(session, event, name="Marta", organisation=us)
        self.request = make_request(session, self.round, self.me, self.asked)


@pytest.fixture
def case(session: Session) -> Case:
    return Case(session)


def proposed(session: Session, case: Case) -> Request:
    return colleague_proposals.propose(
        session, case.asked, case.request, case.colleague, NOW, "She knows more"
    )


def test_request_waits_for_the_colleague_and_the_sender_and_no_longer_for_the_one_asked(
    session: Session, case: Case
) -> None:
    proposed(session, case)

    assert count_waiting(session, case.asked) == 0
    assert count_waiting(session, case.colleague) == 1
    row = received(session, case.colleague, waiting=True).rows[0]
    assert (row.person, row.asked, row.for_me) == ("Ana", "Jordi", True)
    assert sent(session, case.me).rows[0].proposed == "Marta"
    assert received(session, case.asked, waiting=False).rows[0].proposed == "Marta"
    assert request_of(session, case.colleague, case.request.public_id) is case.request


@pytest.mark.parametrize("first", ["sender", "colleague"])
def test_it_binds_once_both_have_said_yes(session: Session, case: Case, first: str) -> None:
    proposed(session, case)

    for who in (first, "colleague" if first == "sender" else "sender"):
        assert case.request.state is RequestState.OPEN
        if who == "sender":
            colleague_proposals.answer_as_sender(session, case.me, case.request, True, NOW)
        else:
            colleague_proposals.answer_as_colleague(session, case.colleague, case.request, True, NOW)

    assert (case.request.to_id, case.request.state) == (case.colleague.id, RequestState.ACCEPTED)
    assert case.request.proposed_id is None
    assert received(session, case.colleague, waiting=False).rows[0].state is RequestState.ACCEPTED


def test_colleague_who_can_not_gives_the_request_back(session: Session, case: Case) -> None:
    proposed(session, case)
    colleague_proposals.answer_as_sender(session, case.me, case.request, True, NOW)

    colleague_proposals.answer_as_colleague(session, case.colleague, case.request, False, NOW, "On leave")

    assert count_waiting(session, case.asked) == 1
    assert (case.request.state, case.request.sender_agrees) == (RequestState.OPEN, False)
    told = select(OutboxMessage).where(
        OutboxMessage.participant_id == case.asked.id, OutboxMessage.kind == MessageKind.NEWS
    )
    message = session.scalars(told).one()
    assert message.payload is not None
    assert message.payload["items"][0]["what"] == "colleague-cannot"
    requests.answer(session, case.asked, case.request, RequestState.ACCEPTED, NOW)
    assert case.request.state is RequestState.ACCEPTED


def test_sender_who_does_not_want_the_colleague_withdraws(session: Session, case: Case) -> None:
    proposed(session, case)

    colleague_proposals.answer_as_sender(session, case.me, case.request, False, NOW)

    assert case.request.state is RequestState.WITHDRAWN
    with pytest.raises(Conflict, match="taken back"):
        colleague_proposals.answer_as_colleague(session, case.colleague, case.request, True, NOW)


def test_one_asked_may_still_answer_for_themselves(session: Session, case: Case) -> None:
    proposed(session, case)

    requests.answer(session, case.asked, case.request, RequestState.ACCEPTED, NOW)

    assert (case.request.to_id, case.request.state) == (case.asked.id, RequestState.ACCEPTED)
    with pytest.raises(Conflict, match="taken back"):
        colleague_proposals.answer_as_colleague(session, case.colleague, case.request, True, NOW)


def test_nobody_else_may_answer_a_proposal(session: Session, case: Case) -> None:
    proposed(session, case)
    with pytest.raises(NotAllowed):
        colleague_proposals.answer_as_colleague(session, case.asked, case.request, True, NOW)
    with pytest.raises(NotAllowed):
        colleague_proposals.answer_as_sender(session, case.colleague, case.request, True, NOW)


def test_somebody_whom_the_sender_has_asked_can_not_be_proposed(session: Session, case: Case) -> None:
    make_request(session, case.round, case.me, case.colleague)
    with pytest.raises(Conflict, match="Ana has asked Marta already"):
        proposed(session, case)


def test_colleague_who_leaves_gives_the_request_back(session: Session, case: Case) -> None:
    from scheduler.services.people.withdrawal import withdraw_person
    from tests.factories import make_organiser

    proposed(session, case)
    event = case.round.event_id
    found = session.get_one(Participant, case.colleague.id)
    from scheduler.models import Event

    row = session.get_one(Event, event)
    withdraw_person(session, row, found, make_organiser(session, row))

    assert found.state is ParticipantState.WITHDRAWN
    assert (case.request.state, case.request.proposed_id) == (RequestState.OPEN, None)
    assert count_waiting(session, case.asked) == 1


def test_proposed_colleague_sees_who_asks(session: Session, case: Case) -> None:
    proposed(session, case)
    found = standing(session, case.colleague, case.me.public_id, case.round.id)
    assert found is not None
    assert found.received is case.request


def test_two_yes_at_once_bind(session: Session, database_url: str) -> None:
    case = Case(session)
    proposed(session, case)
    session.commit()
    start = threading.Barrier(2)
    failures: list[str] = []

    def say_yes(person_id: int, sender: bool) -> None:
        with db.new_session(database_url) as own:
            person, request = own.get_one(Participant, person_id), own.get_one(Request, case.request.id)
            own.rollback()
            start.wait()
            try:
                if sender:
                    colleague_proposals.answer_as_sender(own, person, request, True, NOW)
                else:
                    colleague_proposals.answer_as_colleague(own, person, request, True, NOW)
                own.commit()
            except SchedulerError as error:
                failures.append(error.message)

    threads = [
        threading.Thread(target=say_yes, args=(case.me.id, True)),
        threading.Thread(target=say_yes, args=(case.colleague.id, False)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    assert failures == []
    assert (case.request.to_id, case.request.state) == (case.colleague.id, RequestState.ACCEPTED)
    session.rollback()


def test_two_who_ask_each_other_at_once_meet(session: Session, database_url: str) -> None:
    event = make_event(session)
    round_ = make_round(session, event)
    one, other = make_participant(session, event), make_participant(session, event)
    session.commit()
    start = threading.Barrier(2)

    def ask(from_id: int, to_id: int) -> None:
        with db.new_session(database_url) as own:
            people = own.get_one(Participant, from_id), own.get_one(Participant, to_id)
            own.rollback()
            start.wait()
            requests.send(own, *people, own.merge(round_, load=True), "", NOW)
            own.commit()

    pair = (one.id, other.id)
    session.rollback()
    threads = [threading.Thread(target=ask, args=ids) for ids in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    (found,) = session.scalars(select(Request))
    assert found.state is RequestState.ACCEPTED
    session.rollback()


def test_pending_proposal_holds_nobody_to_a_meeting_in_either_mode(session: Session, case: Case) -> None:
    proposed(session, case)
    case.round.request_mode = RequestMode.OPT_OUT
    session.flush()

    material = read_material(session, case.round.id)

    assert [asked.state for asked in material.requests] == [RequestState.DECLINED]
