"""Desk staff and sponsors read what they are for, of their event alone, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role
from scheduler.models import Event, EventRole, OutboxMessage
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant
from tests.services.scenes import Scene, published_scene

OWN = {
    Role.DESK: {"helpers.desk", "helpers.desk_person", "halls.show"},
    Role.SPONSOR: {"helpers.figures", "halls.show"},
}
"""The plan of a hall is for everybody who has a role at the event: it shows places, and no people."""
OF_NOBODY = {"pocket.manifest", "pocket.worker"}
"""Files of the application, the same for everybody."""


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "fair")
    session.commit()
    return scene


def sign_in(session: Session, client: Client, event: Event, role: Role) -> None:
    user = make_organiser(session, event, role)
    session.commit()
    client.sign_in(user)


def test_desk_finds_somebody_and_reads_where_they_are_expected(
    session: Session, client: Client, scene: Scene
) -> None:
    sign_in(session, client, scene.event, Role.DESK)
    assert client.get("/").location == "/e/fair/"
    assert client.get("/e/fair/").location == "/e/fair/desk/"
    found = client.get("/e/fair/desk/?q=ana").text
    assert scene.ana.public_id in found
    assert scene.marta.public_id not in found
    page = client.get(f"/e/fair/desk/{scene.ana.public_id}/").text
    assert "10:00" in page
    assert "Marta" in page
    assert "Bavaria" in page


def test_desk_finds_nobody_who_has_left_or_is_of_another_event(
    session: Session, client: Client, scene: Scene
) -> None:
    far = make_participant(session, make_event(session), name="Ana Far")
    scene.ivan.state = ParticipantState.WITHDRAWN
    sign_in(session, client, scene.event, Role.DESK)
    assert "Nobody found" in client.get("/e/fair/desk/?q=ivan").text
    assert far.public_id not in client.get("/e/fair/desk/?q=ana").text
    for person in (far, scene.ivan):
        assert client.get(f"/e/fair/desk/{person.public_id}/").status_code == 404


def test_sponsor_reads_figures_and_no_name(session: Session, client: Client, scene: Scene) -> None:
    sign_in(session, client, scene.event, Role.SPONSOR)
    assert client.get("/e/fair/").location == "/e/fair/figures/"
    page = client.get("/e/fair/figures/").text
    assert "<dt>Take part</dt><dd>4" in page
    assert "<dt>Meetings in agendas</dt><dd>2" in page
    for person in (scene.ana, scene.ivan, scene.marta, scene.jordi):
        assert person.public_id not in page
        assert person.organisation.name not in page


@pytest.mark.parametrize("role", OWN)
def test_no_other_page_of_the_event_opens(
    app: Flask, session: Session, client: Client, scene: Scene, role: Role
) -> None:
    make_event(session, "far")
    sign_in(session, client, scene.event, role)
    addresses = app.url_map.bind("localhost")
    opened = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or "event_slug" not in rule.arguments:
            continue
        named = dict.fromkeys(rule.arguments, "1") | {"person_id": scene.ana.public_id}
        values = {name: named[name] for name in rule.arguments} | {"event_slug": "fair"}
        if client.get(addresses.build(rule.endpoint, values)).status_code == 200:
            opened.add(rule.endpoint)
    assert opened - OF_NOBODY == OWN[role]
    assert client.get("/e/far/desk/").status_code == 403
    assert client.get("/e/far/figures/").status_code == 403


@pytest.mark.parametrize("role", OWN)
def test_role_is_given_by_mail_and_taken_away(
    session: Session, client: Client, scene: Scene, role: Role
) -> None:
    sign_in(session, client, scene.event, Role.ORGANISER)
    team = "/e/fair/organise/event/team"
    given = client.post(team, data={"email": "kim@example.org", "name": "Kim", "role": role.value})
    assert given.status_code == 302
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.to_address == "kim@example.org")).one()
    assert "You are in the team of" in told.subject
    row = session.scalars(select(EventRole).where(EventRole.role == role)).one()
    gone = client.post(f"{team}/{row.user.public_id}/{role.value}/remove")
    assert gone.status_code == 302
    session.expire_all()
    assert session.scalars(select(EventRole).where(EventRole.role == role)).all() == []


def test_participants_have_no_desk(session: Session, client: Client, scene: Scene) -> None:
    client.sign_in(scene.ana.user)
    assert client.get("/e/fair/desk/").status_code == 403
    assert client.get("/e/fair/figures/").status_code == 403
