"""Following a recurrence rule, only where somebody looks.

A rule without COUNT is not followed from its beginning but from shortly before the days that matter, and each
step is counted: a rule of 30 letters can ask for more work than a machine has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

from .faults import Work
from .rules import FREQUENCIES, RecurrenceRule
from .values import LATEST

_LAST = date.max.toordinal()
_UNITS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}


def follow(
    rule: RecurrenceRule, start: datetime, begin: datetime, end: datetime, until: datetime | None, work: Work
) -> Iterator[datetime]:
    """The times of a rule that lie from `begin` to `end`, both included, in order, on one clock.

    The first occurrence is `start`, whether the rule would make it or not (RFC 5545, 3.8.2.4). Raises TooMuchWork.
    """
    if rule.count == 0:
        return
    if begin <= start <= end:
        yield start
    told = 1
    for candidates in _periods(_complete(rule, start), start, begin, end, work):
        for candidate in candidates:
            if candidate <= start:
                continue
            told += 1
            if (
                candidate > end
                or (until is not None and candidate > until)
                or (rule.count is not None and told > rule.count)
            ):
                return
            if candidate >= begin:
                yield candidate


def makes(rule: RecurrenceRule, start: datetime, work: Work) -> bool:
    """Whether a rule by itself makes its own beginning."""
    periods = _periods(_complete(replace(rule, count=None), start), start, start, start, work)
    return any(start in candidates for candidates in periods)


def _complete(rule: RecurrenceRule, start: datetime) -> RecurrenceRule:
    """The rule with what it takes from its start."""
    days = bool(rule.month_days or rule.year_days or rule.weekdays or rule.weeks)
    if rule.frequency == "YEARLY" and not days:
        rule = replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
    elif (
        rule.frequency == "YEARLY" and rule.weeks and not (rule.month_days or rule.year_days or rule.weekdays)
    ):
        rule = replace(rule, weekdays=((0, start.weekday()),))
    elif rule.frequency == "MONTHLY" and not days:
        rule = replace(rule, month_days=(start.day,))
    elif rule.frequency == "WEEKLY" and not days:
        rule = replace(rule, weekdays=((0, start.weekday()),))
    finest = FREQUENCIES.index(rule.frequency)
    return replace(
        rule,
        hours=rule.hours or ((start.hour,) if finest < 4 else ()),
        minutes=rule.minutes or ((start.minute,) if finest < 5 else ()),
        seconds=rule.seconds or ((start.second,) if finest < 6 else ()),
    )


def _periods(
    rule: RecurrenceRule, start: datetime, begin: datetime, end: datetime, work: Work
) -> Iterator[list[datetime]]:
    """What a rule makes in each of its years, months, weeks, days, hours, minutes or seconds."""
    if rule.frequency in _UNITS:
        yield from _short_periods(rule, start, begin, end, work)
        return
    work.spend(len(rule.hours) * len(rule.minutes) * len(rule.seconds))
    times = [time(*parts) for parts in product(rule.hours, rule.minutes, rule.seconds)]
    zero, step = _place(rule, start.date()), rule.interval
    place = zero
    if rule.count is None:
        place += max(0, (_place(rule, begin.date()) - zero) // step - 1) * step
    while True:
        span = _span(rule, place)
        if span is None or span[0] > end.toordinal():
            return
        work.spend(1 + span[1] - span[0])
        days = [day for number in range(*span) if _fits(rule, day := date.fromordinal(number))]
        work.spend(len(days) * len(times))
        yield _chosen(rule, [datetime.combine(day, at) for day in days for at in times])
        place += step


def _short_periods(
    rule: RecurrenceRule, start: datetime, begin: datetime, end: datetime, work: Work
) -> Iterator[list[datetime]]:
    unit = _UNITS[rule.frequency]
    zero = start.replace(minute=0 if unit == 3600 else start.minute, second=0 if unit > 1 else start.second)
    step = timedelta(seconds=unit) * rule.interval
    at = zero
    if rule.count is None:
        at += max(0, (begin - zero) // step - 1) * step
    minutes = rule.minutes if unit == 3600 else (-1,)
    seconds = rule.seconds if unit > 1 else (-1,)
    while at <= end:
        work.spend(1 + len(minutes) * len(seconds))
        if _fits(rule, at.date()) and _ticks(rule, at, unit):
            yield _chosen(
                rule,
                [
                    at.replace(
                        minute=at.minute if minute < 0 else minute, second=at.second if second < 0 else second
                    )
                    for minute in minutes
                    for second in seconds
                ],
            )
        if at > LATEST - step:
            return
        at += step


def _ticks(rule: RecurrenceRule, at: datetime, unit: int) -> bool:
    return (
        (not rule.hours or at.hour in rule.hours)
        and (unit > 60 or not rule.minutes or at.minute in rule.minutes)
        and (unit > 1 or not rule.seconds or at.second in rule.seconds)
    )


def _place(rule: RecurrenceRule, day: date) -> int:
    """The number of the period that a day lies in."""
    if rule.frequency == "YEARLY":
        return day.year
    if rule.frequency == "MONTHLY":
        return day.year * 12 + day.month - 1
    if rule.frequency == "WEEKLY":
        # Counted in days, so that INTERVAL=1 is seven of them.
        return (day.toordinal() - 1 - rule.week_start) // 7
    return day.toordinal()


def _span(rule: RecurrenceRule, place: int) -> tuple[int, int] | None:
    """The days of a period, as ordinals with an excluded end; None after the last year."""
    if rule.frequency == "YEARLY":
        if place > date.max.year:
            return None
        months = rule.months if rule.months and not rule.weeks else (1, 12)
        return date(place, months[0], 1).toordinal(), _month_end(place, months[-1])
    if rule.frequency == "MONTHLY":
        year, month = divmod(place, 12)
        if year > date.max.year:
            return None
        first = date(year, month + 1, 1).toordinal()
        return (
            (first, first)
            if rule.months and month + 1 not in rule.months
            else (
                first,
                _month_end(year, month + 1),
            )
        )
    first = place * 7 + 1 + rule.week_start if rule.frequency == "WEEKLY" else place
    length = 7 if rule.frequency == "WEEKLY" else 1
    return None if first > _LAST else (max(1, first), min(first + length, _LAST + 1))


def _month_end(year: int, month: int) -> int:
    return date(year, month, 1).toordinal() + _month_length(year, month)


def _month_length(year: int, month: int) -> int:
    following = date(year, month + 1, 1) if month < 12 else None
    return (following - date(year, month, 1)).days if following else 31


def _fits(rule: RecurrenceRule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not (
        day.day in rule.month_days or day.day - _month_length(day.year, day.month) - 1 in rule.month_days
    ):
        return False
    if rule.weekdays and not _is_weekday(rule, day):
        return False
    if rule.year_days:
        number = day.timetuple().tm_yday
        if number not in rule.year_days and number - _year_length(day.year) - 1 not in rule.year_days:
            return False
    return not rule.weeks or _is_week(rule, day)


def _is_weekday(rule: RecurrenceRule, day: date) -> bool:
    weekday = day.weekday()
    by_month = rule.frequency == "MONTHLY" or (rule.frequency == "YEARLY" and bool(rule.months))
    for which, wanted in rule.weekdays:
        if wanted != weekday:
            continue
        if which == 0 or rule.frequency not in ("MONTHLY", "YEARLY"):
            return True
        if by_month:
            number, length = day.day, _month_length(day.year, day.month)
        else:
            number, length = day.timetuple().tm_yday, _year_length(day.year)
        if which in ((number - 1) // 7 + 1, -((length - number) // 7 + 1)):
            return True
    return False


def _is_week(rule: RecurrenceRule, day: date) -> bool:
    """Whether a day lies in one of the rule's weeks; the first week has four days of its year or more."""
    for year in (day.year + 1, day.year, day.year - 1):
        if not 1 <= year < date.max.year:
            continue
        first = _first_week(year, rule.week_start)
        if day.toordinal() >= first:
            number = (day.toordinal() - first) // 7 + 1
            total = (_first_week(year + 1, rule.week_start) - first) // 7
            return number in rule.weeks or number - total - 1 in rule.weeks
    return False


def _first_week(year: int, week_start: int) -> int:
    fourth = date(year, 1, 4)
    return fourth.toordinal() - (fourth.weekday() - week_start) % 7


def _year_length(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def _chosen(rule: RecurrenceRule, candidates: list[datetime]) -> list[datetime]:
    if not rule.positions or not candidates:
        return candidates
    count = len(candidates)
    places = {(place - 1 if place > 0 else count + place) for place in rule.positions}
    return [candidate for number, candidate in enumerate(candidates) if number in places]
