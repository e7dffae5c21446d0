"""The matching matrix: names in one grid, and the rules of single cells."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.domain.enums import CellPriority, HeldAt, RequestMode
from scheduler.domain.matrix import Cell
from scheduler.errors import Invalid
from scheduler.models import AuditEntry
from scheduler.queries.rounds.cells import matrix_cells
from scheduler.queries.rounds.rounds import matrix
from scheduler.services.rounds.matrix import set_cells, set_matrix
from tests.factories import make_event, make_organiser, type_of

FULL = Cell("C2B", 20, HeldAt.STAND, RequestMode.OPT_OUT, 5, CellPriority.FIRST)


def test_matrix_is_changed_cell_by_cell(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    cells = {("city", "city"): "City to city", ("supplier", "city"): " ", ("supplier", "supplier"): "B2B"}
    assert set_matrix(session, event, cells, actor) == 2
    assert matrix(session, event.id).cells == {
        (city, city): Cell("City to city"),
        (city, supplier): Cell("City-supplier"),
        (supplier, supplier): Cell("B2B"),
    }
    with pytest.raises(Invalid):
        set_matrix(session, event, {("city", "king"): "x"}, actor)


def test_a_row_is_given_its_rules_at_once_and_names_keep_them(session: Session) -> None:
    event = make_event(session)
    actor = make_organiser(session, event)
    city, supplier = type_of(session, event, "city").id, type_of(session, event, "supplier").id
    row = [("city", "city"), ("city", "supplier")]
    assert set_cells(session, event, row, FULL, actor) == 2
    assert set_cells(session, event, row, FULL, actor) == 0
    assert set_matrix(session, event, {("city", "supplier"): "Visit"}, actor) == 1
    cells = matrix_cells(session, event.id)
    assert cells[city, city] == FULL
    assert cells[city, supplier] == Cell(
        "Visit", 20, HeldAt.STAND, RequestMode.OPT_OUT, 5, CellPriority.FIRST
    )
    assert cells[supplier, city] == Cell("City-supplier")
    assert set_cells(session, event, row, None, actor) == 2
    assert matrix_cells(session, event.id).keys() == {(supplier, city), (supplier, supplier)}
    assert [entry.action for entry in session.query(AuditEntry)] == ["matrix.change"] * 3


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (Cell(" "), "kind"),
        (Cell("x" * 41), "kind"),
        (Cell("B2B", slot_minutes=4), "slot_minutes"),
        (Cell("B2B", slot_minutes=481), "slot_minutes"),
        (Cell("B2B", request_cap=1001), "request_cap"),
    ],
)
def test_what_no_cell_can_say_is_refused_by_its_field(session: Session, cell: Cell, field: str) -> None:
    event = make_event(session)
    before = matrix_cells(session, event.id)
    with pytest.raises(Invalid) as refused:
        set_cells(session, event, [("city", "city")], cell, make_organiser(session, event))
    assert refused.value.field == field
    assert matrix_cells(session, event.id) == before


@pytest.mark.parametrize(
    "change",
    ["slot_minutes = 4", "request_cap = -1", "held_at = 'roof'", "request_mode = 'x'", "priority = 'last'"],
)
def test_the_database_refuses_a_rule_that_nobody_knows(session: Session, change: str) -> None:
    make_event(session)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE matrix_rule SET {change}"))
