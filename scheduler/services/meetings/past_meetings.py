"""Publishing must not move the past: what has begun stays as people have it, whatever a draft says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session, aliased

from scheduler.domain.enums import MeetingState
from scheduler.models import Meeting, ParticipantBooking, PlaceBooking, Plan
from scheduler.planning.copies import copy_meetings
from scheduler.queries.meetings.plan_positions import begun_slots, standings

CHUNK = 500


def keep_the_past(session: Session, plan: Plan, previous: Plan | None, now: datetime) -> int:
    """Let a draft hold what has begun exactly as the published plan (`previous`) does, and nothing else then.

    A run may have begun before a slot did and ended after it. Returns how many planned meetings of the draft
    that costs.
    """
    begun = begun_slots(session, plan.event_id, now)
    before, after = standings(session, previous), standings(session, plan)
    held = {wish for wish, each in before.items() if each.slot in begun}
    restored = {wish for wish in held if after.get(wish) != before[wish]}
    lost = {wish for wish, each in after.items() if each.slot in begun and wish not in held}
    if not restored and not lost:
        return 0
    _delete(session, plan, restored | lost)
    if previous is not None and restored:
        clashing = _in_the_way(session, plan, previous, restored)
        _delete(session, plan, clashing)
        lost |= clashing
        copy_meetings(session, _ids(session, previous, restored), plan)
    session.expire_all()
    return len(lost)


def _in_the_way(session: Session, plan: Plan, previous: Plan, wishes: set[str]) -> set[str]:
    """The draft's meetings whose people or tables are still at a held one: it began before their slot does."""
    found: set[str] = set()
    bookings: tuple[tuple[type[ParticipantBooking] | type[PlaceBooking], tuple[str, ...]], ...] = (
        (ParticipantBooking, ("participant_id", "tick")),
        (PlaceBooking, ("place_id", "table_number", "tick")),
    )
    for booking, same in bookings:
        ours, theirs = aliased(booking), aliased(booking)
        held, other = aliased(Meeting), aliased(Meeting)
        rows = session.execute(
            select(other.wish, held.wish)
            .join(ours, ours.meeting_id == other.id)
            .join(theirs, and_(*(getattr(theirs, name) == getattr(ours, name) for name in same)))
            .join(held, held.id == theirs.meeting_id)
            .where(ours.plan_id == plan.id, theirs.plan_id == previous.id, held.wish != other.wish)
            .distinct()
        )
        found |= {wish for wish, held_wish in rows if held_wish in wishes}
    return found


def _ids(session: Session, plan: Plan, wishes: set[str]) -> list[int]:
    rows = session.execute(
        select(Meeting.id, Meeting.wish)
        .where(Meeting.plan_id == plan.id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.id)
    )
    return [key for key, wish in rows if wish in wishes]


def _delete(session: Session, plan: Plan, wishes: Iterable[str]) -> None:
    names = sorted(wishes)
    for begin in range(0, len(names), CHUNK):
        session.execute(
            delete(Meeting)
            .where(Meeting.plan_id == plan.id, Meeting.wish.in_(names[begin : begin + CHUNK]))
            .execution_options(synchronize_session=False)
        )
