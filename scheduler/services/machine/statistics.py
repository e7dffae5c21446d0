"""What the database knows of its tables. Without it, or with what was true before an import, plans go wrong."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = {
    "agenda_entry": "id",
    "interest": "id",
    "meeting": "id",
    "meeting_attendance": "meeting_id",
    "outbox_message": "id",
    "participant": "id",
    "participant_booking": "meeting_id",
    "participant_topic": "participant_id",
    "request": "id",
}
"""The large tables, each with a key that grows with it; of the others any plan is a good one."""
GROWTH = 1.3
"""How much a table may grow before it is looked at again."""

Sizes = dict[str, int]


def sizes(session: Session) -> Sizes:
    """How large the large tables are, by their highest keys: quick, and good enough to see that one has grown."""
    found: Sizes = {}
    for name, key in TABLES.items():
        found[name] = session.execute(text(f'SELECT max({key}) FROM "{name}"')).scalar() or 0  # noqa: S608
    return found


def has_grown(before: Sizes, now: Sizes) -> bool:
    """Whether what is known of the tables is out of date."""
    return any(now[name] > GROWTH * before.get(name, 0) + 100 for name in now)


def keep_statistics(session: Session) -> None:
    """Have the database look at its tables. Samples only: it takes less than a second at 25,000 people. Commits."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit=1000"))
        session.execute(text("ANALYZE"))
    else:
        for name in TABLES:
            session.execute(text(f'ANALYZE "{name}"'))
    session.commit()
