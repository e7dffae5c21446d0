"""A meeting that was held at a table which its place has lost since may be taken along into later plans"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

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
ELSEWHERE = """NOT EXISTS (SELECT 1 FROM meeting m WHERE m.uid = NEW.uid AND m.state = 'planned'
    AND m.slot_id = NEW.slot_id AND m.place_id = NEW.place_id AND m.table_number = NEW.table_number"""
MOVED = "(NEW.table_number, NEW.place_id) <> (OLD.table_number, OLD.place_id)"


def upgrade() -> None:
    _check_tables(f" AND {ELSEWHERE})", f" AND {ELSEWHERE} AND m.id <> NEW.id)")


def downgrade() -> None:
    _check_tables("", "")


def _check_tables(more_sqlite: str, more_postgresql: str) -> None:
    """The triggers as models/booking.py makes them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER meeting_table")
        op.execute(INSERTED.format(condition=f"NEW.state = 'planned' AND {ABOVE}{more_sqlite}"))
    else:
        inserted = f"NEW.state = 'planned'{more_postgresql}"
        condition = f"{ABOVE} AND (CASE WHEN TG_OP = 'INSERT' THEN {inserted} ELSE {MOVED} END)"
        op.execute(FUNCTION.format(condition=condition))
