"""Plans of halls: brought as files, things placed on them, aisles drawn, minutes taken over."""

from __future__ import annotations

import html
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import PlaceKind, Role
from scheduler.models import AuditEntry, Event, Hall, HallLink, HallPoint, Pavilion, Place, WalkingTime
from tests import factories as make
from tests.conftest import Client
from tests.counting import counted
from tests.imports import plan_files as files

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """An event with Bavaria and Catalonia, whose organiser brings plans."""

    def __init__(self, session: Session, client: Client) -> None:
        self.session, self.client = session, client
        self.event: Event = make.make_event(session)
        self.bavaria = make.make_pavilion(session, self.event, "Bavaria")
        self.catalonia = make.make_pavilion(session, self.event, "Catalonia")
        self.base = f"/e/{self.event.slug}/organise/venue"
        client.sign_in(make.make_organiser(session, self.event))
        session.commit()

    def bring(self, content: bytes | None = None, name: str = "Hall 1", **form: str):
        file = {"drawing": (io.BytesIO(content), "plan")} if content is not None else {}
        return self.client.post(
            f"{self.base}/halls/new", data={"name": name, "pace": "60", "page": "1", **form, **file}
        )

    def hall(self, name: str = "Hall 1") -> Hall:
        self.session.expire_all()
        return self.session.scalars(select(Hall).where(Hall.name == name)).one()

    def address(self, end: str = "", name: str = "Hall 1") -> str:
        return f"{self.base}/halls/{self.hall(name).public_id}/{end}"

    def put(self, thing: Pavilion | Place, x: float, y: float, hall: str = "Hall 1"):
        letter = "p" if isinstance(thing, Pavilion) else "s"
        form = {"what": f"{letter}-{thing.public_id}", "x": str(x), "y": str(y)}
        return self.client.post(self.address("points", hall), data=form)

    def points(self) -> dict[tuple[int | None, int | None], tuple[float, float]]:
        self.session.expire_all()
        return {
            (point.pavilion_id, point.place_id): (point.x, point.y)
            for point in self.session.scalars(select(HallPoint))
        }

    def walks(self) -> list[tuple[int, int, int, bool]]:
        self.session.expire_all()
        return [
            (row.from_id, row.to_id, row.minutes, row.from_plan)
            for row in self.session.scalars(select(WalkingTime).order_by(WalkingTime.id))
        ]


@pytest.fixture
def scene(session: Session, client: Client) -> Scene:
    return Scene(session, client)


def said(answer) -> str:
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.picture(), "image/webp"),
        (files.pdf(), "image/webp"),
        (files.svg("<path d='M0 0h9'/>"), "image/svg+xml"),
        (files.booths(9), "image/svg+xml"),
        (None, None),
    ],
    ids=["PNG", "PDF", "SVG", "GeoJSON", "none"],
)
def test_plan_is_brought_and_shown(scene: Scene, data: bytes | None, kind: str | None) -> None:
    assert scene.bring(data).status_code == 302

    page = scene.client.get(scene.address()).text
    sources = re.findall(r'src="(/e/[^"]+/halls/drawing/[^"]+)"', page)
    assert bool(sources) == (kind is not None)
    for source in sources:
        shown = scene.client.get(source)
        assert (shown.status_code, shown.mimetype) == (200, kind)
        assert (
            shown.headers["Content-Security-Policy"]
            == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        )
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in shown.headers["Cache-Control"]
    assert "Hall 1" in scene.client.get(f"{scene.base}/").text


def test_what_was_left_out_of_a_drawing_is_said(scene: Scene) -> None:
    scene.bring(files.svg("<script>alert(1)</script><path d='M0 0h9'/>"))

    page = said(scene.client.get(scene.address()))
    assert "Left out of the drawing: scripts. Everything else is as it was." in page
    assert b"alert" not in (scene.hall().drawing or b"")


@pytest.mark.parametrize(
    ("data", "form", "sentence"),
    [
        (b"hello", {}, "can't be read as a plan"),
        (files.LOCKED_PDF, {}, "locked with a password"),
        (files.pdf(), {"page": "7"}, "This PDF has 2 pages."),
        (None, {"name": " "}, "Give the hall a name."),
        (None, {"metres": "wide"}, "“wide” is no number."),
        (None, {"metres": "0"}, "between 1 and 20,000 metres"),
        (None, {"pace": "7"}, "People walk 10 to 200 metres a minute."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    scene: Scene, data: bytes | None, form: dict[str, str], sentence: str
) -> None:
    answer = scene.bring(data, **{"metres": "120", "pace": "55", **form})

    assert answer.status_code == 422
    assert sentence in said(answer)
    for name, value in {"metres": "120", "pace": "55", **form}.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"|value="{value}"[^>]*name="{name}"', answer.text)
    assert scene.session.scalars(select(Hall)).all() == []


def test_thing_is_placed_moved_and_taken_off(scene: Scene) -> None:
    scene.bring()
    assert scene.put(scene.bavaria, 20, 30).status_code == 302
    assert scene.points() == {(scene.bavaria.id, None): (20, 30)}

    scene.put(scene.bavaria, 25.5, 30)
    assert scene.points() == {(scene.bavaria.id, None): (25.5, 30)}

    form = {"what": f"p-{scene.bavaria.public_id}", "off": "1"}
    scene.client.post(scene.address("points"), data=form)
    assert scene.points() == {}
    acts = scene.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("hall.%"))).all()
    assert acts == ["hall.add", "hall.place", "hall.place", "hall.take-off"]


def test_next_thing_is_chosen_after_one_was_placed(scene: Scene) -> None:
    scene.bring()

    answer = scene.put(scene.bavaria, 20, 30)

    assert f"what=p-{scene.catalonia.public_id}" in answer.headers["Location"]


@pytest.mark.parametrize(("x", "y"), [("", "3"), ("101", "3"), ("x", "3"), ("NaN", "3")])
def test_position_that_is_none_is_refused_with_what_was_typed(scene: Scene, x: str, y: str) -> None:
    scene.bring()
    form = {"what": f"p-{scene.bavaria.public_id}", "x": x, "y": y}

    answer = scene.client.post(scene.address("points"), data=form)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert f'value="{y}"' in answer.text
    assert scene.points() == {}


def test_thing_of_another_event_is_not_placed(scene: Scene) -> None:
    scene.bring()
    other = make.make_pavilion(scene.session, make.make_event(scene.session))
    scene.session.commit()

    assert scene.put(other, 20, 30).status_code == 404
    assert scene.points() == {}


def test_entrance_is_added_and_named(scene: Scene) -> None:
    scene.bring()
    scene.client.post(scene.address("points"), data={"what": "e-", "name": "South", "x": "50", "y": "100"})

    (point,) = scene.session.scalars(select(HallPoint)).all()
    assert (point.name, point.pavilion_id, point.place_id) == ("South", None, None)
    assert "South" in scene.client.get(scene.address()).text


def test_two_organisers_who_move_one_thing_are_told(scene: Scene) -> None:
    scene.bring()
    scene.put(scene.bavaria, 20, 30)
    what = f"p-{scene.bavaria.public_id}"
    address = scene.address(f"?what={what}")
    version = re.findall(r'name="version" value="([^"]+)"', scene.client.get(address).text)[0]
    scene.put(scene.bavaria, 60, 30)

    form = {"what": what, "x": "21", "y": "30", "version": version}
    answer = scene.client.post(
        scene.address("points"), data=form, headers={"Referer": f"http://localhost{address}"}
    )

    assert answer.status_code == 409
    assert "Now: 60" in said(answer)
    assert scene.points() == {(scene.bavaria.id, None): (60, 30)}


def stand(scene: Scene, pavilion: Pavilion, name: str) -> Place:
    firm = make.make_organisation(scene.session, scene.event)
    place = make.make_place(scene.session, scene.event, pavilion, kind=PlaceKind.STAND, organisation=firm)
    place.name = name
    scene.session.commit()
    return place


def test_names_of_a_drawing_are_shown_and_placed_when_the_organiser_says_so(scene: Scene) -> None:
    one, other = stand(scene, scene.bavaria, "F60"), stand(scene, scene.bavaria, "Stand F61")
    twins = [stand(scene, pavilion, "F62") for pavilion in (scene.bavaria, scene.catalonia)]
    data = files.geojson(
        files.polygon("Bavaria, Stand F60", 0, 0),
        files.polygon("F61", 10, 0),
        files.polygon("F62", 20, 0),
        files.polygon("CATALONIA", 30, 0),
        files.polygon("Toilets", 40, 10),
    )

    answer = scene.bring(data)

    assert answer.headers["Location"].endswith("/names")
    page = said(scene.client.get(answer.headers["Location"]))
    for words in ("3 names are yours", "F62", "1 name is nothing of yours", "Toilets"):
        assert words in page
    assert scene.points() == {}
    assert scene.client.post(answer.headers["Location"]).status_code == 302
    assert set(scene.points()) == {(None, one.id), (None, other.id), (scene.catalonia.id, None)}
    assert all((None, twin.id) not in scene.points() for twin in twins)


def test_what_was_placed_by_hand_is_moved_by_names_only_when_asked(scene: Scene) -> None:
    scene.bring(files.geojson(files.polygon("Bavaria", 0, 0), files.polygon("Catalonia", 30, 20)))
    scene.put(scene.bavaria, 77, 77)
    scene.client.post(scene.address("names"))
    assert scene.points()[scene.bavaria.id, None] == (77, 77)
    assert (scene.catalonia.id, None) in scene.points()

    scene.client.post(scene.address("names"), data={"move": "yes"})
    assert scene.points()[scene.bavaria.id, None] != (77, 77)


def test_better_drawing_keeps_what_was_placed(scene: Scene) -> None:
    scene.bring(files.picture())
    scene.put(scene.bavaria, 20, 30)
    before = scene.hall().drawing_id

    form = {"name": "Hall 1", "pace": "60", "drawing": (io.BytesIO(files.booths(9)), "plan")}
    assert scene.client.post(scene.address("edit"), data=form).status_code == 302

    assert scene.hall().drawing_id != before
    assert scene.points() == {(scene.bavaria.id, None): (20, 30)}


def test_aisles_are_drawn_and_followed(scene: Scene) -> None:
    scene.bring(metres="600")
    scene.put(scene.bavaria, 0, 0)
    scene.put(scene.catalonia, 100, 100)
    answer = scene.client.post(scene.address("aisles"), data={"lines": "0,0 0,100\n\n0,100 100,100"})
    assert answer.status_code == 302
    assert scene.hall().aisles == [[[0, 0], [0, 100]], [[0, 100], [100, 100]]]

    # An empty floor is 3 by 2: 400 m down and 600 m across, at 60 m a minute.
    page = said(scene.client.get(f"{scene.base}/halls/minutes"))
    assert "17 min" in page
    assert 'value="0,0 0,100' not in page


@pytest.mark.parametrize("lines", ["0,0", "0,0 1", "a,b c,d", "0,0 101,5", "\n".join(["1,1 2,2"] * 401)])
def test_aisles_that_are_none_are_refused_with_what_was_typed(scene: Scene, lines: str) -> None:
    scene.bring()
    answer = scene.client.post(scene.address("aisles"), data={"lines": lines})
    assert answer.status_code == 422
    assert lines.splitlines()[0] in said(answer)
    assert scene.hall().aisles == []


def proposed(page: str) -> dict[str, bool]:
    boxes = re.findall(r'<input type="checkbox" name="take" value="([^"]+)"([^>]*)>', page)
    return {key: "checked" in rest for key, rest in boxes}


def test_minutes_are_taken_over_and_shown_as_known(scene: Scene) -> None:
    scene.bring(metres="600")
    scene.put(scene.bavaria, 0, 0)
    scene.put(scene.catalonia, 50, 0)
    page = scene.client.get(f"{scene.base}/halls/minutes").text
    (key,) = proposed(page)

    scene.client.post(f"{scene.base}/halls/minutes/take", data={"take": key})

    assert scene.walks() == [(scene.bavaria.id, scene.catalonia.id, 7, True)]
    assert proposed(scene.client.get(f"{scene.base}/halls/minutes").text) == {}
    assert re.search(
        r'aria-label="Bavaria to Catalonia"[^>]*', scene.client.get(f"{scene.base}/walking").text
    )
    assert 'value="7"' in scene.client.get(f"{scene.base}/walking").text


def test_minutes_corrected_by_hand_are_not_ticked(scene: Scene) -> None:
    scene.bring(metres="600")
    scene.put(scene.bavaria, 0, 0)
    scene.put(scene.catalonia, 50, 0)
    (key,) = proposed(scene.client.get(f"{scene.base}/halls/minutes").text)
    scene.client.post(f"{scene.base}/halls/minutes/take", data={"take": key})
    entered = {f"w-{scene.bavaria.public_id}-{scene.catalonia.public_id}": "9"}
    scene.client.post(f"{scene.base}/walking", data=entered)
    assert scene.walks() == [(scene.bavaria.id, scene.catalonia.id, 9, False)]

    page = scene.client.get(f"{scene.base}/halls/minutes").text
    assert proposed(page) == {key: False}
    assert "entered by hand" in page
    scene.client.post(f"{scene.base}/halls/minutes/take", data={})
    assert scene.walks() == [(scene.bavaria.id, scene.catalonia.id, 9, False)]


def test_plan_without_a_size_leaves_walks_unknown(scene: Scene) -> None:
    scene.bring()
    scene.put(scene.bavaria, 0, 0)
    scene.put(scene.catalonia, 50, 0)

    page = said(scene.client.get(f"{scene.base}/halls/minutes"))

    assert proposed(page) == {}
    assert "Nobody has said how wide the drawing of Hall 1 is" in page
    assert "1 of 1 walks are unknown" in page


def test_way_to_another_hall_needs_entrances_and_minutes_between_them(scene: Scene) -> None:
    for name, pavilion in (("Hall 1", scene.bavaria), ("Hall 2", scene.catalonia)):
        scene.bring(name=name, metres="60")
        scene.put(pavilion, 0, 0, name)
        form = {"what": "e-", "name": "Door", "x": "0", "y": "0"}
        scene.client.post(scene.address("points", name), data=form)
    assert proposed(scene.client.get(f"{scene.base}/halls/minutes").text) == {}
    one, other = (scene.hall(name).public_id for name in ("Hall 1", "Hall 2"))

    bad = scene.client.post(f"{scene.base}/halls/minutes/links", data={f"l-{one}-{other}": "far"})
    assert bad.status_code == 422
    assert 'value="far"' in bad.text
    scene.client.post(f"{scene.base}/halls/minutes/links", data={f"l-{one}-{other}": "6"})

    assert [link.minutes for link in scene.session.scalars(select(HallLink))] == [6]
    page = scene.client.get(f"{scene.base}/halls/minutes").text
    assert list(proposed(page).values()) == [True]
    assert "6 min" in page


def test_pavilion_that_is_on_no_plan_counts_where_its_places_are(scene: Scene) -> None:
    scene.bring(metres="600")
    scene.put(scene.catalonia, 50, 0)
    places = [make.make_place(scene.session, scene.event, scene.bavaria) for _number in range(2)]
    scene.session.commit()
    for place, x in zip(places, (0, 20), strict=True):
        scene.put(place, x, 0)

    assert "6 min" in scene.client.get(f"{scene.base}/halls/minutes").text


def test_hall_is_removed_and_what_stood_in_it_stays(scene: Scene) -> None:
    scene.bring()
    scene.put(scene.bavaria, 20, 30)
    assert "1 thing stands" in said(scene.client.get(scene.address("remove")))

    assert scene.client.post(scene.address("remove")).status_code == 302

    assert scene.points() == {}
    assert scene.session.scalars(select(Hall)).all() == []
    assert scene.session.get(Pavilion, scene.bavaria.id) is not None


def test_520_stands_are_placed_by_their_names_and_drawn_in_a_fixed_number_of_queries(
    scene: Scene, session: Session
) -> None:
    firm = make.make_organisation(session, scene.event)
    for number in range(1, 521):
        place = Place(
            event_id=scene.event.id, pavilion_id=scene.bavaria.id, kind=PlaceKind.STAND, name=f"F{number}"
        )
        place.organisation = firm
        session.add(place)
    session.commit()
    scene.bring(files.booths())
    few = queries(scene, scene.address())
    scene.client.post(scene.address("names"))
    assert len(scene.points()) == 520

    assert queries(scene, scene.address()) == few
    page = scene.client.get(scene.address()).text
    assert page.count('class="plan-mark plan-s') == 520


def queries(scene: Scene, address: str) -> int:
    with counted() as statements:
        assert scene.client.get(address).status_code == 200
    return len(statements)


def test_co_organiser_looks_and_changes_nothing(scene: Scene) -> None:
    scene.bring()
    address = scene.address()
    scene.client.sign_in(make.make_organiser(scene.session, scene.event, Role.CO_ORGANISER))
    scene.session.commit()

    assert scene.client.get(address).status_code == 200
    assert scene.put(scene.bavaria, 1, 1).status_code == 403
    assert scene.bring(name="Hall 9").status_code == 403
