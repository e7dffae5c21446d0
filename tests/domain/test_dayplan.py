"""The timeline of a delegation's day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.agenda import Agenda, Entry, EntryKind, EntryStatus
from scheduler.domain.dayplan import DayPlan, plan_day

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


def plan(ana: list[Entry], boris: list[Entry]) -> DayPlan:
    return plan_day(
        DAY, MEMBERS, {1: Agenda("Ana", "", ZONE, tuple(ana)), 2: Agenda("Boris", "", ZONE, tuple(boris))}
    )


def cells(found: DayPlan) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], int]]]:
    """Each row's members, and the entries and the width of each of its cells."""
    return {
        row.members: [(tuple(entry.uid for entry in cell.entries), cell.span) for cell in row.cells]
        for row in found.rows
    }


def test_plan_day_of_nobody_busy_is_empty() -> None:
    found = plan([], [])
    assert (found.rows, found.by_time, found.starts) == ((), (), ())


def test_plan_day_has_a_column_where_something_begins() -> None:
    found = plan([entry("m", "10:30", "10:55")], [entry("n", "11:00", "11:20")])
    assert [start.astimezone(ZONE).strftime("%H:%M") for start in found.starts] == ["10:30", "11:00"]
    assert cells(found) == {
        ("Ana",): [(("m",), 1), ((), 1)],
        ("Boris",): [((), 1), (("n",), 1)],
    }


def test_plan_day_puts_members_with_the_same_day_into_one_row() -> None:
    joint = entry("visit", "10:00", "11:00")
    found = plan([joint], [joint])
    assert cells(found) == {("Ana", "Boris"): [(("visit",), 1)]}
    (line,) = found.by_time
    assert line.everyone


def test_plan_day_shows_once_what_neighbours_attend_and_names_each_way_to_it() -> None:
    found = plan(
        [entry("visit", "10:00", "11:00", walk=8)],
        [entry("visit", "10:00", "11:00", walk=3), entry("own", "11:00", "11:20")],
    )
    assert [(row.members, [cell.rows for cell in row.cells]) for row in found.rows] == [
        (("Ana",), [2, 1]),
        (("Boris",), [1]),
    ]
    assert found.rows[0].cells[0].walks == (3, 8)


def test_plan_day_spans_what_begins_for_others_meanwhile() -> None:
    found = plan(
        [entry("long", "10:00", "12:00"), entry("after", "12:00", "12:20")],
        [entry("short", "10:30", "10:50"), entry("next", "11:00", "11:20")],
    )
    assert cells(found) == {
        ("Ana",): [(("long",), 3), (("after",), 1)],
        ("Boris",): [((), 1), (("short",), 1), (("next",), 1), ((), 1)],
    }


def test_plan_day_lists_by_time_with_names() -> None:
    found = plan([entry("late", "12:00", "12:20")], [entry("early", "10:00", "10:20")])
    assert [(line.entry.uid, line.members) for line in found.by_time] == [
        ("early", ("Boris",)),
        ("late", ("Ana",)),
    ]


def test_plan_day_puts_two_things_at_once_into_one_cell() -> None:
    found = plan(
        [entry("a", "10:00", "10:30"), entry("b", "10:20", "10:40"), entry("c", "10:40", "11:00")], []
    )
    assert cells(found)[("Ana",)] == [(("a", "b"), 2), (("c",), 1)]
    assert [cell.clash for cell in found.rows[0].cells] == [True, False]


def test_plan_day_leaves_cancelled_entries_out() -> None:
    assert plan([entry("gone", "10:00", "10:30", cancelled=True)], []).rows == ()


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=6), min_size=2, max_size=2)
)
def test_plan_day_fills_every_column_of_every_row_once(days: list[list[tuple[int, int]]]) -> None:
    def made(owner: int, spans: list[tuple[int, int]]) -> list[Entry]:
        return [
            entry(f"{owner}-{number}", clock(start), clock(start + length))
            for number, (start, length) in enumerate(spans)
        ]

    found = plan(made(0, days[0]), made(1, days[1]))
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(found.rows):
        column = 0
        for cell in row.cells:
            while (number, column) in taken:
                column += 1
            if cell.entries:
                assert found.starts[column] == min(entry.start for entry in cell.entries)
            here = {
                (number + down, column + right) for down in range(cell.rows) for right in range(cell.span)
            }
            assert not here & taken
            taken |= here
    assert len(taken) == len(found.rows) * len(found.starts)
    shown = [entry for row in found.rows for cell in row.cells for entry in cell.entries]
    assert len(shown) == sum(len(spans) for spans in days)


def clock(steps: int) -> str:
    """Steps of ten minutes after nine."""
    minutes = 9 * 60 + 10 * steps
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
