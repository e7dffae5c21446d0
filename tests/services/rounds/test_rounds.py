"""Rounds: their rules, opening and closing; the matching matrix."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import RequestMode, RequestState, RoundState
from scheduler.domain.limits import MeetingLimits
from scheduler.domain.round_rules import TypeRules
from scheduler.errors import Conflict, Invalid
from scheduler.models import Event, MatchmakingRound, User
from scheduler.queries.rounds.limits import round_limits
from scheduler.queries.rounds.rounds import most_meetings, type_rules
from scheduler.services.people.withdrawal import withdraw_person
from scheduler.services.requests.requests import expire
from scheduler.services.rounds.closing import count_ended
from scheduler.services.rounds.rounds import RoundEntry, close_round, open_round, save_round
from tests.factories import (
    at,
    make_block,
    make_event,
    make_organiser,
    make_participant,
    make_request,
    make_round,
    type_of,
)
from tests.services.scenes import set_clock


def entry(event: Event, *blocks: str) -> RoundEntry:
    now = event.now()
    return RoundEntry(
        "First",
        now,
        now + timedelta(days=7),
        RequestMode.OPT_IN,
        10,
        2,
        blocks,
        by_type={"city": TypeRules(3)},
    )


def make(session: Session) -> tuple[Event, User, MatchmakingRound]:
    event = make_event(session)
    set_clock(event, "2023-10-20 09:00")
    actor = make_organiser(session, event)
    block = make_block(session, event)
    return event, actor, save_round(session, event, None, entry(event, block.public_id), actor)


def test_round_goes_from_draft_to_open_to_closed_and_open_again(session: Session) -> None:
    event, actor, found = make(session)
    assert (found.state, len(found.blocks), type_rules(session, found.id)) == (
        RoundState.DRAFT,
        1,
        {"city": TypeRules(3)},
    )
    open_round(session, event, found, actor)
    with pytest.raises(Conflict):
        open_round(session, event, found, actor)
    close_round(session, event, found, actor)
    with pytest.raises(Conflict):
        close_round(session, event, found, actor)
    open_round(session, event, found, actor)
    assert found.state is RoundState.OPEN


def test_round_without_a_block_or_with_its_time_past_does_not_open(session: Session) -> None:
    event, actor, found = make(session)
    bare = replace(entry(event), name="Bare")
    with pytest.raises(Conflict, match="no meeting block"):
        open_round(session, event, save_round(session, event, None, bare, actor), actor)
    found.closes_at = event.now() - timedelta(minutes=1)
    with pytest.raises(Conflict, match="closing time"):
        open_round(session, event, found, actor)


@pytest.mark.parametrize(
    ("mode", "state"), [(RequestMode.OPT_IN, RequestState.EXPIRED), (RequestMode.OPT_OUT, RequestState.OPEN)]
)
def test_closing_ends_waiting_requests_only_where_they_need_a_yes(
    session: Session, mode: RequestMode, state: RequestState
) -> None:
    event = make_event(session)
    found = make_round(session, event)
    found.request_mode = mode
    one, other = make_participant(session, event), make_participant(session, event)
    waiting = make_request(session, found, one, other)
    yes = make_request(session, found, other, one, RequestState.ACCEPTED)
    close_round(session, event, found, make_organiser(session, event))
    session.expire_all()
    assert (waiting.state, yes.state) == (state, RequestState.ACCEPTED)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"request_cap": -1}, "request_cap"),
        ({"guarantee": 5000}, "guarantee"),
        ({"answer_days": 400}, "answer_days"),
        ({"by_type": {"king": TypeRules(1)}}, "by_type"),
        ({"by_type": {"city": TypeRules(pause_after=0)}}, "by_type"),
        ({"limits": {"max_meetings_per_half_day": 1001}}, "max_meetings_per_half_day"),
        ({"limits": {"pause_minutes": 4}}, "pause_minutes"),
        ({"half_day_at": 1440}, "half_day_at"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rules_that_cannot_hold_are_refused(session: Session, changes: dict[str, object], field: str) -> None:
    event, actor, found = make(session)
    with pytest.raises(Invalid) as refused:
        save_round(session, event, found, replace(entry(event), **changes), actor)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_rules_of_types_are_those_said_last_and_an_empty_one_is_none(session: Session) -> None:
    event, actor, found = make(session)
    said = {"city": TypeRules(max_meetings_per_half_day=2, guarantee=0), "supplier": TypeRules()}
    changed = replace(entry(event), limits={"max_meetings_per_day": 5}, half_day_at=750, by_type=said)
    save_round(session, event, found, changed, actor)
    assert type_rules(session, found.id) == {"city": said["city"]}
    limits = round_limits(session, found)
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    assert (limits.of(city), limits.owed(city)) == (MeetingLimits(None, 5, 2), 0)
    assert (limits.of(supplier), limits.owed(supplier)) == (MeetingLimits(None, 5), 2)
    assert limits.half_day_at == 750


@pytest.mark.parametrize(
    "change", ["max_meetings = -1", "pause_after = 0", "pause_minutes = 4", "half_day_at = 0"]
)
def test_the_database_refuses_limits_that_nobody_can_mean(session: Session, change: str) -> None:
    make(session)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE matchmaking_round SET {change}"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rounds_of_an_event_have_different_names_and_close_after_they_open(session: Session) -> None:
    event, actor, _found = make(session)
    with pytest.raises(Invalid, match="already"):
        save_round(session, event, None, replace(entry(event), name="FIRST"), actor)
    with pytest.raises(Invalid, match="closes before"):
        save_round(
            session,
            event,
            None,
            replace(entry(event), name="B", closes_at=event.now() - timedelta(days=1)),
            actor,
        )


def test_opening_again_undoes_what_closing_ended_and_nothing_else(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    set_clock(event, "2023-10-21 09:00")
    found = make_round(session, event, blocks=[make_block(session, event)])
    people = [make_participant(session, event) for _ in range(6)]
    waiting = make_request(session, found, people[0], people[1])
    yes = make_request(session, found, people[1], people[2], RequestState.ACCEPTED)
    no = make_request(session, found, people[2], people[3], RequestState.DECLINED)
    late = make_request(session, found, people[3], people[4])
    late.expires_at = event.now() - timedelta(hours=1)
    gone = make_request(session, found, people[4], people[5])
    session.flush()
    assert expire(session, event.id, event.now()) == 1
    assert close_round(session, event, found, actor) == 2
    withdraw_person(session, event, people[5], actor)
    session.expire_all()
    states = {RequestState.EXPIRED, RequestState.ACCEPTED, RequestState.DECLINED}
    assert {one.state for one in (waiting, yes, no, late, gone)} == states
    assert count_ended(session, found) == 1
    assert open_round(session, event, found, actor) == 1
    session.expire_all()
    assert (waiting.state, waiting.answered_at, waiting.expires_at) == (
        RequestState.OPEN,
        None,
        found.closes_at,
    )
    assert (yes.state, no.state) == (RequestState.ACCEPTED, RequestState.DECLINED)
    assert (late.state, gone.state) == (RequestState.EXPIRED, RequestState.EXPIRED)
    assert expire(session, event.id, event.now()) == 0


def test_a_later_closing_time_lets_requests_wait_longer_also_those_that_the_clock_ended(
    session: Session,
) -> None:
    event, actor, found = make(session)
    open_round(session, event, found, actor)
    request = make_request(session, found, make_participant(session, event), make_participant(session, event))
    request.expires_at = found.closes_at
    session.flush()
    later = replace(entry(event, found.blocks[0].public_id), closes_at=event.now() + timedelta(days=9))
    save_round(session, event, found, later, actor)
    session.refresh(request)
    assert request.expires_at == found.closes_at
    set_clock(event, "2023-10-30 09:00")
    assert expire(session, event.id, event.now()) == 1
    session.refresh(request)
    assert request.state is RequestState.EXPIRED
    save_round(session, event, found, replace(later, closes_at=event.now() + timedelta(days=1)), actor)
    session.refresh(request)
    assert (request.state, request.expires_at) == (RequestState.OPEN, found.closes_at)


@pytest.mark.parametrize(
    ("closes", "blocks", "said"),
    [
        ("2023-11-10 00:05", False, "after the event"),
        ("2023-11-07 11:16", True, "last meeting time has begun"),
        ("2023-11-10 00:00", False, ""),
        ("2023-11-07 11:15", True, ""),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_round_closes_while_something_is_left_to_plan(
    session: Session, closes: str, blocks: bool, said: str
) -> None:
    event, actor, found = make(session)
    chosen = [block.public_id for block in found.blocks] if blocks else []
    changed = replace(entry(event, *chosen), closes_at=at(closes))
    if not said:
        assert save_round(session, event, found, changed, actor).closes_at == at(closes)
        return
    with pytest.raises(Invalid, match=said) as refused:
        save_round(session, event, found, changed, actor)
    assert refused.value.field == "closes_at"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_overlapping_slots_are_not_counted_as_meetings_that_one_person_can_hold(session: Session) -> None:
    event = make_event(session)
    blocks = [make_block(session, event), make_block(session, event, "2023-11-07 10:10")]
    assert most_meetings(session, make_round(session, event, blocks=blocks[:1]).id) == 4
    assert most_meetings(session, make_round(session, event, blocks=blocks).id) == 4
