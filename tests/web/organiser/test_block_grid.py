"""Meeting blocks as a grid: one pattern on several days at once, and clear sentences for what can't be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.extensions import db
from scheduler.models import Event, MeetingBlock
from scheduler.queries.event.programme import block_lines, event_days
from scheduler.web.organiser.block_week import week_of
from tests.conftest import Client
from tests.factories import NOW, make_block, make_event, make_organiser, make_participant

PAGE = "/e/expo/organise/programme/blocks/"
DAYS = ["2023-11-07", "2023-11-08", "2023-11-09"]
PATTERN: dict[str, str | list[str]] = {
    "name": "Meetings",
    "day": DAYS,
    "starts": "09:00",
    "ends": "17:00",
    "break_starts": "12:30",
    "break_ends": "14:00",
    "slot_minutes": "20",
    "pause_minutes": "10",
}


@pytest.fixture
def event(session: Session) -> Event:
    return make_event(session, "expo")


@pytest.fixture
def nora(session: Session, event: Event, client: Client) -> Client:
    user = make_organiser(session, event)
    session.commit()
    return client.sign_in(user)


def blocks(session: Session) -> list[MeetingBlock]:
    session.expire_all()
    return list(session.scalars(select(MeetingBlock).order_by(MeetingBlock.starts_at)))


def test_one_pattern_makes_the_blocks_of_all_days(session: Session, nora: Client) -> None:
    answer = nora.post(PAGE, data=PATTERN, follow_redirects=True)
    assert "6 blocks are added with 39 slots together. No round uses it yet." in answer.text
    made = blocks(session)
    assert [block.day.isoformat() for block in made] == [day for day in DAYS for _part in (1, 2)]
    assert [block.name for block in made[:3]] == [
        "Meetings, Tue 7 Nov (1)",
        "Meetings, Tue 7 Nov (2)",
        "Meetings, Wed 8 Nov (1)",
    ]
    assert {len(block.slots) for block in made[::2]} == {7}
    assert {len(block.slots) for block in made[1::2]} == {6}


def test_people_who_have_answered_are_counted(session: Session, event: Event, nora: Client) -> None:
    make_participant(session, event).availability_confirmed_at = NOW
    session.commit()
    answer = nora.post(PAGE, data=PATTERN, follow_redirects=True)
    assert "1 person said before when they can meet" in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"starts": "17:00", "ends": "09:00", "break_starts": "", "break_ends": ""},
            "16 hours, past midnight",
        ),
        ({"ends": "09:00", "break_starts": "", "break_ends": ""}, "It ends when it starts."),
        ({"day": ["2023-11-12"]}, "2023-11-12 is no day of this event."),
        ({"day": ["Tuesday"]}, "One of the days is no day of this event."),
        ({"day": []}, "Choose a day, or draw the block on it."),
        (
            {"break_starts": "14:00", "break_ends": "12:30"},
            "must lie inside the block and end after it begins",
        ),
        ({"break_starts": "08:00"}, "must lie inside the block and end after it begins"),
        ({"break_ends": ""}, "Say when the break begins and when it ends"),
        ({"slot_minutes": "7"}, "A meeting lasts a multiple of five minutes."),
        ({"break_starts": "09:10"}, "Not one meeting of 20 minutes fits in this block."),
        ({"name": " "}, "Give the block a name"),
    ],
)
def test_what_cannot_be_is_said_and_keeps_what_was_typed(
    session: Session, nora: Client, change: dict[str, str | list[str]], sentence: str
) -> None:
    answer = nora.post(PAGE, data={**PATTERN, "pause_minutes": "15", **change})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="15"' in answer.text
    assert blocks(session) == []


def test_block_over_another_is_refused_unless_that_is_meant(
    session: Session, event: Event, nora: Client
) -> None:
    make_block(session, event, "2023-11-08 10:00").name = "Morning"
    session.commit()
    answer = nora.post(PAGE, data=PATTERN)
    assert answer.status_code == 422
    assert "On Wednesday, 8 November it overlaps “Morning”, 10:00 to" in answer.text
    # All days or none.
    assert len(blocks(session)) == 1
    assert nora.post(PAGE, data={**PATTERN, "overlap": "y"}).status_code == 302
    assert len(blocks(session)) == 7


def test_changing_a_block_does_not_put_it_over_another(session: Session, event: Event, nora: Client) -> None:
    make_block(session, event, "2023-11-07 14:00").name = "Afternoon"
    block = make_block(session, event, "2023-11-07 10:00")
    session.commit()
    page = f"{PAGE}{block.public_id}/"
    changed = {
        "name": "Long",
        "day": "2023-11-07",
        "starts": "10:00",
        "ends": "15:00",
        "slot_minutes": "20",
        "pause_minutes": "5",
    }
    answer = nora.post(page, data=changed)
    assert (answer.status_code, "it overlaps “Afternoon”" in answer.text) == (422, True)
    assert nora.post(page, data={**changed, "overlap": "y"}).status_code == 302
    # What overlaps already says so in its form, and can be saved.
    assert 'checked id="overlap"' in nora.get(page).text


def test_block_that_was_taken_out_is_in_nobodys_way(session: Session, event: Event, nora: Client) -> None:
    make_block(session, event, "2023-11-08 10:00").retired_at = NOW
    session.commit()
    assert nora.post(PAGE, data=PATTERN).status_code == 302


def test_grid_shows_each_block_on_its_day_beside_those_it_overlaps(session: Session, event: Event) -> None:
    for start, minutes in (("2023-11-07 10:00", 20), ("2023-11-07 10:30", 45), ("2023-11-08 23:30", 60)):
        make_block(session, event, start, slots=1, minutes=minutes, pause=0)
    session.flush()
    week = week_of(event_days(session, event.id), block_lines(session, event.id), event.zone)
    assert [column.day for column in week.columns] == [
        date(2023, 11, 7),
        date(2023, 11, 8),
        date(2023, 11, 9),
    ]
    assert (week.first, week.last) == (8, 24)
    tuesday, wednesday, thursday = (column.boxes for column in week.columns)
    assert [(box.lane, box.lanes) for box in tuesday] == [(0, 1), (0, 1)]
    assert [(box.begins, box.ends) for box in wednesday] == [(23.5, 24.0)]
    assert thursday == []
    make_block(session, event, "2023-11-07 10:10", slots=1, minutes=30, pause=0)
    week = week_of(event_days(session, event.id), block_lines(session, event.id), event.zone)
    assert sorted((box.begins, box.lane, box.lanes) for box in week.columns[0].boxes) == [
        (10.0, 0, 2),
        (10 + 10 / 60, 1, 2),
        (10.5, 0, 2),
    ]


@pytest.fixture
def statements(database_url: str) -> Iterator[list[str]]:
    seen: list[str] = []
    engine = db.engine(database_url)

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sql_event.listen(engine, "before_cursor_execute", note)
    yield seen
    sql_event.remove(engine, "before_cursor_execute", note)


def test_page_asks_as_often_for_many_blocks_as_for_one(
    session: Session, event: Event, nora: Client, statements: list[str]
) -> None:
    make_block(session, event)
    session.commit()
    nora.get(PAGE)
    statements.clear()
    nora.get(PAGE)
    few = len(statements)
    for _number in range(20):
        make_block(session, event)
    session.commit()
    statements.clear()
    nora.get(PAGE)
    assert len(statements) == few
