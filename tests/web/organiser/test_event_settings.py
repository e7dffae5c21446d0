"""An event is made, changed and handed on to others in the web."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import create_app
from scheduler.domain.enums import Role
from scheduler.errors import SchedulerError
from scheduler.models import Event, EventRole, MeetingBlock, OutboxMessage, Pavilion, Topic, User
from tests.conftest import Client
from tests.factories import make_block, make_event, make_organiser, make_pavilion, make_user

NEW = {
    "name": "Trade Mission Sofia",
    "first_day": "2027-03-02",
    "last_day": "2027-03-04",
    "timezone": "Europe/Sofia",
    "city": "Sofia",
}


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session)


@pytest.fixture
def nora(session: Session, event: Event, client: Client) -> User:
    user = make_organiser(session, event)
    session.commit()
    client.sign_in(user)
    return user


def _fields(event: Event, **changes: str) -> dict[str, str]:
    days = [day.date.isoformat() for day in event.days]
    return {
        "name": event.name,
        "first_day": days[0],
        "last_day": days[-1],
        "timezone": event.timezone,
        **changes,
    }


def test_organiser_makes_an_event_and_organises_it(session: Session, client: Client, nora: User) -> None:
    assert "Make an event" in client.get("/account/me").text
    answer = client.post("/events/new", data={**NEW, "topics": "y"})
    assert (answer.status_code, answer.location) == (302, "/e/trade-mission-sofia/organise/")
    made = session.scalars(select(Event).where(Event.slug == "trade-mission-sofia")).one()
    assert [day.date.isoformat() for day in made.days] == ["2027-03-02", "2027-03-03", "2027-03-04"]
    assert session.scalars(select(EventRole.role).where(EventRole.event_id == made.id)).all() == [
        Role.ORGANISER
    ]
    assert session.scalar(select(Topic.id).where(Topic.event_id == made.id).limit(1)) is not None
    page = client.get(answer.location).text
    assert "There are no meeting slots yet" in page
    assert "There is no table yet" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give the event a name."),
        ({"last_day": "2027-03-01"}, "The last day lies before the first."),
        ({"last_day": "2028-03-01"}, "An event has 60 days at most."),
        ({"first_day": ""}, "Say on which day the event begins."),
        ({"timezone": "Mars/Olympus"}, "is no time zone"),
        ({"slug": "Two Words"}, "needs small letters, digits and hyphens"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_entered_is_lost(
    session: Session, client: Client, nora: User, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post("/events/new", data={**NEW, **changes})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert sentence in page
    assert 'value="Sofia"' in page
    assert session.scalars(select(Event.id).where(Event.city == "Sofia")).all() == []


def test_short_name_that_is_taken_is_said(client: Client, nora: User, event: Event) -> None:
    answer = client.post("/events/new", data={**NEW, "slug": event.slug})
    assert answer.status_code == 422
    assert "There is already an event" in answer.text


def test_who_organises_nothing_makes_no_event_unless_everybody_may(
    session: Session, client: Client, app: Flask
) -> None:
    user = make_user(session)
    session.commit()
    client.sign_in(user)
    assert client.get("/events/new").status_code == 403
    assert "Make an event" not in client.get("/account/me").text
    app.config["ANYBODY_CREATES_EVENTS"] = True
    assert client.post("/events/new", data=NEW).status_code == 302


def test_event_is_changed(session: Session, client: Client, nora: User, event: Event) -> None:
    address = f"/e/{event.slug}/organise/event"
    assert client.post(address, data=_fields(event, name="Expo 2028", venue="Hall 4")).status_code == 302
    session.expire_all()
    assert (event.name, event.venue) == ("Expo 2028", "Hall 4")
    assert 'value="Expo 2028"' in client.get(address).text


def test_day_in_use_is_named_and_what_was_typed_stays(
    session: Session, client: Client, nora: User, event: Event
) -> None:
    block = make_block(session, event)
    session.commit()
    elsewhere = {"first_day": "2029-01-01", "last_day": "2029-01-02", "name": "Typed in vain?"}
    answer = client.post(f"/e/{event.slug}/organise/event", data=_fields(event, **elsewhere))
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert f"is in use: “{block.name}”. Take them away or move them to another day first." in page
    assert 'value="Typed in vain?"' in page


def test_team_member_is_added_told_and_taken_out(
    session: Session, client: Client, nora: User, event: Event
) -> None:
    address = f"/e/{event.slug}/organise/event/team"
    added = client.post(address, data={"email": "ada@example.org", "name": "Ada", "role": "organiser"})
    assert added.status_code == 302
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.to_address == "ada@example.org")).one()
    assert mail.subject == f"You are in the team of {event.name}"
    assert mail.text.rstrip().endswith(f"/account/sign-in?next=/e/{event.slug}/")
    assert "ada@example.org" in client.get(address).text
    ada = session.scalars(select(User).where(User.email == "ada@example.org")).one()
    assert client.post(f"{address}/{ada.public_id}/organiser/remove").status_code == 302
    assert "ada@example.org" not in client.get(address).text


def test_co_organiser_of_a_pavilion_is_told_sees_it_first_and_is_taken_out(
    session: Session, client: Client, nora: User, event: Event
) -> None:
    bavaria, catalonia = make_pavilion(session, event, "Bavaria"), make_pavilion(session, event, "Catalonia")
    session.commit()
    address = f"/e/{event.slug}/organise/event/team"
    key = f"pavilion:{bavaria.public_id}"
    assert f'value="{key}"' in client.get(address).text
    fields = {"email": "jens@example.org", "name": "Jens", "role": "co-organiser", "scope": key}
    assert client.post(address, data=fields).status_code == 302
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.to_address == "jens@example.org")).one()
    assert "responsible for the pavilion “Bavaria”" in mail.text
    assert "jens@example.org · Bavaria" in client.get(address).text
    jens = session.scalars(select(User).where(User.email == "jens@example.org")).one()
    client.sign_in(jens)
    venue = f"/e/{event.slug}/organise/venue/pavilions"
    assert f'href="{venue}/{bavaria.public_id}/"' in client.get(f"/e/{event.slug}/organise/").text
    own, other = (client.get(f"{venue}/{one.public_id}/").text for one in (bavaria, catalonia))
    assert "Add a place" in own
    assert "Remove the pavilion" not in own
    assert "Add a place" not in other
    place = {"kind": "tables", "name": "Tables", "capacity": "4", "hours": "all"}
    refused = client.post(f"{venue}/{catalonia.public_id}/places", data=place)
    assert refused.status_code == 403
    assert "change only what they are responsible for. Ask an organiser." in refused.text
    assert client.post(f"{venue}/{bavaria.public_id}/places", data=place).status_code in (302, 422)
    client.sign_in(nora)
    taken = client.post(f"{address}/{jens.public_id}/co-organiser/remove", data={"scope": key})
    assert taken.status_code == 302
    assert "jens@example.org" not in client.get(address).text
    client.sign_in(jens)
    assert client.get(f"/e/{event.slug}/organise/").status_code == 403


def test_scope_that_is_gone_is_said_and_the_form_stays(client: Client, nora: User, event: Event) -> None:
    fields = {"email": "jens@example.org", "role": "co-organiser", "scope": "round:gone"}
    answer = client.post(f"/e/{event.slug}/organise/event/team", data=fields)
    assert answer.status_code == 422
    assert "This is no longer there." in answer.text
    assert 'value="jens@example.org"' in answer.text


def test_last_organiser_cannot_be_taken_out(client: Client, nora: User, event: Event) -> None:
    answer = client.post(f"/e/{event.slug}/organise/event/team/{nora.public_id}/organiser/remove")
    assert answer.status_code == 409
    assert "An event needs an organiser." in answer.text


def test_co_organiser_looks_and_changes_nothing(session: Session, client: Client, event: Event) -> None:
    user = make_organiser(session, event, Role.CO_ORGANISER)
    session.commit()
    client.sign_in(user)
    address = f"/e/{event.slug}/organise/event"
    assert "Save" not in client.get(address).text
    assert client.post(address, data=_fields(event, name="Mine")).status_code == 403
    assert client.post(f"{address}/team", data={"email": "x@example.org"}).status_code == 403


def test_new_event_starts_from_a_template_or_from_an_edition_before(
    session: Session, client: Client, event: Event, nora: User
) -> None:
    make_pavilion(session, event, "Bavaria")
    session.commit()
    page = client.get("/events/new").text
    assert "Hosted-buyer programme" in page
    assert f"Like “{event.name}”" in page

    answer = client.post("/events/new", data={**NEW, "start": "hosted-buyers"}, follow_redirects=True)
    assert "is made" in answer.text
    made = session.scalars(select(Event).where(Event.slug == "trade-mission-sofia")).one()
    assert len(session.scalars(select(MeetingBlock).where(MeetingBlock.event_id == made.id)).all()) > 0

    again = {**NEW, "slug": "again", "start": f"like:{event.slug}"}
    assert "Copied from" in client.post("/events/new", data=again, follow_redirects=True).text
    like = session.scalars(select(Event).where(Event.slug == "again")).one()
    assert session.scalars(select(Pavilion.name).where(Pavilion.event_id == like.id)).all() == ["Bavaria"]


def test_nobody_copies_an_event_that_they_do_not_organise(
    session: Session, client: Client, nora: User
) -> None:
    foreign = make_event(session)
    session.commit()
    answer = client.post("/events/new", data={**NEW, "start": f"like:{foreign.slug}"})
    assert answer.status_code == 422
    assert "is not there any more" in answer.text
    assert session.scalars(select(Event).where(Event.slug == "trade-mission-sofia")).all() == []


def test_a_founder_makes_the_first_event_of_an_empty_installation(
    app: Flask, session: Session, client: Client
) -> None:
    app.config["FOUNDERS"] = frozenset({"nora@example.org"})
    for address in ("nora@example.org", "somebody@example.org"):
        client.post("/account/sign-in", data={"email": address})
    assert session.scalars(select(User.email)).all() == ["nora@example.org"]

    client.sign_in(session.scalars(select(User)).one())
    session.commit()
    assert "Make an event" in client.get("/account/me").text
    assert client.post("/events/new", data=NEW).status_code == 302
    assert session.scalars(select(EventRole.role)).all() == [Role.ORGANISER]


def test_founders_are_read_from_the_configuration(tmp_path: Path) -> None:
    made = create_app(
        {"INSTANCE": tmp_path, "MODE": "demonstration", "FOUNDERS": "Nora@Example.org, bo@example.org"}
    )
    assert made.config["FOUNDERS"] == {"nora@example.org", "bo@example.org"}
    with pytest.raises(SchedulerError, match="EXPO_FOUNDERS: 'nora' is no mail address"):
        create_app({"INSTANCE": tmp_path, "MODE": "demonstration", "FOUNDERS": "nora"})
