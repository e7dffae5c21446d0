"""Whom an invitation goes to, and whom it does not; whom plans take."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.config import template_folder
from scheduler.domain.enums import ParticipantState, RequestState
from scheduler.errors import Conflict
from scheduler.mail.compose import Post, texts_of
from scheduler.mail.outbox import preference_of
from scheduler.models import DeadAddress, Event, OutboxMessage, Participant
from scheduler.planning.material import read_material
from scheduler.queries.people.invitations import Audience, audience
from scheduler.queries.people.people_admin import PeopleFilter
from scheduler.services.people.invitations import invite, invite_one, show, tell_of_opening
from scheduler.services.people.withdrawal import take_back_person, withdraw_person
from tests import factories as make
from tests.counting import counted

EVERYBODY = PeopleFilter()
DAY = timedelta(days=1)


@pytest.fixture
def event(session: Session) -> Event:
    return make.make_event(session)


def invited(session: Session, event: Event) -> Participant:
    return make.make_participant(session, event, state=ParticipantState.INVITED, with_user=False)


def addresses(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.to_address).order_by(OutboxMessage.id)))


def test_a_reminder_goes_out_after_a_day_and_says_so(session: Session, event: Event, app: Flask) -> None:
    actor = make.make_organiser(session, event)
    person = invited(session, event)
    assert invite(session, event, EVERYBODY, actor) == 1
    assert invite(session, event, EVERYBODY, actor, reminders=True) == 0
    with pytest.raises(Conflict, match="less than a day ago"):
        invite_one(session, event, person, actor)
    person.invited_at = event.now() - DAY
    session.flush()
    assert invite(session, event, EVERYBODY, actor) == 0
    assert invite(session, event, EVERYBODY, actor, reminders=True) == 1
    assert person.invitations == 2
    first, second = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    post = Post(
        str(template_folder()), "https://expo.example", "expo.example", "Expo <no-reply@expo.example>"
    )
    with app.app_context():
        assert texts_of(session, first, post).subject == "Your invitation to Smart City Expo"
        assert texts_of(session, second, post).subject == "Reminder: your invitation to Smart City Expo"
        assert person.organisation.name in texts_of(session, first, post).text


def test_one_person_is_reminded_the_second_time_only(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    person = invited(session, event)
    invite_one(session, event, person, actor)
    person.invited_at = event.now() - DAY
    session.flush()
    invite_one(session, event, person, actor)
    payloads = session.scalars(select(OutboxMessage.payload).order_by(OutboxMessage.id))
    assert [payload["before"] for payload in payloads if payload] == [0, 1]


def test_who_wants_no_mail_and_dead_addresses_are_left_out(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    good, unwanted, dead = (invited(session, event) for _ in range(3))
    make.make_participant(session, event)
    make.make_participant(session, event, state=ParticipantState.WITHDRAWN)
    preference_of(session, unwanted.id).reminders = False
    session.add(DeadAddress(address=dead.email, bounced_at=make.NOW))
    session.flush()
    assert audience(session, event, EVERYBODY) == Audience(first=1, unwanted=1, dead=1, unseen=3)
    assert invite(session, event, EVERYBODY, actor, reminders=True) == 1
    for person in (unwanted, dead):
        with pytest.raises(Conflict):
            invite_one(session, event, person, actor)
    assert addresses(session) == [good.email]


def test_the_number_of_statements_does_not_grow_with_the_people(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    counts = []
    for many in (2, 30):
        for _ in range(many):
            invited(session, event)
        with counted() as statements:
            assert invite(session, event, EVERYBODY, actor) == many
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_plans_leave_out_who_is_not_seen(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    round_ = make.make_round(session, event, blocks=[make.make_block(session, event)])
    inside, outside = make.make_participant(session, event), invited(session, event)
    make.make_request(session, round_, inside, outside, RequestState.ACCEPTED)
    assert set(read_material(session, round_.id).people) == {inside.id}
    assert show(session, event, EVERYBODY, actor) == 1
    session.refresh(outside)
    assert (outside.state, outside.came_in_at) == (ParticipantState.ACTIVE, None)
    assert set(read_material(session, round_.id).people) == {inside.id, outside.id}


def test_who_is_shown_can_still_be_invited(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    person = invited(session, event)
    show(session, event, EVERYBODY, actor)
    assert invite(session, event, EVERYBODY, actor) == 1
    assert addresses(session) == [person.email]


def test_who_left_before_coming_in_comes_back_unseen(session: Session, event: Event) -> None:
    actor = make.make_organiser(session, event)
    unseen, shown = invited(session, event), invited(session, event)
    shown.state, shown.shown_at = ParticipantState.ACTIVE, make.NOW
    for person in (unseen, shown):
        withdraw_person(session, event, person, actor)
        take_back_person(session, event, person, actor)
    assert (unseen.state, shown.state) == (ParticipantState.INVITED, ParticipantState.ACTIVE)


def test_an_open_round_is_told_to_those_who_take_part(session: Session, event: Event) -> None:
    round_ = make.make_round(session, event)
    person, quiet = make.make_participant(session, event), make.make_participant(session, event)
    preference_of(session, quiet.id).reminders = False
    invited(session, event)
    assert tell_of_opening(session, event, round_) == 1
    assert addresses(session) == [person.email]
