"""The delegation's pages: who may see and change them, and what a change does for all members."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState
from scheduler.models import AuditEntry, ProgrammeSession, SessionAttendance
from tests import factories as make
from tests.conftest import Client
from tests.services.scenes import set_clock

VISIT = {
    "title": "Bavaria pavilion",
    "kind": "visit",
    "day": "2023-11-07",
    "starts": "10:00",
    "ends": "10:45",
    "pavilion": "",
}


class Scene:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.people = [make.make_participant(session, self.event, name=f"Member {n}") for n in range(3)]
        self.stranger = make.make_participant(session, self.event)
        self.delegation = make.make_delegation(session, self.event, self.people)
        self.organiser = make.make_organiser(session, self.event)
        session.commit()
        self.address = f"/e/{self.event.slug}/delegation/{self.delegation.public_id}"

    def publish_meeting(self) -> None:
        slot = make.make_block(self.session, self.event).slots[0]
        plan = make.make_plan(self.session, make.make_round(self.session, self.event))
        place = make.make_place(self.session, self.event)
        make.make_meeting(self.session, plan, slot, place, [self.people[1], self.stranger])
        plan.state = PlanState.PUBLISHED
        self.session.commit()


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_day_shows_meetings_of_members_and_joint_items(scene: Scene, client: Client) -> None:
    scene.publish_meeting()
    make.make_session(
        scene.session, scene.event, delegation=scene.delegation, attendees=scene.people
    ).title = "Networking at Hesse"
    scene.session.commit()
    page = client.sign_in(scene.people[0].user).get(f"{scene.address}/?day=2023-11-07")
    assert page.status_code == 200
    assert scene.stranger.name in page.text
    assert "Networking at Hesse" in page.text
    assert "10:00–10:20" in page.text


def test_day_of_an_empty_delegation_says_what_belongs_there(scene: Scene, client: Client) -> None:
    page = client.sign_in(scene.people[2].user).get(f"{scene.address}/")
    assert page.status_code == 200
    assert "Nothing planned on this day" in page.text


@pytest.mark.parametrize("path", ["/", "/members", "/visits", "/dossier"])
def test_pages_are_for_members_and_organisers_only(scene: Scene, client: Client, path: str) -> None:
    address = scene.address + path
    assert client.get(address).status_code == 302
    assert client.sign_in(scene.stranger.user).get(address).status_code == 403
    assert client.sign_in(scene.people[2].user).get(address).status_code == 200
    assert client.sign_in(scene.organiser).get(address).status_code == 200


def test_a_delegation_of_another_event_is_not_found(scene: Scene, client: Client) -> None:
    other = make.make_event(scene.session)
    organiser = make.make_organiser(scene.session, other)
    scene.session.commit()
    client.sign_in(organiser)
    assert client.get(f"/e/{other.slug}/delegation/{scene.delegation.public_id}/").status_code == 404
    assert client.get(f"{scene.address}/").status_code == 403


def test_leader_adds_a_visit_for_every_member(scene: Scene, client: Client) -> None:
    answer = client.sign_in(scene.people[0].user).post(f"{scene.address}/visits/new", data=VISIT)
    assert answer.status_code == 302
    scene.session.expire_all()
    visit = scene.session.scalars(select(ProgrammeSession)).one()
    assert (visit.title, visit.starts_at) == ("Bavaria pavilion", make.at("2023-11-07 10:00"))
    attending = scene.session.scalars(
        select(SessionAttendance.participant_id).where(SessionAttendance.session_id == visit.id)
    )
    assert set(attending) == {person.id for person in scene.people}
    assert scene.session.scalars(select(AuditEntry.action)).all() == ["visit.add"]


def test_a_visit_over_a_published_meeting_names_the_member(scene: Scene, client: Client) -> None:
    scene.publish_meeting()
    client.sign_in(scene.people[0].user)
    page = client.post(f"{scene.address}/visits/new", data=VISIT, follow_redirects=True)
    assert "One thing lies at the same time and was not changed: Member 1 meets " in page.text


def test_a_member_who_does_not_lead_changes_nothing(scene: Scene, client: Client) -> None:
    answer = client.sign_in(scene.people[1].user).post(f"{scene.address}/visits/new", data=VISIT)
    assert answer.status_code == 403
    assert scene.session.scalar(select(ProgrammeSession.id)) is None


def test_a_visit_with_a_slip_of_the_pen_keeps_what_was_entered(scene: Scene, client: Client) -> None:
    client.sign_in(scene.people[0].user)
    page = client.post(f"{scene.address}/visits/new", data={**VISIT, "ends": "09:00"})
    assert page.status_code == 422
    assert "Is the end the one you meant?" in page.text
    assert 'value="Bavaria pavilion"' in page.text


def test_a_visit_ends_after_midnight(scene: Scene, client: Client) -> None:
    client.sign_in(scene.people[0].user)
    answer = client.post(f"{scene.address}/visits/new", data={**VISIT, "starts": "20:00", "ends": "01:00"})
    assert answer.status_code == 302
    visit = scene.session.scalars(select(ProgrammeSession)).one()
    assert visit.ends_at - visit.starts_at == timedelta(hours=5)
    assert "20:00" in client.get(f"{scene.address}/visits").text


def test_changing_a_visit_raises_its_sequence_and_removing_it_empties_the_agenda(
    scene: Scene, client: Client
) -> None:
    visit = make.make_session(scene.session, scene.event, delegation=scene.delegation, attendees=scene.people)
    scene.session.commit()
    client.sign_in(scene.people[0].user)
    client.post(f"{scene.address}/visits/{visit.public_id}", data=VISIT)
    scene.session.expire_all()
    assert (visit.title, visit.sequence) == ("Bavaria pavilion", 1)
    client.post(f"{scene.address}/visits/{visit.public_id}/remove")
    scene.session.expire_all()
    assert scene.session.scalar(select(ProgrammeSession.id)) is None


def test_evening_past_midnight_is_shown_until_it_ends(scene: Scene, client: Client) -> None:
    gala = make.make_session(
        scene.session, scene.event, "2023-11-07 22:00", minutes=180, attendees=scene.people
    )
    gala.title = "Gala at the harbour"
    member = scene.people[0].user
    for clock, shown in (("2023-11-08 00:59", True), ("2023-11-08 01:00", False)):
        set_clock(scene.event, clock)
        scene.session.commit()
        client.sign_in(member)
        for address in (f"{scene.address}/", f"/e/{scene.event.slug}/me/agenda"):
            assert (gala.title in client.get(address).text) is shown, (clock, address)


def test_members_page_claims_no_walk_that_nobody_knows(scene: Scene, client: Client) -> None:
    scene.publish_meeting()
    page = client.sign_in(scene.people[0].user).get(f"{scene.address}/members")
    assert "on foot" not in page.text
