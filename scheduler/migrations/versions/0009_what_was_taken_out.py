"""Places, tables and times that were taken out stay readable as long as plans hold meetings there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("pavilion", "place", "meeting_block", "slot")

ABOVE = "NEW.table_number > (SELECT capacity FROM place WHERE id = NEW.place_id)"
INSERTED = (
    "CREATE TRIGGER meeting_table BEFORE INSERT ON meeting WHEN {condition}"
    " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: table_number above capacity'); END"
)
FUNCTION = """CREATE OR REPLACE FUNCTION book_meeting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF {condition} THEN
      RAISE EXCEPTION 'table_number above capacity' USING ERRCODE = 'check_violation'; END IF;
    IF TG_OP <> 'INSERT' THEN DELETE FROM place_booking WHERE meeting_id = OLD.id; END IF;
    INSERT INTO place_booking (plan_id, place_id, table_number, tick, meeting_id)
    SELECT NEW.plan_id, NEW.place_id, NEW.table_number, s.first_tick + o.n, NEW.id
    FROM slot s JOIN tick_offset o ON o.n < s.tick_count
    WHERE s.id = NEW.slot_id AND NEW.state = 'planned';
    RETURN NULL; END $$"""
NEW_ONLY = """
      AND (CASE WHEN TG_OP = 'INSERT' THEN NEW.state = 'planned'
      ELSE (NEW.table_number, NEW.place_id) <> (OLD.table_number, OLD.place_id) END)"""


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    # Alembic adds a constraint in a statement of its own, which SQLite does not have.
    op.execute(
        "ALTER TABLE meeting_block ADD COLUMN origin_id INTEGER"
        " CONSTRAINT fk_meeting_block_origin_id REFERENCES meeting_block (id)"
    )
    op.create_index("ix_meeting_block_origin_id", "meeting_block", ["origin_id"])
    _check_tables(f"NEW.state = 'planned' AND {ABOVE}", ABOVE + NEW_ONLY)


def downgrade() -> None:
    _check_tables(ABOVE, ABOVE)
    op.drop_index("ix_meeting_block_origin_id", "meeting_block")
    op.execute("ALTER TABLE meeting_block DROP COLUMN origin_id")
    for table in reversed(TABLES):
        op.drop_column(table, "retired_at")


def _check_tables(of_sqlite: str, of_postgresql: str) -> None:
    """The triggers as models/booking.py makes them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER meeting_table")
        op.execute(INSERTED.format(condition=of_sqlite))
    else:
        op.execute(FUNCTION.format(condition=of_postgresql))
