"""Asking for a meeting, and answering."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import InterestLevel, ParticipantState, RequestMode, RequestState, RoundState
from scheduler.errors import Conflict, Invalid, NotAllowed, SchedulerError, TooMany
from scheduler.extensions import db
from scheduler.models import (
    Event,
    Interest,
    MatchmakingRound,
    MatrixRule,
    Participant,
    Request,
    RoundTypeRule,
)
from scheduler.queries.people.relationship import standing
from scheduler.queries.requests.counting import Unanswered, unanswered
from scheduler.queries.requests.requests import count_waiting, received, request_of
from scheduler.services.requests import requests
from scheduler.services.rounds.closing import expire_with_round
from tests.counting import counted
from tests.factories import (
    NOW,
    make_event,
    make_organisation,
    make_participant,
    make_request,
    make_round,
)


@pytest.fixture
def round_(session: Session) -> MatchmakingRound:
    return make_round(session, make_event(session))


def people(session: Session, round_: MatchmakingRound, *types: str) -> list[Participant]:
    event = session.get_one(Event, round_.event_id)
    return [make_participant(session, event, type_code=code) for code in types]


def test_request_is_open_until_answered_and_says_that_the_sender_would_like(
    session: Session, round_: MatchmakingRound
) -> None:
    city, supplier = people(session, round_, "city", "supplier")

    request = requests.send(session, city, supplier, round_, "  Shall we meet?\r\n", NOW)

    assert (request.state, request.message) == (RequestState.OPEN, "Shall we meet?")
    assert session.scalars(select(Interest.level)).all() == [InterestLevel.LIKE]
    assert count_waiting(session, supplier) == 1
    requests.answer(session, supplier, request, RequestState.ACCEPTED, NOW)
    assert request.state is RequestState.ACCEPTED
    assert count_waiting(session, supplier) == 0


def test_request_that_the_matrix_forbids_is_refused(session: Session, round_: MatchmakingRound) -> None:
    one, other = people(session, round_, "city", "city")

    with pytest.raises(NotAllowed, match="rules of this event"):
        requests.send(session, one, other, round_, "", NOW)


def test_request_to_a_stranger_of_another_event_is_refused(
    session: Session, round_: MatchmakingRound
) -> None:
    (me,) = people(session, round_, "supplier")
    stranger = make_participant(session, make_event(session))

    with pytest.raises(NotAllowed, match="not at this event"):
        requests.send(session, me, stranger, round_, "", NOW)


def test_request_to_a_colleague_is_refused(session: Session, round_: MatchmakingRound) -> None:
    (me,) = people(session, round_, "supplier")
    (colleague,) = people(session, round_, "supplier")
    colleague.organisation = me.organisation
    session.flush()

    with pytest.raises(NotAllowed, match="same organisation"):
        requests.send(session, me, colleague, round_, "", NOW)


def test_request_to_somebody_who_withdrew_is_refused(session: Session, round_: MatchmakingRound) -> None:
    me, gone = people(session, round_, "supplier", "supplier")
    gone.state = ParticipantState.WITHDRAWN

    with pytest.raises(Conflict, match="is no longer taking part"):
        requests.send(session, me, gone, round_, "", NOW)


def test_request_of_somebody_who_withdrew_can_not_be_accepted_and_does_not_wait(
    session: Session, round_: MatchmakingRound
) -> None:
    gone, me = people(session, round_, "supplier", "supplier")
    request = make_request(session, round_, gone, me)
    gone.state = ParticipantState.WITHDRAWN
    session.flush()

    assert count_waiting(session, me) == 0
    with pytest.raises(Conflict, match="is no longer taking part"):
        requests.answer(session, me, request, RequestState.ACCEPTED, NOW)


def test_request_in_a_closed_round_is_refused(session: Session, round_: MatchmakingRound) -> None:
    me, other = people(session, round_, "supplier", "supplier")
    round_.state = RoundState.CLOSED

    with pytest.raises(Conflict, match="No round is open"):
        requests.send(session, me, other, round_, "", NOW)


def test_request_with_ten_megabytes_of_text_is_refused_at_once(
    session: Session, round_: MatchmakingRound
) -> None:
    me, other = people(session, round_, "supplier", "supplier")

    with pytest.raises(Invalid, match="10000000 characters, and 1000 are allowed"):
        requests.send(session, me, other, round_, "x" * 10_000_000, NOW)


def test_request_above_the_cap_is_refused(session: Session, round_: MatchmakingRound) -> None:
    me, one, two, three = people(session, round_, *["supplier"] * 4)
    round_.request_cap = 2
    requests.send(session, me, one, round_, "", NOW)
    first = requests.send(session, me, two, round_, "", NOW)

    with pytest.raises(TooMany, match="asked 2 people"):
        requests.send(session, me, three, round_, "", NOW)

    requests.answer(session, two, first, RequestState.DECLINED, NOW)
    assert requests.send(session, me, three, round_, "", NOW).state is RequestState.OPEN


def test_request_cap_of_a_type_goes_before_that_of_the_round(
    session: Session, round_: MatchmakingRound
) -> None:
    me, one = people(session, round_, "supplier", "supplier")
    session.add(RoundTypeRule(round_id=round_.id, type_id=me.type_id, request_cap=0))
    session.flush()

    with pytest.raises(TooMany):
        requests.send(session, me, one, round_, "", NOW)


def test_cap_of_a_cell_counts_requests_along_it_alone(session: Session, round_: MatchmakingRound) -> None:
    me, one, two, three = people(session, round_, "supplier", "city", "city", "supplier")
    rule = session.scalars(
        select(MatrixRule).where(MatrixRule.from_type_id == me.type_id, MatrixRule.to_type_id == one.type_id)
    ).one()
    rule.request_cap = 1
    requests.send(session, me, one, round_, "", NOW)
    with pytest.raises(TooMany, match=r"1 person of the type “City” \(City-supplier\)"):
        requests.send(session, me, two, round_, "", NOW)
    assert requests.send(session, me, three, round_, "", NOW).state is RequestState.OPEN


def test_days_to_answer_are_those_of_the_sender_s_type(session: Session, round_: MatchmakingRound) -> None:
    me, one, two = people(session, round_, "supplier", "supplier", "city")
    round_.answer_days = 5
    session.add(RoundTypeRule(round_id=round_.id, type_id=me.type_id, answer_days=2))
    session.flush()
    assert requests.send(session, me, one, round_, "", NOW).expires_at == NOW + timedelta(days=2)
    assert requests.send(session, two, one, round_, "", NOW).expires_at == NOW + timedelta(days=5)


@pytest.mark.parametrize("ended", ["expiry", "closing"])
def test_what_counts_by_its_cell_without_an_answer_does_not_expire(
    session: Session, round_: MatchmakingRound, ended: str
) -> None:
    city, one, two = people(session, round_, "city", "supplier", "supplier")
    counting = requests.send(session, city, one, round_, "", NOW)
    waiting = requests.send(session, two, one, round_, "", NOW)
    rule = session.scalars(select(MatrixRule).where(MatrixRule.from_type_id == city.type_id)).one()
    rule.request_mode = RequestMode.OPT_OUT
    assert unanswered(session, [round_], {round_.id: 2}) == {round_.id: Unanswered(1, 1)}
    if ended == "expiry":
        assert requests.expire(session, round_.event_id, round_.closes_at) == 1
    else:
        assert expire_with_round(session, round_, NOW) == 1
    session.expire_all()
    assert (counting.state, waiting.state) == (RequestState.OPEN, RequestState.EXPIRED)


def test_request_to_somebody_who_asked_already_accepts_theirs(
    session: Session, round_: MatchmakingRound
) -> None:
    me, other = people(session, round_, "supplier", "supplier")
    theirs = requests.send(session, other, me, round_, "Coffee?", NOW)

    mine = requests.send(session, me, other, round_, "Shall we meet?", NOW)

    assert mine is theirs
    assert mine.state is RequestState.ACCEPTED


def test_request_after_a_no_is_refused_and_after_withdrawing_is_fine(
    session: Session, round_: MatchmakingRound
) -> None:
    me, other = people(session, round_, "supplier", "supplier")
    request = requests.send(session, me, other, round_, "", NOW)
    requests.withdraw(session, me, request, NOW)
    assert requests.send(session, me, other, round_, "Again", NOW) is request

    requests.answer(session, other, request, RequestState.DECLINED, NOW, reason="No time")
    assert request.answer == "No time"
    with pytest.raises(Conflict, match="has declined"):
        requests.send(session, me, other, round_, "", NOW)


def test_answer_to_a_request_of_others_is_refused(session: Session, round_: MatchmakingRound) -> None:
    me, other, third = people(session, round_, *["supplier"] * 3)
    request = make_request(session, round_, me, other)

    with pytest.raises(NotAllowed):
        requests.answer(session, third, request, RequestState.ACCEPTED, NOW)


def test_answer_after_the_sender_withdrew_says_so(session: Session, round_: MatchmakingRound) -> None:
    me, other = people(session, round_, "supplier", "supplier")
    request = make_request(session, round_, me, other)
    requests.withdraw(session, me, request, NOW)

    with pytest.raises(Conflict, match="withdrawn this request in the meantime"):
        requests.answer(session, other, request, RequestState.ACCEPTED, NOW)


def test_answer_may_be_changed_while_the_round_is_open(session: Session, round_: MatchmakingRound) -> None:
    me, other = people(session, round_, "supplier", "supplier")
    request = make_request(session, round_, me, other)
    requests.answer(session, other, request, RequestState.DECLINED, NOW)

    requests.answer(session, other, request, RequestState.ACCEPTED, NOW, seen=RequestState.DECLINED)

    assert request.state is RequestState.ACCEPTED


def test_request_to_any_representative_may_be_answered_by_a_colleague(
    session: Session, round_: MatchmakingRound
) -> None:
    me, asked = people(session, round_, "supplier", "supplier")
    (colleague,) = people(session, round_, "supplier")
    colleague.organisation = asked.organisation
    session.flush()
    request = requests.send(session, me, asked, round_, "", NOW, any_representative=True)

    assert [row.person for row in received(session, colleague, waiting=True).rows] == [me.name]
    requests.answer(session, colleague, request, RequestState.ACCEPTED, NOW)

    assert request.answered_by_id == colleague.id
    colleague.takes_any = False
    with pytest.raises(NotAllowed):
        requests.answer(session, colleague, request, RequestState.DECLINED, NOW, seen=RequestState.ACCEPTED)


def test_request_to_any_representative_is_none_of_whom_the_matrix_forbids(
    session: Session, round_: MatchmakingRound
) -> None:
    city, asked, other_city = people(session, round_, "city", "supplier", "city")
    other_city.organisation = asked.organisation
    session.flush()
    request = requests.send(session, city, asked, round_, "", NOW, any_representative=True)

    assert received(session, other_city, waiting=True).rows == ()
    assert count_waiting(session, other_city) == 0
    assert request_of(session, other_city, request.public_id) is None
    assert standing(session, other_city, city.public_id, round_.id) is None
    with pytest.raises(NotAllowed, match="not sent to you"):
        requests.answer(session, other_city, request, RequestState.ACCEPTED, NOW)


def test_requests_expire_in_opt_in_rounds_only(session: Session, round_: MatchmakingRound) -> None:
    me, one, two = people(session, round_, *["supplier"] * 3)
    round_.answer_days = 3
    early = requests.send(session, me, one, round_, "", NOW)
    requests.send(session, me, two, round_, "", NOW + timedelta(days=1))
    session.flush()

    round_.request_mode = RequestMode.OPT_OUT
    session.flush()
    assert requests.expire(session, round_.event_id, NOW + timedelta(days=3)) == 0
    round_.request_mode = RequestMode.OPT_IN
    session.flush()
    assert requests.expire(session, round_.event_id, NOW + timedelta(days=3)) == 1
    session.refresh(early)
    assert early.state is RequestState.EXPIRED


def test_two_representatives_who_accept_at_once_one_wins(session: Session, database_url: str) -> None:
    event = make_event(session)
    round_ = make_round(session, event)
    us = make_organisation(session, event)
    me = make_participant(session, event)
    asked = make_participant(session, event, organisation=us)
    colleague = make_participant(session, event, organisation=us)
    request = make_request(session, round_, me, asked)
    request.any_representative = True
    session.commit()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def accept(person_id: int) -> None:
        with db.new_session(database_url) as own:
            person = own.get_one(Participant, person_id)
            theirs = own.get_one(Request, request.id)
            own.rollback()
            start.wait()
            try:
                requests.answer(own, person, theirs, RequestState.ACCEPTED, NOW)
                own.commit()
                outcomes.append("won")
            except SchedulerError as error:
                outcomes.append(error.message)

    threads = [threading.Thread(target=accept, args=(person.id,)) for person in (asked, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [
        "This request was accepted in the meantime. Reload to see by whom.",
        "won",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_do_the_same_number_of_queries(session: Session, round_: MatchmakingRound, count: int) -> None:
    (me,) = people(session, round_, "supplier")
    for other in people(session, round_, *["supplier"] * count):
        make_request(session, round_, other, me)
    session.flush()

    with counted() as queries:
        assert len(received(session, me, waiting=True).rows) == count

    assert len(queries) == 2


def test_requests_of_those_marked_as_must_come_first(session: Session, round_: MatchmakingRound) -> None:
    me, one, two, three = people(session, round_, *["supplier"] * 4)
    for other in (one, two, three):
        make_request(session, round_, other, me)
    session.add_all(
        [
            Interest(
                round_id=round_.id,
                from_id=me.id,
                to_id=one.id,
                level=InterestLevel.RATHER_NOT,
                updated_at=NOW,
            ),
            Interest(
                round_id=round_.id, from_id=me.id, to_id=three.id, level=InterestLevel.MUST, updated_at=NOW
            ),
        ]
    )
    session.flush()

    names = [row.person for row in received(session, me, waiting=True).rows]

    assert names == [three.name, two.name, one.name]
