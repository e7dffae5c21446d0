"""The timeline of a delegation's day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus
from scheduler.domain.dayplan import plan_day

ZONE = ZoneInfo("Europe/Madrid")
DAY = date(2023, 11, 7)
MEMBERS = [(1, "Ana"), (2, "Boris")]


def entry(uid: str, start: str, end: str, walk: int = 0, cancelled: bool = False) -> Entry:
    def instant(clock: str) -> datetime:
        return datetime.fromisoformat(f"2023-11-07T{clock}").replace(tzinfo=ZONE).astimezone(UTC)

    return Entry(
        uid=uid,
        kind=EntryKind.MEETING,
        title=uid,
        start=instant(start),
        end=instant(end),
        last_modified=instant("08:00"),
        walk_minutes=walk,
        status=EntryStatus.CANCELLED if cancelled else EntryStatus.CONFIRMED,
    )


def plan(ana: list[Entry], boris: list[Entry]):  # type: ignore[no-untyped-def]
    return plan_day(
        DAY, MEMBERS, {1: Agenda("Ana", "", ZONE, tuple(ana)), 2: Agenda("Boris", "", ZONE, tuple(boris))}
    )


def test_plan_day_of_nobody_busy_is_empty() -> None:
    found = plan([], [])
    assert (found.blocks, found.by_time, found.rows) == ((), (), 0)


def test_plan_day_counts_rows_from_the_full_hour() -> None:
    (block,) = plan([entry("m", "10:30", "10:55")], []).blocks
    assert (block.first, block.last, block.column, block.columns) == (7, 12, 1, 1)


def test_plan_day_joins_what_everybody_attends() -> None:
    joint = entry("visit", "10:00", "11:00")
    (block,) = plan([joint], [joint]).blocks
    assert (block.column, block.columns, block.members) == (1, 2, ("Ana", "Boris"))
    (line,) = plan([joint], [joint]).by_time
    assert line.everyone


def test_plan_day_keeps_neighbours_apart_who_come_by_different_ways() -> None:
    found = plan([entry("visit", "10:00", "11:00", walk=3)], [entry("visit", "10:00", "11:00", walk=8)])
    assert [(block.column, block.columns) for block in found.blocks] == [(1, 1), (2, 1)]


def test_plan_day_lists_by_time_with_names() -> None:
    found = plan([entry("late", "12:00", "12:20")], [entry("early", "10:00", "10:20")])
    assert [(line.entry.uid, line.members) for line in found.by_time] == [
        ("early", ("Boris",)),
        ("late", ("Ana",)),
    ]


def test_plan_day_draws_the_walk_before_its_entry() -> None:
    (walk,) = plan([entry("m", "10:30", "10:55", walk=6)], []).walks
    assert (walk.minutes, walk.first, walk.last, walk.column) == (6, 5, 7, 1)


def test_plan_day_marks_two_things_at_once() -> None:
    found = plan([entry("a", "10:00", "10:30"), entry("b", "10:20", "10:40")], [])
    assert [block.clash for block in found.blocks] == [True, True]


def test_plan_day_leaves_cancelled_entries_out() -> None:
    assert plan([entry("gone", "10:00", "10:30", cancelled=True)], []).blocks == ()
