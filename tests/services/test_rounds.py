"""Rounds: their rules, opening and closing; the matching matrix."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.kinds import RequestMode, RequestState, RoundState
from scheduler.errors import Conflict, Invalid
from scheduler.models import Event, MatchmakingRound, User
from scheduler.queries.rounds import caps_of, matrix
from scheduler.services.rounds import RoundEntry, close_round, open_round, save_round, set_matrix
from tests.factories import (
    make_block,
    make_event,
    make_organiser,
    make_participant,
    make_request,
    make_round,
    type_of,
)


def entry(event: Event, *blocks: str) -> RoundEntry:
    now = event.now()
    return RoundEntry(
        "First", now, now + timedelta(days=7), RequestMode.OPT_IN, 10, 2, blocks, caps={"city": 3}
    )


def make(session: Session) -> tuple[Event, User, MatchmakingRound]:
    event = make_event(session)
    actor = make_organiser(session, event)
    block = make_block(session, event)
    return event, actor, save_round(session, event, None, entry(event, block.public_id), actor)


def test_round_goes_from_draft_to_open_to_closed_and_open_again(session: Session) -> None:
    event, actor, found = make(session)
    assert (found.state, len(found.blocks), caps_of(session, found.id)) == (RoundState.DRAFT, 1, {"city": 3})
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
        ({"caps": {"king": 1}}, "caps"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rules_that_cannot_hold_are_refused(session: Session, changes: dict[str, object], field: str) -> None:
    event, actor, found = make(session)
    with pytest.raises(Invalid) as refused:
        save_round(session, event, found, replace(entry(event), **changes), actor)  # type: ignore[arg-type]
    assert refused.value.field == field


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


def test_matrix_is_changed_cell_by_cell(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    cells = {("city", "city"): "City to city", ("supplier", "city"): " ", ("supplier", "supplier"): "B2B"}
    assert set_matrix(session, event, cells, actor) == 2
    assert matrix(session, event.id).kinds == {
        (city, city): "City to city",
        (city, supplier): "City-supplier",
        (supplier, supplier): "B2B",
    }
    with pytest.raises(Invalid):
        set_matrix(session, event, {("city", "king"): "x"}, actor)
