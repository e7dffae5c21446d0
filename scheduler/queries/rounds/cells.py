"""The cells of an event's matching matrix, with their rules."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.matrix import Cell, TypePair
from scheduler.models import MatrixRule


def cell_of(rule: MatrixRule) -> Cell:
    """The rules of a row."""
    return Cell(
        rule.meeting_kind,
        rule.slot_minutes,
        rule.held_at,
        rule.request_mode,
        rule.request_cap,
        rule.priority,
    )


def matrix_cells(session: Session, event_id: int) -> dict[TypePair, Cell]:
    """Every cell by (asking type, asked type); pairs who may not ask have none. One query."""
    rules = session.scalars(select(MatrixRule).where(MatrixRule.event_id == event_id))
    return {(rule.from_type_id, rule.to_type_id): cell_of(rule) for rule in rules}
