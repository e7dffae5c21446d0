"""Statistics of the large tables are kept, and made anew when a table has grown."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from scheduler.services.machine.statistics import has_grown, keep_statistics, sizes
from tests.bulk_event import bulk_event


def test_tables_that_have_grown_are_looked_at_again(session: Session) -> None:
    before = sizes(session)
    assert not has_grown(before, sizes(session))
    bulk_event(session, 300)
    now = sizes(session)
    assert has_grown(before, now)
    keep_statistics(session)
    assert not has_grown(now, sizes(session))
    if session.get_bind().dialect.name == "sqlite":
        known = session.scalars(text("SELECT DISTINCT tbl FROM sqlite_stat1")).all()
    else:
        known = session.scalars(text("SELECT relname FROM pg_class WHERE reltuples > 100")).all()
    assert {"agenda_entry", "participant", "outbox_message", "meeting_attendance"} <= set(known)
