"""How many meetings one person has at most, and after how many in a row they pause: pure values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]
"""A time, in minutes on one line."""


def tightest(*limits: int | None) -> int | None:
    """The limit that binds where several hold; None: there is none."""
    return min((limit for limit in limits if limit is not None), default=None)


@dataclass(frozen=True, slots=True)
class MeetingLimits:
    """What holds for one person. None: no limit of this kind; `pause_minutes` None: as long as the shortest meeting."""

    meetings: int | None = None
    per_day: int | None = None
    per_half_day: int | None = None
    pause_after: int | None = None
    pause_minutes: int | None = None

    def over(self, general: MeetingLimits) -> MeetingLimits:
        """These limits where they say something, the general ones elsewhere."""
        ours, theirs = _values(self), _values(general)
        return MeetingLimits(
            *(one if one is not None else other for one, other in zip(ours, theirs, strict=True))
        )

    def within(self, meetings: int | None, per_day: int | None) -> MeetingLimits:
        """These limits and somebody's own: the tighter one binds."""
        return MeetingLimits(
            tightest(self.meetings, meetings),
            tightest(self.per_day, per_day),
            self.per_half_day,
            self.pause_after,
            self.pause_minutes,
        )


def _values(limits: MeetingLimits) -> tuple[int | None, ...]:
    return (
        limits.meetings,
        limits.per_day,
        limits.per_half_day,
        limits.pause_after,
        limits.pause_minutes,
    )


def in_a_row(meetings: Iterable[Span], pause: int, at: int | None = None) -> int:
    """The most meetings one after the other with less than `pause` minutes between any two of them.

    With `at`, a meeting's start: those in a row with that one.
    """
    rows: list[list[Span]] = []
    for one in sorted(meetings):
        if rows and one[0] - rows[-1][-1][1] < pause:
            rows[-1].append(one)
        else:
            rows.append([one])
    return max((len(row) for row in rows if at is None or any(one[0] == at for one in row)), default=0)


def pauses(times: Iterable[Span], after: int, pause: int) -> Iterator[Span]:
    """Pauses of so many minutes that leave no more than `after` meetings in a row, whichever of these times are used.

    Between two pauses, or stretches of such length without a time, so many meetings fit at most.
    """
    for stretch in _stretches(times, pause):
        row, end = 0, stretch[0][0]
        for start, stop in sorted(stretch, key=lambda time: (time[1], time[0])):
            if start < end:
                continue
            if row == after:
                yield end, end + pause
                row, end = 0, end + pause
            if start >= end:
                row, end = row + 1, stop


def _stretches(times: Iterable[Span], pause: int) -> Iterator[list[Span]]:
    """The times, parted where none of them lies for as long as a pause."""
    stretch: list[Span] = []
    covered = 0
    for start, stop in sorted(times):
        if stretch and start - covered >= pause:
            yield stretch
            stretch = []
        covered = max(covered, stop) if stretch else stop
        stretch.append((start, stop))
    if stretch:
        yield stretch
