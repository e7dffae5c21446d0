"""Many people changed at once: those of a filter, or the ticked; the number first, then the act."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import AuditEntry, Event, Participant, ParticipantType
from tests.conftest import Client
from tests.factories import make_event, make_organiser, make_participant

PAGE = "/e/expo/organise/people/change"


class Scene:
    def __init__(self, session: Session, client: Client) -> None:
        self.session = session
        self.event: Event = make_event(session, "expo")
        self.people = [make_participant(session, self.event, name=name) for name in ("Ada", "Bo", "Cem")]
        self.foreign = make_participant(session, make_event(session, "other"), name="Ada")
        kinds = session.scalars(
            select(ParticipantType).where(ParticipantType.event_id == self.event.id)
        ).all()
        self.kind = next(kind for kind in kinds if kind.id != self.people[0].type_id)
        self.nora = make_organiser(session, self.event)
        session.commit()
        client.sign_in(self.nora)

    def changed(self) -> list[str]:
        self.session.expire_all()
        found = select(Participant.name).where(Participant.type_id == self.kind.id).order_by(Participant.name)
        return list(self.session.scalars(found))


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def test_all_of_a_filter_are_changed_after_the_number_was_said(scene: Scene, client: Client) -> None:
    entry = {"type": scene.kind.code, "organisation": "Österreich Werke"}
    first = client.post(f"{PAGE}?q=Ada", data=entry)
    assert (first.status_code, "One person gets another type." in first.text) == (200, True)
    assert scene.changed() == []
    done = client.post(f"{PAGE}?q=Ada", data={**entry, "confirm": "yes", "meant": "1"}, follow_redirects=True)
    assert "One person is changed." in done.text
    assert scene.changed() == ["Ada"]
    assert scene.session.get_one(Participant, scene.people[0].id).organisation.name == "Österreich Werke"
    entry_of_log = scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.change")).one()
    assert (entry_of_log.detail["count"], entry_of_log.user_id) == (1, scene.nora.id)
    assert "Many people changed at once" in client.get("/e/expo/organise/log/").text


def test_only_the_ticked_are_changed_and_nobody_elsewhere(scene: Scene, client: Client) -> None:
    ticked = f"{PAGE}?person={scene.people[1].public_id}&person={scene.foreign.public_id}&ticked=1"
    assert "Change one person" in client.get(ticked).text
    client.post(ticked, data={"type": scene.kind.code, "confirm": "yes", "meant": "1"})
    assert scene.changed() == ["Bo"]
    assert "Tick the people first." in client.get(f"{PAGE}?ticked=1", follow_redirects=True).text


def test_number_that_is_no_longer_true_is_said_anew(scene: Scene, client: Client) -> None:
    answer = client.post(PAGE, data={"type": scene.kind.code, "confirm": "yes", "meant": "2"})
    assert "3 people get another type." in answer.text
    assert scene.changed() == []


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({}, "Say what is to change"),
        ({"type": "nonsense"}, "Choose one of the event"),
        ({"organisation": "x" * 300, "confirm": "yes", "meant": "3"}, "Organisation"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_is_changed(
    scene: Scene, client: Client, entry: dict[str, str], sentence: str
) -> None:
    answer = client.post(PAGE, data=entry)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert scene.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.change")).all() == []


def test_co_organisers_do_not_change_many(scene: Scene, client: Client) -> None:
    helper = make_organiser(scene.session, scene.event, Role.CO_ORGANISER)
    scene.session.commit()
    client.sign_in(helper)
    assert client.get(PAGE).status_code == client.post(PAGE).status_code == 403
    assert "Change the ticked" not in client.get("/e/expo/organise/people/").text
