"""Conditions that are checked of the rows found and never used to find them."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op


def checked(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """A column beside the ids of some rows, such as the event that they have to belong to.

    Nearly all rows have the same event. Without statistics a database takes an equality for narrower than a list of
    thirty ids, and reads everybody; a plus before the column keeps it from any index.
    """
    return UnaryExpression(column.expression, operator=custom_op("+"), type_=column.type)
