"""The grid, the daily limits, and what a change touches."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from scheduler.domain.enums import BusySource, PlanState, RequestState
from scheduler.models import BusyTime
from tests.factories import at, make_meeting, make_place, make_plan, make_request, make_session
from tests.services.scenes import set_clock
from tests.web.participant.scene import Scene


def keys(page: str) -> list[str]:
    return re.findall(r'name="free" value="(\d+)"', page)


def busy(scene: Scene) -> list[tuple[BusySource, str, str]]:
    rows = scene.session.scalars(
        select(BusyTime).where(BusyTime.participant_id == scene.me.id).order_by(BusyTime.starts_at)
    )
    return [
        (
            row.source,
            row.starts_at.astimezone(scene.event.zone).strftime("%d %H:%M"),
            row.ends_at.astimezone(scene.event.zone).strftime("%H:%M"),
        )
        for row in rows
    ]


def test_grid_is_stored_and_shown_again(scene: Scene) -> None:
    page = scene.get("availability")
    assert len(keys(page)) == 4
    assert page.count("checked data-column") == 4

    scene.post("availability", shown=" ".join(keys(page)), free=keys(page)[:2])

    assert busy(scene) == [(BusySource.OWN, "07 10:50", "11:35")]
    assert scene.me.availability_confirmed_at is not None
    assert scene.get("availability").count("checked data-column") == 2


def test_session_attended_makes_time_busy_and_says_what_it_costs(scene: Scene) -> None:
    make_session(scene.session, scene.event, "2023-11-07 10:10", minutes=30, attendees=[scene.me])

    page = scene.get("availability")

    assert len(keys(page)) == 2
    assert "takes 2 times" in page
    assert "2 of 4 meeting times are open to you" in page


def test_limits_take_times_of_every_day(scene: Scene) -> None:
    scene.post(
        "availability/limits",
        not_before="10:25",
        not_after="",
        lunch_from="11:15",
        lunch_minutes="45",
        max_meetings_per_day="3",
    )

    assert (BusySource.LIMIT, "07 00:00", "10:25") in busy(scene)
    assert (BusySource.LIMIT, "09 11:15", "12:00") in busy(scene)
    assert scene.me.max_meetings_per_day == 3
    assert "2 of 4 meeting times are open to you" in scene.get("availability")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("not_before", "half past", "is no time of day"),
        ("not_before", "25:00", "is no time of day"),
        ("not_after", "00:00", "has to be earlier"),
        ("max_meetings_per_day", "0", "between 1 and 50"),
        ("max_meetings_per_day", "-3", "no whole number"),
        ("lunch_minutes", "999", "between 15 minutes and 4 hours"),
    ],
)
def test_limits_that_make_no_sense_are_refused(scene: Scene, field: str, value: str, message: str) -> None:
    fields = {"lunch_from": "12:00", "lunch_minutes": "45", field: value}

    page = scene.post("availability/limits", 422, **fields)

    assert message in page
    assert all(f'value="{entered}"' in page for entered in fields.values() if len(entered) <= 20)
    assert busy(scene) == []


def test_change_says_which_meetings_it_touches(scene: Scene) -> None:
    grace = scene.person(name="Grace Hopper")
    plan = make_plan(scene.session, scene.round)
    make_meeting(
        scene.session, plan, scene.block.slots[0], make_place(scene.session, scene.event), [scene.me, grace]
    )
    plan.state = PlanState.PUBLISHED
    page = scene.get("availability")
    assert "What this touches" not in page

    scene.post("availability", shown=" ".join(keys(page)), free=keys(page)[1:])

    page = scene.get("availability")
    assert "1 meeting of yours lies in a time that you took out" in page
    assert re.search(r"Tue 7 Nov, 10:00–10:20</time>: Grace Hopper", page)


def test_partners_without_a_common_time_are_named(scene: Scene) -> None:
    grace, jane = scene.person(name="Grace Hopper"), scene.person(name="Jane Jacobs")
    for one in (grace, jane):
        make_request(scene.session, scene.round, one, scene.me, RequestState.ACCEPTED)
    scene.session.add(
        BusyTime(participant_id=grace.id, starts_at=at("2023-11-07 10:00"), ends_at=at("2023-11-07 11:00"))
    )
    page = scene.get("availability")
    assert "No common time" not in page

    scene.post("availability", shown=" ".join(keys(page)), free=keys(page)[:2])

    page = scene.get("availability").split("No common time")[1].split("</section>")[0]
    assert "Grace Hopper" in page
    assert "Jane Jacobs" not in page


def test_calendar_time_painted_free_is_free(scene: Scene) -> None:
    scene.session.add(
        BusyTime(
            participant_id=scene.me.id,
            starts_at=at("2023-11-07 10:00"),
            ends_at=at("2023-11-07 10:45"),
            source=BusySource.CALENDAR,
        )
    )
    page = scene.get("availability")
    assert "(busy in your calendar)" in page

    scene.post("availability", shown=" ".join(keys(page)), free=keys(page))

    assert "4 of 4 meeting times" in scene.get("availability")


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        ("2023-11-07 09:59", "4 of 4 meeting times are open to you"),
        ("2023-11-07 11:15", "Every meeting time of the event has begun"),
    ],
)
def test_page_after_the_last_slot_says_that_nothing_is_left(scene: Scene, clock: str, sentence: str) -> None:
    set_clock(scene.event, clock)
    page = scene.get("availability")
    assert sentence in page
    assert "No round is open now" not in page
    assert "not set meeting times yet" not in page
