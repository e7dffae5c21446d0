"""Plans as people at the event see them: a page for each hall, and where it says where."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlanState, Role
from scheduler.models import Hall, HallPoint, Meeting, Pavilion, Place
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted


class Scene:
    """Two meetings of one person: first in Bavaria, then at a stand of Catalonia; both stand in Hall 1."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.event = make.make_event(session)
        self.hall = make.make_hall(session, self.event, "Hall 1", metres=100)
        self.hall.drawing, self.hall.drawing_id, self.hall.drawing_type = b"<svg/>", "one", "image/svg+xml"
        self.hall.aisles = [[[10, 50], [90, 50]]]
        self.bavaria = make.make_pavilion(session, self.event, "Bavaria")
        self.catalonia = make.make_pavilion(session, self.event, "Catalonia")
        block = make.make_block(session, self.event)
        self.me, other = (make.make_participant(session, self.event) for _number in range(2))
        plan = make.make_plan(session, make.make_round(session, self.event, blocks=[block]))
        self.meetings = [
            self.meeting(plan, block.slots[number], pavilion, other)
            for number, pavilion in ((0, self.bavaria), (2, self.catalonia))
        ]
        plan.state = PlanState.PUBLISHED
        session.commit()

    def meeting(self, plan, slot, pavilion: Pavilion, other) -> Meeting:
        place = make.make_place(self.session, self.event, pavilion)
        return make.make_meeting(self.session, plan, slot, place, [self.me, other])

    def put(self, thing: Pavilion | Place, x: float, y: float, hall: Hall | None = None) -> None:
        point = HallPoint(event_id=self.event.id, hall_id=(hall or self.hall).id, x=x, y=y)
        if isinstance(thing, Pavilion):
            point.pavilion_id = thing.id
        else:
            point.place_id = thing.id
        self.session.add(point)
        self.session.commit()

    def page(self, client: Client, path: str) -> str:
        answer = client.get(f"/e/{self.event.slug}{path}")
        assert answer.status_code == 200
        return html.unescape(answer.text)

    def second(self, client: Client) -> str:
        return self.page(client, f"/me/agenda/meeting/{self.meetings[1].uid}")


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def marks(page: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'class="plan-mark plan-(\w+)" style="left: ([\d.]+)%; top: ([\d.]+)%"', page)
    return [(kind, float(x), float(y)) for kind, x, y in found]


def test_meeting_shows_its_place_and_the_way_from_the_one_before(scene: Scene, client: Client) -> None:
    scene.put(scene.bavaria, 20, 40)
    scene.put(scene.catalonia, 80, 40)
    client.sign_in(scene.me.user)

    page = scene.second(client)

    assert marks(page) == [("before", 20, 40), ("here", 80, 40)]
    assert 'class="plan-way" points="20,40 20,50 80,50 80,40"' in page
    assert f"/e/{scene.event.slug}/halls/drawing/one" in page
    assert "You come from Bavaria" in page


def test_place_counts_more_than_its_pavilion(scene: Scene, client: Client) -> None:
    scene.put(scene.catalonia, 80, 40)
    place = scene.meetings[1].place
    scene.put(place, 70, 60)
    client.sign_in(scene.me.user)

    page = scene.second(client)

    assert marks(page) == [("here", 70, 60)]
    larger = re.findall(r'href="(/e/[^"]+/halls/\?[^"]+)"', page)
    assert marks(html.unescape(client.get(larger[-1]).text))[-1] == ("here", 70, 60)


def test_way_from_another_hall_begins_at_the_entrance(scene: Scene, client: Client) -> None:
    other = make.make_hall(scene.session, scene.event, "Hall 2")
    scene.put(scene.bavaria, 50, 50, other)
    scene.put(scene.catalonia, 80, 40)
    client.sign_in(scene.me.user)

    page = scene.second(client)

    assert marks(page) == [("here", 80, 40)]
    assert "plan-way" not in page


def test_meeting_on_no_plan_says_where_in_words(scene: Scene, client: Client) -> None:
    client.sign_in(scene.me.user)

    page = scene.second(client)

    assert "plan-frame" not in page
    assert "Catalonia" in page


def test_agenda_leads_to_the_plan_where_there_is_one(scene: Scene, client: Client) -> None:
    scene.put(scene.meetings[1].place, 70, 60)
    client.sign_in(scene.me.user)

    day = scene.meetings[0].slot.starts_at.date().isoformat()
    page = scene.page(client, f"/me/agenda?day={day}")

    (address,) = re.findall(r'class="where" href="([^"]+)"', page)
    # The pavilion itself is on no plan: it is where its places are.
    assert ("here", 70, 60) in marks(client.get(address).text)


def test_pages_ask_as_much_for_many_things_as_for_few(scene: Scene, client: Client) -> None:
    scene.put(scene.bavaria, 20, 40)
    scene.put(scene.catalonia, 80, 40)
    client.sign_in(scene.me.user)
    few = list(queries(scene, client))
    for number in range(60):
        pavilion = make.make_pavilion(scene.session, scene.event)
        scene.put(pavilion, number, 10)
        scene.put(make.make_place(scene.session, scene.event, scene.catalonia), number, 20)

    assert list(queries(scene, client)) == few


def queries(scene: Scene, client: Client) -> Iterator[int]:
    for path in (f"/me/agenda/meeting/{scene.meetings[1].uid}", "/me/agenda", "/halls/"):
        with counted() as statements:
            scene.page(client, path)
        yield len(statements)


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CO_ORGANISER, Role.DESK, Role.SPONSOR])
def test_whoever_has_a_role_sees_the_plan(scene: Scene, client: Client, role: Role) -> None:
    scene.put(scene.bavaria, 20, 40)
    client.sign_in(make.make_organiser(scene.session, scene.event, role))
    scene.session.commit()

    assert "Hall 1" in scene.page(client, "/halls/")
    assert client.get(f"/e/{scene.event.slug}/halls/drawing/one").status_code == 200


@pytest.mark.parametrize(("names", "named"), [([], True), ([["Bavaria", 20, 40]], False)])
def test_marks_bear_names_where_the_drawing_has_none(
    scene: Scene, client: Client, names: list[list[object]], named: bool
) -> None:
    scene.put(scene.bavaria, 20, 40)
    scene.hall.names = names
    scene.session.commit()
    client.sign_in(scene.me.user)

    assert ("plan-named" in scene.page(client, "/halls/")) is named


def test_strangers_see_no_plan(scene: Scene, client: Client) -> None:
    address = f"/e/{scene.event.slug}/halls/"
    assert client.get(f"{address}drawing/one").status_code == 302
    client.sign_in(make.make_user(scene.session))
    scene.session.commit()
    assert client.get(address).status_code == 403
    assert client.get(f"{address}drawing/one").status_code == 403


def test_drawing_of_another_event_is_not_found_here(scene: Scene, client: Client) -> None:
    other = make.make_event(scene.session)
    client.sign_in(make.make_organiser(scene.session, other))
    scene.session.commit()

    assert client.get(f"/e/{other.slug}/halls/drawing/one").status_code == 404


def test_event_without_a_plan_says_so(scene: Scene, client: Client) -> None:
    scene.session.delete(scene.hall)
    scene.session.commit()
    client.sign_in(scene.me.user)

    assert "No plan yet" in scene.page(client, "/halls/?at=p-x&zoom=9")
