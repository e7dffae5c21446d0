"""The grid that participants paint."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.availability import (
    DailyLimits,
    Grid,
    Hold,
    TakenTimes,
    build_grid,
    limit_times,
    repaint,
)
from scheduler.domain.engagements import Engagement, EngagementKind
from scheduler.domain.intervals import Interval

MADRID = ZoneInfo("Europe/Madrid")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 11, day, hour, minute, tzinfo=MADRID).astimezone(UTC)


def half_hours(day: int, first: int, count: int) -> list[Interval]:
    return [
        Interval(at(day, first) + timedelta(minutes=30 * n), at(day, first) + timedelta(minutes=30 * n + 30))
        for n in range(count)
    ]


def keys(grid: Grid, *holds: Hold) -> set[str]:
    return {cell.key for cell in grid.cells() if cell.hold in holds}


def test_grid_has_days_across_and_times_down() -> None:
    grid = build_grid([*half_hours(7, 9, 2), *half_hours(8, 9, 1)], TakenTimes(), MADRID)

    assert grid.days == (date(2023, 11, 7), date(2023, 11, 8))
    assert [row.at for row in grid.rows] == [time(9), time(9, 30)]
    assert grid.rows[1].cells[1] is None
    assert all(cell.free for cell in grid.cells())


def test_grid_by_hour_puts_different_days_side_by_side() -> None:
    slots = [*half_hours(7, 9, 3), Interval(at(8, 9, 10), at(8, 9, 40))]

    hours = build_grid(slots, TakenTimes(), MADRID).by_hour()

    assert [(hour, [len(cells) for cells in days]) for hour, days in hours] == [(9, [2, 1]), (10, [1, 0])]


def test_grid_shows_sessions_with_their_title() -> None:
    talk = Engagement(EngagementKind.SESSION, title="Opening", time=Interval(at(7, 9), at(7, 9, 45)))

    grid = build_grid(half_hours(7, 9, 3), TakenTimes(sessions=(talk,)), MADRID)

    assert [cell.hold for cell in grid.cells()] == [Hold.SESSION, Hold.SESSION, Hold.FREE]
    assert grid.cells()[0].title == "Opening"
    assert not grid.cells()[0].paintable


def test_grid_cuts_slots_of_overlapping_blocks_at_every_border() -> None:
    grid = build_grid(
        [Interval(at(7, 9), at(7, 10)), Interval(at(7, 9, 30), at(7, 10, 30))], TakenTimes(), MADRID
    )

    assert [cell.time.minutes for cell in grid.cells()] == [30, 30, 30]


def test_repaint_makes_unpainted_cells_busy_and_keeps_times_outside_the_grid() -> None:
    evening = Interval(at(7, 20), at(7, 22))
    slots = half_hours(7, 9, 3)
    held = TakenTimes(own=(slots[0], evening))
    grid = build_grid(slots, held, MADRID)

    after = repaint(grid, held, [grid.cells()[0].key, grid.cells()[1].key])

    assert after.own == (slots[2], evening)


def test_repaint_frees_a_time_that_the_calendar_held_and_leaves_the_rest() -> None:
    slots = half_hours(7, 9, 3)
    held = TakenTimes(calendar=(Interval(at(7, 9), at(7, 10)),))
    grid = build_grid(slots, held, MADRID)

    after = repaint(grid, held, [grid.cells()[0].key, grid.cells()[2].key])

    assert after.calendar == (slots[1],)
    assert after.own == ()


def test_repaint_joins_absences_across_a_pause_and_lets_go_of_it_again() -> None:
    slots = [Interval(at(7, 9), at(7, 9, 20)), Interval(at(7, 9, 30), at(7, 9, 50))]
    grid = build_grid(slots, TakenTimes(), MADRID)

    away = repaint(grid, TakenTimes(), [])
    assert away.own == (Interval(at(7, 9), at(7, 9, 50)),)

    grid = build_grid(slots, away, MADRID)
    assert repaint(grid, away, [grid.cells()[0].key]).own == (slots[1],)


def test_repaint_of_nothing_painted_changes_nothing() -> None:
    held = TakenTimes(own=tuple(half_hours(7, 9, 1)), limit=(Interval(at(7, 11), at(7, 12)),))
    grid = build_grid(half_hours(7, 9, 6), held, MADRID)

    assert repaint(grid, held, keys(grid, Hold.FREE)) == held


def test_repaint_leaves_cells_that_were_not_shown_as_they_are() -> None:
    slots = half_hours(7, 9, 2)
    grid = build_grid(slots, TakenTimes(), MADRID)

    assert repaint(grid, TakenTimes(), [], shown=[grid.cells()[0].key]).own == (slots[0],)


def test_limits_become_times_of_every_day() -> None:
    limits = DailyLimits(not_before=600, lunch_from=750, lunch_minutes=45)

    times = limit_times(limits, [date(2023, 11, 7)], MADRID)

    assert times == (Interval(at(7, 0), at(7, 10)), Interval(at(7, 12, 30), at(7, 13, 15)))


def test_limits_keep_the_wall_clock_on_the_day_clocks_change() -> None:
    times = limit_times(DailyLimits(not_before=600), [date(2023, 10, 29)], MADRID)

    assert times[0].end == datetime(2023, 10, 29, 10, tzinfo=MADRID)


def test_hour_that_comes_twice_when_clocks_are_put_back_has_cells_for_both() -> None:
    begin = datetime(2023, 10, 29, 0, tzinfo=UTC)  # 02:00 in summer time; 03:00 comes two hours later
    quarter = timedelta(minutes=15)
    slots = [Interval(begin + n * quarter, begin + (n + 1) * quarter) for n in range(12)]
    grid = build_grid(slots, TakenTimes(), MADRID)

    assert [cell.time for cell in grid.cells()] == slots
    assert [cell.time for _, columns in grid.by_hour() for cell in columns[0]] == slots
