"""May this participant ask that one? Lists, pairs and calls put these conditions together; nobody else compares types.

Each takes a loaded `Participant`, the class, or an alias of it: what holds for one pair holds for a whole list.
`domain/matrix.py` says of the matrix the same over values, for planning.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session, aliased

from scheduler.database.filters import checked
from scheduler.domain.enums import ParticipantState
from scheduler.models import MatrixRule, Participant
from scheduler.queries.people.approval import waits

Somebody = Participant | type[Participant]


def asks_by(asking: Somebody) -> list[ColumnElement[bool]]:
    """Conditions for a `MatrixRule` by which somebody may ask others."""
    return [MatrixRule.from_type_id == asking.type_id]


def asked_by(asked: Somebody) -> list[ColumnElement[bool]]:
    """Conditions for a `MatrixRule` by which somebody may be asked."""
    return [MatrixRule.to_type_id == asked.type_id]


def cell_between(asking: Somebody, asked: Somebody) -> list[ColumnElement[bool]]:
    """Conditions for the `MatrixRule` by which the one may ask the other. There is one at most."""
    return [*asks_by(asking), *asked_by(asked)]


def askable(me: Participant, *, chosen: bool = False) -> list[ColumnElement[bool]]:
    """Conditions for a `Participant` whom somebody may ask, and for the `MatrixRule` by which they may.

    That is who is active, of another organisation, and of a type that the matrix lets them ask. Who waits for approval
    may ask nobody, and is shown nobody. With `chosen` people are found by their ids, not by their event.
    """
    return [
        (checked(Participant.event_id) if chosen else Participant.event_id) == me.event_id,
        Participant.state == ParticipantState.ACTIVE,
        Participant.organisation_id != me.organisation_id,
        *cell_between(me, Participant),
        *([false()] if waits(me) else []),
    ]


def cell_to_ask(session: Session, me: Participant, other: Participant) -> MatrixRule | None:
    """The cell of the matrix by which one may ask another; None when they may not. One query."""
    return session.scalar(
        select(MatrixRule).join(Participant, Participant.id == other.id).where(*askable(me, chosen=True))
    )


def cell_of_two(session: Session, me: Participant, other: Participant) -> MatrixRule | None:
    """The cell of the matrix for one who asks another, whether or not they are there to ask and to be asked."""
    return session.scalar(select(MatrixRule).where(*cell_between(me, other)))


def pairs_who_may_ask(session: Session, ids: Sequence[int]) -> set[tuple[int, int]]:
    """The (asking, asked) of some people whom the matrix lets ask each other. One query."""
    asking, asked = aliased(Participant), aliased(Participant)
    rows = session.execute(
        select(asking.id, asked.id)
        .select_from(asking)
        .join(asked, asked.id != asking.id)
        .join(MatrixRule, and_(*cell_between(asking, asked)))
        .where(asking.id.in_(ids), asked.id.in_(ids))
    )
    return {(one, other) for one, other in rows}
