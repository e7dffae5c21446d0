"""The triggers as the first migration makes them: a copy that stays what it is when `models/booking.py` changes."""

from __future__ import annotations

from sqlalchemy import Connection, text

_ATTENDANCE = """INSERT INTO participant_booking (plan_id, participant_id, tick, meeting_id)
    SELECT NEW.plan_id, NEW.participant_id, s.first_tick + o.n, NEW.meeting_id
    FROM slot s JOIN tick_offset o ON o.n < s.tick_count
    WHERE s.id = NEW.slot_id AND NEW.state = 'planned';"""
_MEETING = """INSERT INTO place_booking (plan_id, place_id, table_number, tick, meeting_id)
    SELECT NEW.plan_id, NEW.place_id, NEW.table_number, s.first_tick + o.n, NEW.id
    FROM slot s JOIN tick_offset o ON o.n < s.tick_count
    WHERE s.id = NEW.slot_id AND NEW.state = 'planned';"""
_ELSEWHERE = """NOT EXISTS (SELECT 1 FROM meeting m WHERE m.uid = NEW.uid AND m.state = 'planned'
    AND m.slot_id = NEW.slot_id AND m.place_id = NEW.place_id AND m.table_number = NEW.table_number"""
_FREE_ATTENDANCE = """DELETE FROM participant_booking
    WHERE meeting_id = OLD.meeting_id AND participant_id = OLD.participant_id;"""
_FREE_MEETING = "DELETE FROM place_booking WHERE meeting_id = OLD.id;"

SQLITE = [
    f"CREATE TRIGGER book_attendance AFTER INSERT ON meeting_attendance BEGIN {_ATTENDANCE} END",
    "CREATE TRIGGER rebook_attendance AFTER UPDATE OF plan_id, participant_id, slot_id, state"
    f" ON meeting_attendance BEGIN {_FREE_ATTENDANCE} {_ATTENDANCE} END",
    f"CREATE TRIGGER free_attendance AFTER DELETE ON meeting_attendance BEGIN {_FREE_ATTENDANCE} END",
    "CREATE TRIGGER meeting_table BEFORE INSERT ON meeting"
    " WHEN NEW.state = 'planned' AND NEW.table_number > (SELECT capacity FROM place WHERE id = NEW.place_id)"
    f" AND {_ELSEWHERE})"
    " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: table_number above capacity'); END",
    "CREATE TRIGGER meeting_table_moved BEFORE UPDATE OF table_number, place_id ON meeting"
    " WHEN NEW.table_number > (SELECT capacity FROM place WHERE id = NEW.place_id)"
    " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: table_number above capacity'); END",
    f"CREATE TRIGGER book_meeting AFTER INSERT ON meeting BEGIN {_MEETING} END",
    "CREATE TRIGGER rebook_meeting AFTER UPDATE OF plan_id, place_id, table_number, slot_id, state"
    f" ON meeting BEGIN {_FREE_MEETING} {_MEETING} END",
    "CREATE TRIGGER slot_ticks BEFORE UPDATE OF first_tick, tick_count, starts_at, ends_at ON slot"
    " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: a slot keeps its times'); END",
]

POSTGRESQL = [
    f"""CREATE FUNCTION book_attendance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP <> 'INSERT' THEN {_FREE_ATTENDANCE} END IF;
    IF TG_OP <> 'DELETE' THEN {_ATTENDANCE} END IF;
    RETURN NULL; END $$""",
    """CREATE TRIGGER book_attendance
    AFTER INSERT OR DELETE OR UPDATE OF plan_id, participant_id, slot_id, state
    ON meeting_attendance FOR EACH ROW EXECUTE FUNCTION book_attendance()""",
    f"""CREATE FUNCTION book_meeting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.table_number > (SELECT capacity FROM place WHERE id = NEW.place_id)
      AND (CASE WHEN TG_OP = 'INSERT' THEN NEW.state = 'planned' AND {_ELSEWHERE} AND m.id <> NEW.id)
      ELSE (NEW.table_number, NEW.place_id) <> (OLD.table_number, OLD.place_id) END) THEN
      RAISE EXCEPTION 'table_number above capacity' USING ERRCODE = 'check_violation'; END IF;
    IF TG_OP <> 'INSERT' THEN {_FREE_MEETING} END IF;
    {_MEETING}
    RETURN NULL; END $$""",
    """CREATE TRIGGER book_meeting AFTER INSERT OR UPDATE OF plan_id, place_id, table_number, slot_id, state
    ON meeting FOR EACH ROW EXECUTE FUNCTION book_meeting()""",
    """CREATE FUNCTION keep_slot() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a slot keeps its times' USING ERRCODE = 'check_violation'; END $$""",
    """CREATE TRIGGER slot_ticks BEFORE UPDATE OF first_tick, tick_count, starts_at, ends_at
    ON slot FOR EACH ROW EXECUTE FUNCTION keep_slot()""",
]


def create_triggers(connection: Connection) -> None:
    """Create the triggers and the numbers they join with, right after the tables."""
    statements = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.execute(text("INSERT INTO tick_offset (n) VALUES (:n)"), [{"n": n} for n in range(288)])
