"""Recurrence rules: the same times as another library finds, from anywhere in the series, and never without end."""

# ruff: noqa: DTZ001 (clocks have no zone)

from __future__ import annotations

import warnings
from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.calendars.reading.faults import Fault, Omission, TooMuchWork, Work
from scheduler.calendars.reading.recurrence import follow
from scheduler.calendars.reading.rules import read_rule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _work() -> Work:
    work = Work()
    work.begin()
    return work


def _times(rule: str, start: datetime, begin: datetime, end: datetime) -> list[datetime]:
    read = read_rule(rule)
    until = read.until.clock if read.until else None
    return list(follow(read, start, begin, end, until, _work()))


def _by_the_other(rule: str, start: datetime, begin: datetime, end: datetime) -> list[datetime]:
    """The same by dateutil, which leaves a start out that its rule does not make."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = rrulestr(rule, dtstart=start)
    times = set()
    for time in found:
        if time > end:
            break
        times.add(time)
    return sorted(time for time in times | {start} if begin <= time <= end)


def _chosen(values: list[int] | range, most: int = 3) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=most, unique=True)


def _signed(most: int) -> list[int]:
    return [number for number in range(-most, most + 1) if number]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules of which both libraries think alike, and that make a time now and then: the other one goes on to the
    year 9999 where there is none.
    """
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    interval = draw(st.sampled_from([1, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]))
    parts = [f"FREQ={frequency}", f"INTERVAL={interval}"]

    def maybe(name: str, values: st.SearchStrategy[list[int]], odds: int = 4) -> bool:
        if draw(st.integers(1, odds)) > 1:
            return False
        parts.append(f"{name}={','.join(map(str, draw(values)))}")
        return True

    by_month = maybe("BYMONTH", _chosen(range(1, 13)))
    if frequency == "YEARLY" and not by_month and maybe("BYYEARDAY", _chosen(_signed(365))):
        return ";".join(parts)
    maybe("BYMONTHDAY", _chosen(_signed(28)))
    if draw(st.booleans()):
        numbered = frequency in ("YEARLY", "MONTHLY") and draw(st.booleans())
        days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
        most = 4 if frequency == "MONTHLY" or by_month else 52
        which = draw(st.sampled_from(_signed(most))) if numbered else ""
        parts.append("BYDAY=" + ",".join(f"{which}{day}" for day in days))
        if frequency == "YEARLY" and not numbered:
            # Weeks that lie in two years are counted as of either.
            maybe("BYWEEKNO", _chosen(range(2, 52)))
    maybe("BYHOUR", _chosen(range(24)))
    maybe("BYMINUTE", _chosen([0, 15, 30, 59]))
    if frequency in ("YEARLY", "MONTHLY"):
        maybe("BYSETPOS", _chosen([-2, -1, 1, 2]), 6)
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts)


STARTS = st.datetimes(datetime(2019, 1, 1), datetime(2023, 11, 8)).map(
    lambda moment: moment.replace(microsecond=0, second=0)
)


@settings(max_examples=150)
@given(rules(), STARTS, st.integers(0, 800))
def test_rule_makes_the_times_that_another_library_finds(rule: str, start: datetime, length: int) -> None:
    begin = datetime(2023, 11, 7)
    end = begin + timedelta(days=length)
    assert _times(rule, start, begin, end) == _by_the_other(rule, start, begin, end)


@settings(max_examples=100)
@given(
    st.sampled_from([("HOURLY", 3600), ("MINUTELY", 60)]),
    st.integers(1, 50),
    st.lists(st.integers(0, 23), max_size=5),
    st.lists(st.sampled_from(range(7)), max_size=4),
    st.datetimes(datetime(2023, 10, 25), datetime(2023, 11, 8)).map(lambda when: when.replace(microsecond=0)),
)
def test_rule_within_a_day_makes_each_step_that_fits(
    unit: tuple[str, int], step: int, hours: list[int], weekdays: list[int], start: datetime
) -> None:
    rule = f"FREQ={unit[0]};INTERVAL={step}"
    rule += f";BYHOUR={','.join(map(str, hours))}" if hours else ""
    rule += f";BYDAY={','.join(DAYS[day] for day in weekdays)}" if weekdays else ""
    begin, end = datetime(2023, 11, 7), datetime(2023, 11, 8)
    expected = {start} if begin <= start <= end else set()
    time = start
    while time <= end:
        if (
            time >= begin
            and (not hours or time.hour in hours)
            and (not weekdays or time.weekday() in weekdays)
        ):
            expected.add(time)
        time += timedelta(seconds=unit[1] * step)
    assert _times(rule, start, begin, end) == sorted(expected)


@settings(max_examples=150)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    st.integers(1, 60),
    STARTS,
)
def test_counted_rule_ends_with_its_last_time(frequency: str, step: int, count: int, start: datetime) -> None:
    rule = f"FREQ={frequency};INTERVAL={step};COUNT={count}"
    begin, end = datetime(2023, 1, 1), datetime(2026, 1, 1)
    assert _times(rule, start, begin, end) == _by_the_other(rule, start, begin, end)


@pytest.mark.parametrize(
    ("rule", "start", "days"),
    [
        # The examples of RFC 5545, 3.8.5.3, that dateutil reads otherwise or that are easily got wrong.
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12", "1997-05-12 1998-05-11 1999-05-17"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13 1999-08-13"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=4", "2007-01-15", "2007-01-15 2007-01-30 2007-02-15 2007-03-15"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05", "1996-11-05 2000-11-07"),
        # A week without a day of it is on the day of the start (3.3.10).
        ("FREQ=YEARLY;BYWEEKNO=45", "2022-11-08", "2022-11-08 2023-11-07 2024-11-05"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1", "2023-11-01", "2023-11-01 2023-11-03 2023-11-10"),
        # A start that the rule does not make is the first of its times all the same.
        ("FREQ=WEEKLY;BYDAY=WE;COUNT=3", "2023-11-07", "2023-11-07 2023-11-08 2023-11-15"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2016-02-29", "2016-02-29 2020-02-29 2024-02-29"),
        ("FREQ=DAILY;COUNT=0", "2023-11-07", ""),
    ],
)  # fmt: skip
def test_rule_as_the_standard_reads_it(rule: str, start: str, days: str) -> None:
    begins = datetime.fromisoformat(start)
    found = _times(rule, begins, begins, begins + timedelta(days=4000))
    assert " ".join(f"{time:%Y-%m-%d}" for time in found[: len(days.split()) or 1]) == days


def test_rule_is_followed_from_where_somebody_looks_however_old_it_is() -> None:
    work = Work(each=200)
    work.begin()
    rule = read_rule("FREQ=DAILY")
    found = follow(rule, datetime(1, 1, 1, 9), datetime(2023, 11, 7), datetime(2023, 11, 9), None, work)
    assert len(list(found)) == 2


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;COUNT=999999999;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;COUNT=999999999;BYHOUR=1",
        "FREQ=YEARLY;COUNT=9;BYMONTH=2;BYMONTHDAY=30;BYHOUR=" + ",".join(map(str, range(24))),
        "FREQ=YEARLY;COUNT=99999;BYDAY=53MO",
        "FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={}".format(
            *(",".join(map(str, range(n))) for n in (24, 60, 60))
        ),
    ],
)
def test_rule_that_asks_for_too_much_is_stopped_after_some_steps(rule: str) -> None:
    work = Work(each=50_000)
    work.begin()
    with pytest.raises(TooMuchWork):
        list(
            follow(read_rule(rule), datetime(1, 1, 1), datetime(2023, 1, 1), datetime(9999, 1, 1), None, work)
        )


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "DAILY",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;COUNT=",
        "FREQ=DAILY;COUNT=-3",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYHOUR=9,,10",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=MONTHLY;RSCALE=HEBREW",
        "FREQ=DAILY;FREQ=WEEKLY",
        "D1 20231109T000000",
        "FREQ=DAILY;BYHOUR=٩",
    ],
)
def test_rule_that_says_nothing_clear_is_a_fault(rule: str) -> None:
    with pytest.raises(Fault) as fault:
        read_rule(rule)
    assert fault.value.why is Omission.UNREADABLE_RULE


@pytest.mark.parametrize(
    "rule",
    [
        "freq=daily;interval=1",
        " FREQ = DAILY ; INTERVAL = 1 ; ",
        "FREQ=DAILY;X-NAME=foo",
        "FREQ=DAILY;FREQ=DAILY",
        "INTERVAL=+1;FREQ=DAILY;WKST=SU",
        "FREQ=DAILY;RSCALE=GREGORIAN;SKIP=OMIT",
    ],
)
def test_rule_that_is_only_written_oddly_is_read(rule: str) -> None:
    assert (read_rule(rule).frequency, read_rule(rule).interval) == ("DAILY", 1)
