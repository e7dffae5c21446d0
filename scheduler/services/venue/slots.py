"""Meeting blocks and the slots they are divided into: made, cut differently, taken out, brought back.

A slot that a plan holds meetings in is never deleted. It is retired: no page offers it, no run uses it, and the
meetings in it are listed as no longer fitting until somebody, or the next run, moves them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import ParticipantState
from scheduler.errors import Conflict, Invalid
from scheduler.models import (
    TICK_MINUTES,
    Event,
    EventDay,
    MatchmakingRound,
    Meeting,
    MeetingBlock,
    MeetingChange,
    Participant,
    PlaceOpening,
    Plan,
    Slot,
    User,
    round_block,
)
from scheduler.queries.meetings.uses import Uses, uses
from scheduler.services.audit import record
from scheduler.services.event.clock_times import span_of
from scheduler.services.text import clean_line

MOST_SLOTS = 96
"""More slots in one block are a slip of the pen, not a plan."""

Times = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """A block as it is entered. `start` and `end` are wall-clock times; an end before the start is on the next day.

    `rounds` are public ids of the rounds that use it; None leaves them as they are.
    """

    name: str
    day: date
    start: time
    end: time
    slot_minutes: int
    pause_minutes: int
    rounds: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What a change of a block would do: slots kept, gone and new, and the meetings that lose their time.

    `answers` people have said when they can meet; the new times they have not been asked about.
    """

    kept: int
    gone: int
    new: int
    uses: Uses
    answers: int

    @property
    def harmless(self) -> bool:
        """Whether nobody has to be asked first."""
        return self.uses.nothing and not self.answers


def add_block(session: Session, event: Event, entry: BlockEntry, actor: User | None = None) -> MeetingBlock:
    """Add a block to a day and divide it into slots. Time left over stays empty. Raises Invalid."""
    name = _name(session, event, entry, None)
    times = cut(event, entry)
    block = MeetingBlock(event_id=event.id, name=name, day=entry.day, slots=[])
    _apply(event, block, entry)
    block.slots = [_slot(event, entry.day, each) for each in times]
    session.add(block)
    session.flush()
    _choose_rounds(session, event, block, entry.rounds)
    record(session, event, actor, "block.add", block.public_id, name=block.name, slots=len(block.slots))
    return block


def preview_change(session: Session, event: Event, block: MeetingBlock, entry: BlockEntry) -> BlockChange:
    """What `change_block` would do with this entry. Raises Invalid, as it would."""
    _name(session, event, entry, block)
    wanted = set(cut(event, entry))
    there = {(slot.starts_at, slot.ends_at): slot.id for slot in block.slots}
    gone = [slot for times, slot in there.items() if times not in wanted]
    new = wanted - there.keys()
    touched: ColumnElement[bool] = Slot.id.in_(gone)
    if left := _rounds_left(session, block, entry.rounds):
        touched = or_(touched, and_(Slot.block_id == block.id, Plan.round_id.in_(left)))
    first, last = min(there, default=None), max((end for _start, end in there), default=None)
    fresh = any(first is None or last is None or start < first[0] or end > last for start, end in new)
    return BlockChange(
        kept=len(wanted) - len(new),
        gone=len(gone),
        new=len(new),
        uses=uses(session, event, touched),
        answers=answers_given(session, event) if fresh else 0,
    )


def change_block(
    session: Session, event: Event, block: MeetingBlock, entry: BlockEntry, actor: User
) -> BlockChange:
    """Give a block other times, slots or rounds. Slots with the same times stay, with the meetings in them.

    Others go; those that plans hold meetings in are retired. Raises Invalid; then nothing is changed.
    """
    change = preview_change(session, event, block, entry)
    wanted = set(cut(event, entry))
    _take_out(session, event, block, [slot for slot in block.slots if _times(slot) not in wanted])
    session.expire(block, ["slots"])
    missing = wanted - {_times(slot) for slot in block.slots}
    for slot in _retired(session, block, missing):
        # What was taken out by an earlier change comes back with the meetings in it.
        slot.block_id, slot.retired_at, slot.day = block.id, None, entry.day
        missing.discard(_times(slot))
    session.add_all(_slot(event, entry.day, each, block.id) for each in sorted(missing))
    block.name = clean_line(entry.name, 120, "name", _("Name"))
    block.day = entry.day
    _apply(event, block, entry)
    session.flush()
    session.expire(block, ["slots"])
    for slot in block.slots:
        slot.day = entry.day
    _choose_rounds(session, event, block, entry.rounds)
    record(
        session,
        event,
        actor,
        "block.change",
        block.public_id,
        name=block.name,
        kept=change.kept,
        gone=change.gone,
        new=change.new,
    )
    return change


def uses_of_block(session: Session, event: Event, block: MeetingBlock) -> Uses:
    """The meetings that lose their time when the block goes."""
    return uses(session, event, Slot.block_id == block.id)


def remove_block(session: Session, event: Event, block: MeetingBlock, actor: User) -> None:
    """Take a block out. Slots that plans hold meetings in are kept, out of sight, and so is the block then."""
    record(session, event, actor, "block.remove", block.public_id, name=block.name)
    session.execute(delete(round_block).where(round_block.c.block_id == block.id))
    # A place that is open in this block alone must not come to be open in every block.
    named = exists().where(PlaceOpening.block_id == block.id)
    kept = exists().where(Slot.block_id.in_(_own_and_older(block)), _in_use())
    if session.scalar(select(or_(named, kept))):
        block.retired_at = event.now()
        session.execute(
            update(Slot)
            .where(Slot.block_id == block.id)
            .values(retired_at=block.retired_at)
            .execution_options(synchronize_session=False)
        )
        session.flush()
        session.expire_all()
        return
    session.execute(
        delete(MeetingBlock)
        .where(MeetingBlock.origin_id == block.id)
        .execution_options(synchronize_session=False)
    )
    session.delete(block)
    session.flush()


def restore_block(session: Session, event: Event, block: MeetingBlock, actor: User) -> None:
    """Bring a block back that was taken out; rounds have to choose it again."""
    if block.retired_at is None or block.origin_id is not None:
        raise Conflict(_("“%(name)s” is not taken out.", name=block.name))
    block.retired_at = None
    for slot in block.slots:
        slot.retired_at = None
    session.flush()
    record(session, event, actor, "block.restore", block.public_id, name=block.name)


def cut(event: Event, entry: BlockEntry) -> list[Times]:
    """The slots of a block as UTC instants. Raises Invalid when none fits or a figure is off the grid."""
    minutes, pause_minutes = entry.slot_minutes, entry.pause_minutes
    if minutes < TICK_MINUTES or minutes % TICK_MINUTES or minutes > 24 * 60:
        raise Invalid(_("A meeting lasts a multiple of five minutes."), "slot_minutes")
    if pause_minutes < 0 or pause_minutes % TICK_MINUTES or pause_minutes > 24 * 60:
        raise Invalid(_("The pause is a multiple of five minutes, or 0."), "pause_minutes")
    if entry.start.minute % TICK_MINUTES or entry.start.second:
        raise Invalid(_("A block starts at a full five minutes."), "starts")
    begin, limit = span_of(event, entry.day, entry.start, entry.end)
    slots: list[Times] = []
    length, pause = timedelta(minutes=minutes), timedelta(minutes=pause_minutes)
    while begin + length <= limit:
        slots.append((begin, begin + length))
        begin += length + pause
    if not slots:
        raise Invalid(_("Not one meeting of %(n)d minutes fits in this block.", n=minutes), "slot_minutes")
    if len(slots) > MOST_SLOTS:
        raise Invalid(
            _("That makes %(n)d slots; a block has %(most)d at most.", n=len(slots), most=MOST_SLOTS),
            "slot_minutes",
        )
    return slots


def _name(session: Session, event: Event, entry: BlockEntry, block: MeetingBlock | None) -> str:
    name = clean_line(entry.name, 120, "name", _("Name"))
    if not name:
        raise Invalid(_("Give the block a name, such as “Tuesday morning”."), "name")
    known = session.scalar(select(exists().where(EventDay.event_id == event.id, EventDay.date == entry.day)))
    if not known and (block is None or block.day != entry.day):
        raise Invalid(_("%(day)s is no day of this event.", day=entry.day.isoformat()), "day")
    return name


def _apply(event: Event, block: MeetingBlock, entry: BlockEntry) -> None:
    block.starts_at, block.ends_at = span_of(event, entry.day, entry.start, entry.end)
    block.slot_minutes, block.pause_minutes = entry.slot_minutes, entry.pause_minutes


def _times(slot: Slot) -> Times:
    return slot.starts_at, slot.ends_at


def _slot(event: Event, day: date, times: Times, block_id: int | None = None) -> Slot:
    begin, end = times
    return Slot(
        event_id=event.id,
        block_id=block_id,
        day=day,
        starts_at=begin,
        ends_at=end,
        first_tick=int(begin.timestamp()) // (60 * TICK_MINUTES),
        tick_count=int((end - begin).total_seconds()) // (60 * TICK_MINUTES),
    )


def _in_use() -> ColumnElement[bool]:
    """Whether a plan holds a meeting in a slot, or somebody has wished to move one there."""
    return or_(exists().where(Meeting.slot_id == Slot.id), exists().where(MeetingChange.slot_id == Slot.id))


def _own_and_older(block: MeetingBlock) -> Select[int]:
    """The ids of a block and of what it was before it was cut differently."""
    return select(MeetingBlock.id).where(or_(MeetingBlock.id == block.id, MeetingBlock.origin_id == block.id))


def _take_out(session: Session, event: Event, block: MeetingBlock, slots: Sequence[Slot]) -> None:
    """Delete slots, or retire them in a block of their own: the times of a block's slots are its own."""
    ids = [slot.id for slot in slots]
    if not ids:
        return
    used = list(session.scalars(select(Slot.id).where(Slot.id.in_(ids), _in_use())))
    if used:
        now = event.now()
        shadow = MeetingBlock(
            event_id=event.id,
            name=block.name,
            day=block.day,
            starts_at=block.starts_at,
            ends_at=block.ends_at,
            slot_minutes=block.slot_minutes,
            pause_minutes=block.pause_minutes,
            retired_at=now,
            origin_id=block.id,
        )
        session.add(shadow)
        session.flush()
        session.execute(
            update(Slot)
            .where(Slot.id.in_(used))
            .values(block_id=shadow.id, retired_at=now)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        delete(Slot).where(Slot.id.in_(set(ids) - set(used))).execution_options(synchronize_session=False)
    )
    session.expire_all()


def _retired(session: Session, block: MeetingBlock, wanted: Collection[Times]) -> Iterable[Slot]:
    rows = session.scalars(
        select(Slot)
        .join(MeetingBlock, MeetingBlock.id == Slot.block_id)
        .where(MeetingBlock.origin_id == block.id, Slot.starts_at.in_([start for start, _end in wanted]))
        .order_by(Slot.id.desc())
    ).all()
    found = {_times(slot): slot for slot in rows if _times(slot) in wanted}
    return found.values()


def _rounds_left(session: Session, block: MeetingBlock, rounds: Collection[str] | None) -> list[int]:
    """The rounds that would no longer use the block."""
    if rounds is None:
        return []
    return list(
        session.scalars(
            select(MatchmakingRound.id)
            .join(round_block, round_block.c.round_id == MatchmakingRound.id)
            .where(round_block.c.block_id == block.id, MatchmakingRound.public_id.not_in(rounds))
        )
    )


def _choose_rounds(
    session: Session, event: Event, block: MeetingBlock, rounds: Collection[str] | None
) -> None:
    if rounds is None:
        return
    chosen = session.scalars(
        select(MatchmakingRound.id).where(
            MatchmakingRound.event_id == event.id, MatchmakingRound.public_id.in_(rounds)
        )
    ).all()
    session.execute(delete(round_block).where(round_block.c.block_id == block.id))
    if chosen:
        session.execute(insert(round_block), [{"round_id": each, "block_id": block.id} for each in chosen])
    session.expire_all()


def answers_given(session: Session, event: Event) -> int:
    """How many people have said when they can meet."""
    return (
        session.scalar(
            select(func.count()).where(
                Participant.event_id == event.id,
                Participant.state != ParticipantState.WITHDRAWN,
                Participant.availability_confirmed_at.is_not(None),
            )
        )
        or 0
    )
