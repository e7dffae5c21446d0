"""One pattern of a day made into meeting blocks of several days at once; and what blocks must not do by mistake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from babel.dates import format_date, format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import Invalid
from scheduler.models import Event, MeetingBlock, User
from scheduler.services.event.clock_times import span_of
from scheduler.services.venue.slots import BlockEntry, add_block


@dataclass(frozen=True, slots=True)
class BlockPattern:
    """The same stretch on each of several days; with a break in it, it makes two blocks a day.

    `overlap`: they may lie beside other blocks, for meetings of another length.
    """

    name: str
    days: Collection[date]
    start: time
    end: time
    slot_minutes: int
    pause_minutes: int
    rounds: Collection[str] = ()
    break_start: time | None = None
    break_end: time | None = None
    overlap: bool = False


def add_pattern(
    session: Session, event: Event, pattern: BlockPattern, actor: User | None = None
) -> list[MeetingBlock]:
    """Add the blocks of a pattern, all or none. Raises Invalid, naming what is in the way."""
    if not pattern.days:
        raise Invalid(_("Choose a day, or draw the block on it."), "day")
    stretches = _stretches(event, pattern)
    made = []
    for day in sorted(set(pattern.days)):
        for number, (start, end) in enumerate(stretches, 1):
            entry = BlockEntry(
                _named(pattern, day, number if len(stretches) > 1 else 0),
                day,
                start,
                end,
                pattern.slot_minutes,
                pattern.pause_minutes,
                pattern.rounds,
            )
            if not pattern.overlap:
                refuse_overlap(session, event, entry)
            made.append(add_block(session, event, entry, actor))
    return made


def refuse_overlap(
    session: Session, event: Event, entry: BlockEntry, block: MeetingBlock | None = None
) -> None:
    """Raise Invalid when a block would overlap another one than `block`."""
    found = overlapping(session, event, *span_of(event, entry.day, entry.start, entry.end), block)
    if found is None:
        return
    raise Invalid(
        _(
            "On %(day)s it overlaps “%(name)s”, %(from)s to %(to)s. Choose another time, or tick “May overlap”"
            " for meetings of two lengths side by side.",
            day=format_date(entry.day, "EEEE, d MMMM", locale=get_locale()),
            name=found.name,
            **{"from": _clock(event, found.starts_at), "to": _clock(event, found.ends_at)},
        ),
        "starts",
    )


def overlapping(
    session: Session, event: Event, starts_at: datetime, ends_at: datetime, block: MeetingBlock | None = None
) -> MeetingBlock | None:
    """The first other block, not taken out, that shares time with a stretch."""
    wanted = select(MeetingBlock).where(
        MeetingBlock.event_id == event.id,
        MeetingBlock.retired_at.is_(None),
        MeetingBlock.starts_at < ends_at,
        MeetingBlock.ends_at > starts_at,
    )
    if block is not None:
        wanted = wanted.where(MeetingBlock.id != block.id)
    return session.scalars(wanted.order_by(MeetingBlock.starts_at, MeetingBlock.id).limit(1)).first()


def _stretches(event: Event, pattern: BlockPattern) -> Sequence[tuple[time, time]]:
    """The stretch, or what a break leaves of it on both sides."""
    whole = (pattern.start, pattern.end)
    begins, ends = pattern.break_start, pattern.break_end
    if begins is None and ends is None:
        return (whole,)
    if begins is None or ends is None:
        raise Invalid(
            _("Say when the break begins and when it ends, or leave both empty."),
            "break_starts" if begins is None else "break_ends",
        )
    if not (pattern.start < begins < ends < pattern.end):
        raise Invalid(
            _(
                "The break from %(from)s to %(to)s must lie inside the block and end after it begins.",
                **{"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"},
            ),
            "break_starts",
        )
    if ends.minute % 5:
        raise Invalid(_("A break ends at a full five minutes."), "break_ends")
    return ((pattern.start, begins), (ends, pattern.end))


def _named(pattern: BlockPattern, day: date, number: int) -> str:
    """The name of one of several blocks says its day and part, so that lists tell them apart."""
    name = " ".join(pattern.name.split())
    if not name:
        return name
    if len(set(pattern.days)) > 1:
        name = f"{name}, {format_date(day, 'EEE d MMM', locale=get_locale())}"
    return f"{name} ({number})" if number else name


def _clock(event: Event, instant: datetime) -> str:
    return format_datetime(instant, "HH:mm", tzinfo=event.zone, locale=get_locale())
