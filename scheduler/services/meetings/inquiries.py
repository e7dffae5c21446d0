"""What organisers ask of a plan: asked on a page, answered by a worker, carried out or not.

Every step of a worker names itself, and changes nothing when the row has gone on without it. Times are wall-clock UTC
instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from scheduler.domain.enums import InquiryKind, InquiryState, PlanState
from scheduler.domain.inquiry import Happening, InquiryAnswer, InquiryEnd
from scheduler.errors import Conflict, NotFound
from scheduler.models import Inquiry, Plan, Unscheduled, User

LONGEST = timedelta(minutes=2)
"""How long a worker may be at one."""
OPEN = (InquiryState.WAITING, InquiryState.WORKING)


def ask_to_hold(session: Session, plan: Plan, wish: str, actor: User, now: datetime) -> Inquiry:
    """Ask what it takes to hold a wish that the plan leaves out; one that is being answered is not asked twice.

    Raises NotFound for a wish that the plan does not leave out, Conflict for a plan that is no longer in use.
    """
    left_out = session.scalar(
        select(Unscheduled.id).where(Unscheduled.plan_id == plan.id, Unscheduled.wish == wish)
    )
    if left_out is None:
        raise NotFound(_("This plan leaves out no such wish: reload the list."))
    return _ask(session, plan, actor, now, kind=InquiryKind.HOLD, wish=wish)


def ask_to_mend(session: Session, plan: Plan, what: Happening, actor: User, now: datetime) -> Inquiry:
    """Ask how the plan is mended after something has happened. Raises Conflict for a plan that is no longer in use."""
    return _ask(session, plan, actor, now, kind=InquiryKind.MEND, happening=what.stored())


def _ask(session: Session, plan: Plan, actor: User, now: datetime, **values: Any) -> Inquiry:
    if plan.state not in (PlanState.DRAFT, PlanState.PUBLISHED):
        raise Conflict(_("This plan is no longer in use: its meetings can't be changed."))
    wish = values.get("wish", "")
    known = session.scalar(
        select(Inquiry).where(
            Inquiry.plan_id == plan.id, Inquiry.wish == wish, Inquiry.wish != "", Inquiry.state.in_(OPEN)
        )
    )
    if known is not None:
        return known
    asked = Inquiry(plan_id=plan.id, asked_at=now, moved_at=now, asked_by_id=actor.id, **values)
    session.add(asked)
    session.flush()
    return asked


def take(session: Session, inquiry_id: int, worker: str, now: datetime) -> bool:
    """Become the one who answers; false when another one does, or it is answered."""
    return _moved(
        session, inquiry_id, now, (InquiryState.WAITING, ""), state=InquiryState.WORKING, worker=worker
    )


def keep_answer(
    session: Session,
    inquiry_id: int,
    worker: str,
    answer: Mapping[str, Any],
    now: datetime,
    *,
    whole: bool = False,
) -> bool:
    """Keep what was found so far, or with `whole` in the end."""
    state = InquiryState.ANSWERED if whole else InquiryState.WORKING
    return _moved(session, inquiry_id, now, (InquiryState.WORKING, worker), state=state, answer=dict(answer))


def give_up(session: Session, inquiry_id: int, worker: str, now: datetime) -> bool:
    """End an inquiry that nobody answers."""
    answer = InquiryAnswer(end=InquiryEnd.OUR_FAULT).stored()
    return _moved(
        session, inquiry_id, now, (InquiryState.WORKING, worker), state=InquiryState.FAILED, answer=answer
    )


def waiting(session: Session) -> list[int]:
    """Those that nobody has begun to answer, the oldest first."""
    return list(
        session.scalars(select(Inquiry.id).where(Inquiry.state == InquiryState.WAITING).order_by(Inquiry.id))
    )


def left_behind(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Those that a worker has been at for too long, with its name."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.worker).where(
            Inquiry.state == InquiryState.WORKING, Inquiry.moved_at < now - LONGEST
        )
    )
    return [(id_, worker) for id_, worker in rows]


def _moved(
    session: Session, inquiry_id: int, now: datetime, where: tuple[InquiryState, str], **values: Any
) -> bool:
    """Change the row where it still is in a state, and some worker's; whether it was."""
    done = session.execute(
        update(Inquiry)
        .where(Inquiry.id == inquiry_id, Inquiry.state == where[0], Inquiry.worker == where[1])
        .values(moved_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", done).rowcount == 1
