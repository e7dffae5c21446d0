"""The pages of approval: the setting, the queue, what who waits reads."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState, Role
from scheduler.models import Event, OutboxMessage, Participant
from scheduler.services.people.taking_part import take_part
from tests import factories as make
from tests.conftest import Client

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages; one database says it

BASE = "/e/expo/organise"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event: Event = make.make_event(session, "expo")
        self.event.approval = True
        self.organiser = make.make_organiser(session, self.event)
        self.people = [self.waiting(name) for name in ("Ada Lee", "Bo Ek")]
        session.commit()
        client.sign_in(self.organiser)

    def waiting(self, name: str) -> Participant:
        person = make.make_participant(self.session, self.event, name=name, state=ParticipantState.INVITED)
        person.came_in_at = make.NOW
        return person

    def states(self) -> list[str]:
        self.session.expire_all()
        return [person.state.value for person in self.people]


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_the_overview_leads_to_the_queue_and_the_queue_to_approval(scene: Scene) -> None:
    assert "2 people wait for your approval" in scene.client.get(f"{BASE}/").text
    queue = scene.client.get(f"{BASE}/people/?need=to-approve").text
    assert ("Ada Lee" in queue, "Approve or refuse all 2" in queue) == (True, True)
    page = f"{BASE}/people/approve?need=to-approve"
    assert "2 people wait: approved" in scene.client.get(page).text
    stale = scene.client.post(page, data={"confirm": "yes", "meant": "1", "act": "approve"})
    assert (stale.status_code, scene.states()) == (200, ["invited", "invited"])
    done = scene.client.post(
        page, data={"confirm": "yes", "meant": "2", "act": "approve"}, follow_redirects=True
    )
    assert "2 people are approved and told by mail." in done.text
    assert scene.states() == ["active", "active"]


def test_one_is_refused_with_a_reason(scene: Scene) -> None:
    page = f"{BASE}/people/approve?ticked=1&person={scene.people[0].public_id}"
    entry = {"confirm": "yes", "meant": "1", "act": "refuse"}
    refused = scene.client.post(page, data=entry)
    assert (refused.status_code, "Say why, in a sentence" in refused.text) == (422, True)
    scene.client.post(page, data={**entry, "reason": "You sell no trams."})
    assert scene.states() == ["withdrawn", "invited"]
    reasons = [(row.payload or {}).get("reason") for row in scene.session.scalars(select(OutboxMessage))]
    assert "You sell no trams." in reasons


def test_ending_it_says_the_number_first(scene: Scene) -> None:
    page = f"{BASE}/event/approval"
    assert "The 2 who wait are seen by others at once" in scene.client.get(page).text
    stale = scene.client.post(page, data={"wanted": "0", "waiting": "1"}, follow_redirects=True)
    assert ("look again" in stale.text, scene.states()) == (True, ["invited", "invited"])
    done = scene.client.post(page, data={"wanted": "0", "waiting": "2"}, follow_redirects=True)
    assert "Others see 2 more people now." in done.text
    assert scene.states() == ["active", "active"]
    scene.client.post(page, data={"wanted": "1"})
    scene.session.expire_all()
    assert (scene.event.approval, scene.states()) == (True, ["active", "active"])


def test_who_waits_reads_it_calmly_and_fills_in_the_profile(scene: Scene) -> None:
    user = scene.people[0].user
    assert user is not None
    client = scene.client.sign_in(user)
    assert "The organiser looks at your registration first" in client.get("/e/expo/me/").text
    assert "The organiser looks at your registration first" in client.get("/e/expo/me/people").text
    assert client.post("/e/expo/me/profile", data={"goals": "Trams"}).status_code == 302
    scene.session.expire_all()
    assert scene.people[0].goals == "Trams"


def test_coming_in_says_that_the_organiser_looks_first(scene: Scene) -> None:
    guest = make.make_participant(scene.session, scene.event, state=ParticipantState.INVITED)
    scene.session.commit()
    assert guest.user is not None
    page = scene.client.sign_in(guest.user).post("/e/expo/me/take-part", follow_redirects=True).text
    assert "Good that you come. The organiser looks at your registration first." in page


def test_a_co_organiser_neither_approves_nor_gets_round_it(scene: Scene) -> None:
    home = make.make_organisation(scene.session, scene.event)
    user = make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    guest = make.make_participant(scene.session, scene.event, state=ParticipantState.INVITED)
    guest.brought_by_id = home.id
    scene.session.flush()
    role = next(role for role in scene.session.scalars(select(make.EventRole)) if role.user_id == user.id)
    role.organisation_id = home.id
    scene.session.commit()
    client = scene.client.sign_in(user)
    entry = {"confirm": "yes", "meant": "2", "act": "approve"}
    for page, data in (
        ("people/approve", entry),
        ("event/approval", {"wanted": "0", "waiting": "2"}),
        (f"people/{guest.public_id}/show", {}),
        ("people/show", {}),
    ):
        assert (page, client.post(f"{BASE}/{page}", data=data).status_code) == (page, 403)


def test_people_of_a_list_are_approved_with_it_or_wait(scene: Scene) -> None:
    for name, more in (("Cem", {}), ("Dee", {"approved": "y"})):
        text = f"Name,Mail,Organisation,Type\n{name},{name}@x.org,A,City\n"
        page = scene.client.post(f"{BASE}/people/import", data={"text": text}, follow_redirects=True)
        assert "Approve the new ones" in page.text
        scene.client.post(page.request.path, data={"act": "store", **more})
    scene.session.expire_all()
    found = select(Participant).where(Participant.name.in_(("Cem", "Dee"))).order_by(Participant.name)
    people = scene.session.scalars(found).all()
    for person in people:
        take_part(scene.session, scene.event, person, None)
    assert [person.state.value for person in people] == ["invited", "active"]
