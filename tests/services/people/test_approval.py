"""Approval before others see somebody: who waits, what approving and refusing do, and the one answer to who is seen."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.domain.messages import MessageKind
from scheduler.errors import Invalid, NotAllowed
from scheduler.models import Event, OutboxMessage, Participant
from scheduler.queries.people.approval import count_waiting, waits
from scheduler.queries.people.people_admin import Need, PeopleFilter, people_page
from scheduler.queries.people.people_to_meet import Filters, people_to_meet
from scheduler.queries.people.relationship import standing
from scheduler.services.people import approval as service
from scheduler.services.people.bulk_change import Choice
from scheduler.services.people.invitations import show_one
from scheduler.services.people.taking_part import take_part
from scheduler.services.people.withdrawal import take_back_person, withdraw_person
from scheduler.services.requests.interests import check_may_ask
from tests import factories as make

ALL = Choice(PeopleFilter())


class Scene:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.event: Event = make.make_event(session)
        self.actor = make.make_organiser(session, self.event)
        self.seen = make.make_participant(session, self.event, name="Seen")
        service.set_approval(session, self.event, True, self.actor)

    def guest(self, name: str = "") -> Participant:
        return make.make_participant(self.session, self.event, name=name, state=ParticipantState.INVITED)

    def waiting(self, name: str = "") -> Participant:
        person = self.guest(name)
        take_part(self.session, self.event, person, person.user)
        return person

    def told(self) -> list[tuple[str, str]]:
        found = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.NOTE).order_by(OutboxMessage.id)
        return [(row.to_name, str((row.payload or {}).get("what"))) for row in self.session.scalars(found)]

    def names(self, me: Participant) -> list[str]:
        return [row.name for row in people_to_meet(self.session, me, None, Filters()).rows]


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_who_comes_in_waits_and_is_in_the_queue(scene: Scene) -> None:
    person, guest = scene.waiting("Wendy"), scene.guest()
    assert (waits(person), waits(guest), waits(scene.seen)) == (True, False, False)
    page = people_page(scene.session, scene.event.id, PeopleFilter(need=Need.TO_APPROVE), 1)
    assert [(line.name, line.to_approve) for line in page.lines] == [("Wendy", True)]
    came_in = person.came_in_at
    take_part(scene.session, scene.event, person, person.user)
    assert (person.came_in_at, waits(person)) == (came_in, True)


def test_others_neither_see_nor_ask_who_waits_and_the_other_way_round(scene: Scene) -> None:
    person = scene.waiting("Wendy")
    assert scene.names(scene.seen) == []
    assert standing(scene.session, scene.seen, person.public_id, None) is None
    assert scene.names(person) == []
    assert standing(scene.session, person, scene.seen.public_id, None) is None
    with pytest.raises(NotAllowed, match="looks at your registration first"):
        check_may_ask(scene.session, person, scene.seen)
    service.approve(scene.session, scene.event, ALL, scene.actor)
    assert (scene.names(scene.seen), scene.names(person)) == (["Wendy"], ["Seen"])
    assert check_may_ask(scene.session, person, scene.seen).meeting_kind == "B2B"


def test_approving_tells_who_waited_and_lets_guests_in_ahead(scene: Scene) -> None:
    person, guest = scene.waiting("Wendy"), scene.guest("Gus")
    counts = service.approve(scene.session, scene.event, ALL, scene.actor)
    assert (counts.waiting, counts.ahead, scene.told()) == (1, 1, [("Wendy", "approved")])
    assert (person.state, guest.state) == (ParticipantState.ACTIVE, ParticipantState.INVITED)
    take_part(scene.session, scene.event, guest, guest.user)
    assert guest.state is ParticipantState.ACTIVE
    again = service.approve(scene.session, scene.event, ALL, scene.actor)
    assert (again.waiting, again.ahead, len(scene.told())) == (0, 0, 1)


def test_only_the_ticked_are_approved(scene: Scene) -> None:
    one, other = scene.waiting(), scene.waiting()
    service.approve(scene.session, scene.event, Choice(PeopleFilter(), [one.public_id]), scene.actor)
    assert (waits(one), waits(other)) == (False, True)


def test_refusing_needs_a_reason_and_tells_it(scene: Scene) -> None:
    person, guest = scene.waiting("Wendy"), scene.guest()
    with pytest.raises(Invalid) as refused:
        service.refuse(scene.session, scene.event, ALL, "  ", scene.actor)
    assert refused.value.field == "reason"
    assert service.refuse(scene.session, scene.event, ALL, "Students come next year.", scene.actor) == 1
    assert (person.state, guest.state) == (ParticipantState.WITHDRAWN, ParticipantState.INVITED)
    assert ("Wendy", "refused") in scene.told()
    take_back_person(scene.session, scene.event, person, scene.actor)
    assert waits(person)


def test_turning_it_off_shows_all_who_waited(scene: Scene) -> None:
    people = [scene.waiting(f"Wendy {n}") for n in range(2)]
    assert count_waiting(scene.session, scene.event.id) == 2
    assert service.set_approval(scene.session, scene.event, False, scene.actor) == 2
    assert {person.state for person in people} == {ParticipantState.ACTIVE}
    assert scene.told() == [("Wendy 0", "approved"), ("Wendy 1", "approved")]
    assert scene.waiting().state is ParticipantState.ACTIVE


def test_who_was_seen_before_stays_seen_and_comes_back_so(scene: Scene) -> None:
    assert scene.seen.state is ParticipantState.ACTIVE
    withdraw_person(scene.session, scene.event, scene.seen, scene.actor)
    take_back_person(scene.session, scene.event, scene.seen, scene.actor)
    assert scene.seen.state is ParticipantState.ACTIVE


def test_who_is_shown_at_once_needs_no_approval(scene: Scene) -> None:
    guest = scene.guest()
    show_one(scene.session, scene.event, guest, scene.actor)
    take_part(scene.session, scene.event, guest, guest.user)
    assert guest.state is ParticipantState.ACTIVE


def test_another_event_is_not_touched(scene: Scene) -> None:
    far = make.make_event(scene.session)
    guest = make.make_participant(scene.session, far, state=ParticipantState.INVITED)
    service.approve(scene.session, scene.event, ALL, scene.actor)
    assert guest.approved_at is None
    take_part(scene.session, far, guest, guest.user)
    assert guest.state is ParticipantState.ACTIVE
