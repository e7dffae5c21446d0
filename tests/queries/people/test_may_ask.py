"""May this participant ask that one? Lists, pairs, calls, requests and planning give one answer."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import CallState, ParticipantState
from scheduler.domain.matrix import may_ask
from scheduler.errors import Conflict, NotAllowed
from scheduler.models import OpenCall, Participant, ParticipantType, Request
from scheduler.planning.material import read_material
from scheduler.queries.people.may_ask import pairs_who_may_ask
from scheduler.queries.people.people_to_meet import Filters, people_by_id, people_to_meet
from scheduler.queries.people.relationship import standing
from scheduler.queries.requests.open_calls import calls_for
from scheduler.queries.requests.requests import sender_may_ask
from scheduler.services.requests.interests import check_may_ask
from tests.factories import (
    NOW,
    make_block,
    make_event,
    make_organisation,
    make_participant,
    make_request,
    make_round,
)

Pair = tuple[str, str]


class World:
    """One of each state and type, colleagues of two types, and somebody of another event."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make_event(session)
        session.add(ParticipantType(event_id=self.event.id, code="guest", name="Guest"))
        session.flush()
        self.round = make_round(session, self.event, blocks=[make_block(session, self.event)])
        home = make_organisation(session, self.event)
        for code in ("city", "supplier", "guest"):
            make_participant(session, self.event, name=code, type_code=code)
            make_participant(session, self.event, name=f"{code} at home", type_code=code, organisation=home)
        for state in (ParticipantState.INVITED, ParticipantState.WITHDRAWN):
            make_participant(session, self.event, name=state.value, state=state)
        waiting = make_participant(session, self.event, name="waits", state=ParticipantState.INVITED)
        waiting.came_in_at = NOW
        make_participant(session, make_event(session), name="elsewhere")
        self.people = list(session.scalars(select(Participant).order_by(Participant.id)))
        session.flush()

    def pairs(self) -> list[tuple[Participant, Participant]]:
        return list(permutations(self.people, 2))

    def takes_part(self, *people: Participant) -> bool:
        return all(
            each.state is ParticipantState.ACTIVE and each.event_id == self.event.id for each in people
        )

    def by_list(self) -> set[Pair]:
        return {
            (me.name, row.name)
            for me in self.people
            for row in people_to_meet(self.session, me, None, Filters()).rows
        }


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def _allowed(session: Session, me: Participant, other: Participant) -> bool:
    try:
        check_may_ask(session, me, other)
    except (NotAllowed, Conflict):
        return False
    return True


def test_a_pair_is_answered_as_in_a_list(world: World) -> None:
    session = world.session
    listed = world.by_list()

    by_words = {
        (me.name, row.name)
        for me in world.people
        for other in world.people
        for row in people_to_meet(session, me, None, Filters(text=other.name)).rows
    }
    by_id = {
        (me.name, row.name)
        for me in world.people
        for row in people_by_id(session, me, None, [each.id for each in world.people]).values()
    }
    alone = {
        (me.name, other.name)
        for me, other in world.pairs()
        if (found := standing(session, me, other.public_id, None)) is not None and found.may_ask
    }

    assert by_words == by_id == alone == listed
    assert ("city", "supplier") in listed
    assert ("city", "guest") not in listed
    assert ("city at home", "supplier at home") not in listed
    assert not {one for pair in listed for one in pair} & {"waits", "elsewhere"}


def test_asking_is_let_to_whoever_takes_part_and_sees_the_other_in_the_list(world: World) -> None:
    asking = {(me.name, other.name) for me, other in world.pairs() if _allowed(world.session, me, other)}

    taking_part = {me.name for me in world.people if me.state is ParticipantState.ACTIVE}
    assert asking == {pair for pair in world.by_list() if pair[0] in taking_part}
    assert ("invited", "city") in world.by_list() - asking


def test_calls_are_shown_to_those_who_may_ask_their_author(world: World) -> None:
    for author in world.people:
        world.session.add(
            OpenCall(
                round_id=world.round.id,
                author_id=author.id,
                title=author.name,
                state=CallState.OPEN,
                seats=2,
                created_at=NOW,
                changed_at=NOW,
            )
        )
    world.session.flush()

    shown = {
        (me.name, row.title)
        for me in world.people
        for row in calls_for(world.session, me, world.round.id).rows
        if not row.mine
    }

    assert shown == world.by_list()


def test_planning_groups_and_requests_read_the_matrix_alike(world: World) -> None:
    session = world.session
    known = read_material(session, world.round.id)
    pairs = [(one, other) for one, other in world.pairs() if world.takes_part(one, other)]
    apart = [(one, other) for one, other in pairs if one.organisation_id != other.organisation_id]
    planned = {
        (one.id, other.id)
        for one, other in pairs
        if may_ask(known.cells, known.people[one.id], known.people[other.id])
    }
    for one, other in pairs:
        make_request(session, world.round, one, other)
    asked = {
        (one.id, other.id)
        for one, other in pairs
        if session.scalar(
            select(Request.id).where(
                Request.from_id == one.id, Request.to_id == other.id, sender_may_ask(other)
            )
        )
    }
    ids = sorted({one.id for one, _other in pairs})

    assert planned == asked == pairs_who_may_ask(session, ids)
    names = {each.id: each.name for each in world.people}
    assert {(names[one.id], names[other.id]) for one, other in apart if (one.id, other.id) in planned} == {
        pair for pair in world.by_list() if pair[0] not in ("invited", "withdrawn")
    }
