"""Inviting people by mail."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.kinds import ParticipantState, Role
from scheduler.models import OutboxMessage
from tests import factories as make
from tests.conftest import Client


def test_everybody_who_is_invited_is_written_to_once(session: Session, client: Client) -> None:
    event = make.make_event(session)
    organiser = make.make_organiser(session, event)
    invited = make.make_participant(session, event, state=ParticipantState.INVITED)
    make.make_participant(session, event)
    session.commit()
    client.sign_in(organiser)
    for _ in range(2):
        client.post(f"/e/{event.slug}/organise/people/invite")
    assert session.scalars(select(OutboxMessage.to_address)).all() == [invited.email]


def test_co_organisers_invite_nobody(session: Session, client: Client) -> None:
    event = make.make_event(session)
    organiser = make.make_organiser(session, event, Role.CO_ORGANISER)
    make.make_participant(session, event, state=ParticipantState.INVITED)
    session.commit()
    assert client.sign_in(organiser).post(f"/e/{event.slug}/organise/people/invite").status_code == 403
    assert session.scalar(select(OutboxMessage.id)) is None
