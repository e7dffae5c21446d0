"""Rules of the cells of the matching matrix, of types in a round, and the order of types

Names of types that only differ in case or blanks could stand side by side until now: the second gets a number behind
it, which is written into the event's log.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from scheduler.domain.text_key import name_key

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_LIMITS = {
    "max_meetings": (0, 1000),
    "max_meetings_per_day": (0, 1000),
    "max_meetings_per_half_day": (0, 1000),
    "pause_after": (1, 1000),
    "pause_minutes": (5, 240),
}
_OF_TYPES = {"request_cap": (0, 1000), "answer_days": (0, 365), "guarantee": (0, 1000)}
_CHOICES = {
    "held_at": ("heldat", ("anywhere", "stand", "table"), None),
    "request_mode": ("requestmode", ("opt-in", "opt-out"), None),
    "priority": ("cellpriority", ("first", "preferred", "usual"), "usual"),
}
_NUMBERS = {"slot_minutes": (5, 480), "request_cap": (0, 1000)}


def upgrade() -> None:
    _order_types()
    for name, bounds in _NUMBERS.items():
        _add_number("matrix_rule", name, bounds)
    for name, (check, values, default) in _CHOICES.items():
        words = ", ".join(f"'{value}'" for value in values)
        # A check of the column: tables that others refer to can't be copied on SQLite without deleting those others.
        rule = sa.CheckConstraint(f"{name} IN ({words})", name=op.f(f"ck_matrix_rule_{check}"))
        column = sa.Column(name, sa.String(32), rule, server_default=default, nullable=default is None)
        op.add_column("matrix_rule", column)
    _add_number("matchmaking_round", "half_day_at", (1, 1439), "780")
    for name, bounds in _LIMITS.items():
        _add_number("matchmaking_round", name, bounds)
    _make_rules_of_types()


def downgrade() -> None:
    _make_caps_again()
    for name in (*_LIMITS, "half_day_at"):
        op.drop_column("matchmaking_round", name)
    for name in (*_CHOICES, *_NUMBERS):
        op.drop_column("matrix_rule", name)
    op.drop_index("uq_participant_type_name_key", "participant_type")
    for name in ("position", "name_key"):
        op.drop_column("participant_type", name)


def _add_number(table: str, name: str, bounds: tuple[int, int], default: str | None = None) -> None:
    least, most = bounds
    rule = sa.CheckConstraint(f"{name} BETWEEN {least} AND {most}", name=op.f(f"ck_{table}_{name}"))
    op.add_column(
        table, sa.Column(name, sa.Integer(), rule, server_default=default, nullable=default is None)
    )


def _order_types() -> None:
    op.add_column("participant_type", sa.Column("name_key", sa.String(), server_default="", nullable=False))
    op.add_column("participant_type", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    types = sa.table("participant_type", *map(sa.column, ("id", "event_id", "name", "name_key", "position")))
    taken = defaultdict[int, set[str]](set)
    rows = op.get_bind().execute(sa.select(types.c.id, types.c.event_id, types.c.name).order_by(types.c.id))
    for row in rows.all():
        name, number = row.name, 2
        while name_key(name) in taken[row.event_id]:
            name, number = f"{row.name[:70]} ({number})", number + 1
        if name != row.name:
            _report(row.event_id, row.name, name)
        position = len(taken[row.event_id])
        taken[row.event_id].add(name_key(name))
        values = {"name": name, "name_key": name_key(name), "position": position}
        op.execute(sa.update(types).where(types.c.id == row.id).values(**values))
    op.create_index("uq_participant_type_name_key", "participant_type", ["event_id", "name_key"], unique=True)


def _report(event_id: int, before: str, after: str) -> None:
    log = sa.table(
        "audit_entry",
        sa.column("event_id"),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("action"),
        sa.column("subject"),
        sa.column("detail", sa.JSON()),
    )
    op.execute(
        sa.insert(log).values(
            event_id=event_id,
            at=datetime.now(UTC),
            action="participant_type.renamed",
            subject=after,
            detail={"before": before, "after": after},
        )
    )


def _make_rules_of_types() -> None:
    name = "round_type_rule"
    bounds = _OF_TYPES | _LIMITS
    op.create_table(
        name,
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=True) for column in bounds),
        *(
            sa.CheckConstraint(f"{column} BETWEEN {least} AND {most}", name=op.f(f"ck_{name}_{column}"))
            for column, (least, most) in bounds.items()
        ),
        *_keys(name),
    )
    op.create_index(f"ix_{name}_type_id", name, ["type_id"])
    op.execute(
        "INSERT INTO round_type_rule (round_id, type_id, request_cap)"
        " SELECT round_id, type_id, CASE WHEN cap > 1000 THEN 1000 ELSE cap END FROM type_cap"
    )
    op.drop_table("type_cap")


def _make_caps_again() -> None:
    op.create_table(
        "type_cap",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.CheckConstraint("cap >= 0", name=op.f("ck_type_cap_cap")),
        *_keys("type_cap"),
    )
    op.execute(
        "INSERT INTO type_cap (round_id, type_id, cap)"
        " SELECT round_id, type_id, request_cap FROM round_type_rule WHERE request_cap IS NOT NULL"
    )
    op.drop_index("ix_round_type_rule_type_id", "round_type_rule")
    op.drop_table("round_type_rule")


def _keys(name: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["round_id"], ["matchmaking_round.id"], name=op.f(f"fk_{name}_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["participant_type.id"], name=op.f(f"fk_{name}_type_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "type_id", name=op.f(f"pk_{name}")),
    )
