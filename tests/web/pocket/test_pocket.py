"""What the pocket agenda gets, and what it may send."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from scheduler.models import HallPoint, MeetingMemory
from scheduler.services.calendars.calendar_sync import refresh
from tests import factories as make
from tests.conftest import Client
from tests.services.scenes import Scene, published_scene, set_clock

ACTIONS = "/e/expo/me/pocket/actions"

# Pages and their answers: what the database does differently is tested with the services.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = published_scene(session, "expo")
    set_clock(scene.event, "2023-11-07 10:05")
    refresh(session, scene.event, mails=False)
    session.commit()
    return scene


def _action(scene: Scene, **values: object) -> dict[str, object]:
    return {"id": "a1", "uid": scene.meetings[0].uid, "at": "2023-11-07T09:04:00+00:00", **values}


def test_data_holds_agenda_people_and_plan_and_answers_304(
    client: Client, session: Session, scene: Scene
) -> None:
    client.sign_in(scene.ana.user)
    answer = client.get("/e/expo/me/pocket/data.json")
    found = answer.get_json()
    assert [entry["from"] for entry in found["entries"]] == ["10:00", "10:25"]
    assert found["entries"][1]["walk"] == 6
    assert found["people"][scene.marta.public_id]["name"] == "Marta"
    assert {one["name"] for one in found["pavilions"]} == {"Bavaria", "Catalonia"}
    assert answer.headers["X-Event-Now"].startswith("2023-11-07T09:0")
    tag = answer.headers["ETag"]
    headers = {"If-None-Match": tag}
    assert client.get("/e/expo/me/pocket/data.json", headers=headers).status_code == 304
    scene.meetings[0].slot = scene.block.slots[2]
    refresh(session, scene.event, mails=False)
    session.commit()
    assert client.get("/e/expo/me/pocket/data.json", headers=headers).status_code == 200


def test_data_holds_the_plans_of_the_halls_and_is_new_when_something_is_placed(
    client: Client, session: Session, scene: Scene
) -> None:
    hall = make.make_hall(session, scene.event, "Hall 1")
    hall.drawing, hall.drawing_id, hall.drawing_type = b"<svg/>", "one", "image/svg+xml"
    session.commit()
    client.sign_in(scene.ana.user)
    first = client.get("/e/expo/me/pocket/data.json")
    assert {one["spot"] for one in first.get_json()["pavilions"]} == {None}
    drawing = {"name": "Hall 1", "drawing": "/e/expo/halls/drawing/one", "ratio": 1.5}
    assert first.get_json()["halls"] == {hall.public_id: drawing}

    place = scene.meetings[1].place
    session.add(HallPoint(event_id=scene.event.id, hall_id=hall.id, place_id=place.id, x=20, y=30))
    session.commit()

    headers = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/e/expo/me/pocket/data.json", headers=headers).get_json()
    spots = {one["name"]: one["spot"] for one in again["pavilions"]}
    assert spots[place.pavilion.name] == {"hall": hall.public_id, "x": 20, "y": 30}


def test_actions_are_kept_once_and_sending_them_again_changes_nothing(
    client: Client, session: Session, scene: Scene
) -> None:
    client.sign_in(scene.ana.user)
    sent = {"actions": [_action(scene, rating=4, held=True, note="Nice")]}
    for _ in range(2):
        assert client.post(ACTIONS, json=sent).get_json() == {"done": ["a1"], "refused": [], "late": []}
    older = _action(scene, rating=1, at="2023-11-07T08:00:00+00:00")
    client.post(ACTIONS, json={"actions": [older]})
    memory = session.get_one(MeetingMemory, (scene.ana.user_id, scene.meetings[0].uid))
    assert (memory.rating, memory.held, memory.note) == (4, True, "Nice")
    session.commit()


def test_note_that_is_older_than_another_comes_back_with_the_newer_one(
    client: Client, session: Session, scene: Scene
) -> None:
    client.sign_in(scene.ana.user)
    client.post(ACTIONS, json={"actions": [_action(scene, note="newer")]})
    older = _action(scene, note="older", at="2023-11-07T08:00:00+00:00", id="a2")
    told = client.post(ACTIONS, json={"actions": [older]}).get_json()
    assert told["done"] == ["a2"]
    assert told["late"] == [{"id": "a2", "uid": scene.meetings[0].uid, "note": "newer"}]


def test_actions_of_somebody_else_are_refused(client: Client, session: Session, scene: Scene) -> None:
    client.sign_in(scene.marta.user)
    body = {"me": scene.ana.public_id, "actions": [_action(scene, rating=5)]}
    session.commit()
    assert client.post(ACTIONS, json=body).status_code == 403
    assert session.get(MeetingMemory, (scene.marta.user_id, scene.meetings[0].uid)) is None


def test_signing_out_clears_what_the_phone_keeps(client: Client, scene: Scene) -> None:
    client.sign_in(scene.ana.user)
    assert client.post("/account/sign-out").headers["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize(
    "action",
    [
        {"rating": 9},
        {"uid": "somebody-elses"},
        {"at": "yesterday"},
        {"at": "2023-11-07T09:04:00"},
        {"note": "x" * 5000},
        {"uid": None, "at": None},
    ],
)
def test_action_that_cannot_be_used_is_refused_with_a_sentence_and_the_others_are_kept(
    client: Client, scene: Scene, action: dict[str, object]
) -> None:
    client.sign_in(scene.ana.user)
    good = _action(scene, rating=3, id="good")
    answer = client.post(ACTIONS, json={"actions": [_action(scene, **action), good]})
    assert answer.status_code == 200
    assert answer.get_json()["done"] == ["good"]
    (refused,) = answer.get_json()["refused"]
    assert refused["id"] == "a1"
    assert refused["message"].endswith(".")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"actions": 5}', '{"actions": [1, null, "x"]}', "\x00"])
def test_body_that_is_no_list_of_actions_does_no_harm(client: Client, scene: Scene, body: str) -> None:
    client.sign_in(scene.ana.user)
    answer = client.post(ACTIONS, data=body, content_type="application/json")
    assert answer.status_code in (200, 422)


def test_worker_and_manifest_are_served_for_the_participants_pages(client: Client, scene: Scene) -> None:
    worker = client.get("/e/expo/me/pocket/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/e/expo/me/"
    assert worker.content_type.startswith("text/javascript")
    manifest = client.get("/e/expo/me/pocket/app.webmanifest").get_json(force=True)
    assert manifest["start_url"] == "/e/expo/me/pocket"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert client.get("/e/expo/me/pocket").status_code == 302
