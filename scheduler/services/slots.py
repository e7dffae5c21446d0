"""Meeting blocks and the slots they are divided into."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from scheduler.domain.agenda import instant
from scheduler.errors import Conflict, Invalid
from scheduler.models import TICK_MINUTES, Event, EventDay, Meeting, MeetingBlock, Slot

MOST_SLOTS = 96
"""More slots in one block are a slip of the pen, not a plan."""


def add_block(
    session: Session,
    event: Event,
    *,
    name: str,
    day: date,
    start: time,
    end: time,
    slot_minutes: int,
    pause_minutes: int,
) -> MeetingBlock:
    """Add a block to a day and divide it into slots of `slot_minutes`, `pause_minutes` apart.

    `start` and `end` are wall-clock times of the event. Time left over stays empty. Raises Invalid.
    """
    slots = cut(event, day, start, end, slot_minutes, pause_minutes)
    if not name.strip():
        raise Invalid(_("Give the block a name, such as “Tuesday morning”."), "name")
    known = session.scalar(select(exists().where(EventDay.event_id == event.id, EventDay.date == day)))
    if not known:
        raise Invalid(_("%(day)s is no day of this event.", day=day.isoformat()), "day")
    block = MeetingBlock(
        event_id=event.id,
        name=name.strip(),
        day=day,
        starts_at=slots[0][0],
        ends_at=_instant(event, day, end),
        slot_minutes=slot_minutes,
        pause_minutes=pause_minutes,
        slots=[
            Slot(
                event_id=event.id,
                day=day,
                starts_at=begin,
                ends_at=finish,
                first_tick=int(begin.timestamp()) // (60 * TICK_MINUTES),
                tick_count=slot_minutes // TICK_MINUTES,
            )
            for begin, finish in slots
        ],
    )
    session.add(block)
    session.flush()
    return block


def cut(
    event: Event, day: date, start: time, end: time, slot_minutes: int, pause_minutes: int
) -> list[tuple[datetime, datetime]]:
    """The slots of a block as UTC instants. Raises Invalid when none fits or a figure is off the grid."""
    if slot_minutes < TICK_MINUTES or slot_minutes % TICK_MINUTES or slot_minutes > 24 * 60:
        raise Invalid(_("A meeting lasts a multiple of five minutes."), "slot_minutes")
    if pause_minutes < 0 or pause_minutes % TICK_MINUTES or pause_minutes > 24 * 60:
        raise Invalid(_("The pause is a multiple of five minutes, or 0."), "pause_minutes")
    if start.minute % TICK_MINUTES or start.second:
        raise Invalid(_("A block starts at a full five minutes."), "start")
    begin, limit = _instant(event, day, start), _instant(event, day, end)
    if limit <= begin:
        raise Invalid(_("The block ends before it starts."), "end")
    slots: list[tuple[datetime, datetime]] = []
    length, pause = timedelta(minutes=slot_minutes), timedelta(minutes=pause_minutes)
    while begin + length <= limit:
        slots.append((begin, begin + length))
        begin += length + pause
    if not slots:
        raise Invalid(
            _("Not one meeting of %(n)d minutes fits in this block.", n=slot_minutes), "slot_minutes"
        )
    if len(slots) > MOST_SLOTS:
        raise Invalid(
            _("That makes %(n)d slots; a block has %(most)d at most.", n=len(slots), most=MOST_SLOTS),
            "slot_minutes",
        )
    return slots


def remove_block(session: Session, block: MeetingBlock) -> None:
    """Remove a block with its slots. Raises Conflict when a plan holds meetings in it."""
    used = session.scalar(
        select(func.count(Meeting.id)).join(Slot, Slot.id == Meeting.slot_id).where(Slot.block_id == block.id)
    )
    if used:
        raise Conflict(
            _(
                "“%(name)s” can't go: plans hold %(n)d meetings in it. Discard or replace these plans first.",
                name=block.name,
                n=used,
            )
        )
    session.delete(block)
    session.flush()


def _instant(event: Event, day: date, clock: time) -> datetime:
    return instant(day, clock.hour * 60 + clock.minute, event.zone)
