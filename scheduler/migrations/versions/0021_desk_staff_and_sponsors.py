"""Two more roles at an event: desk staff, who read agendas, and sponsors, who read figures"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BEFORE = ("organiser", "co-organiser", "leader", "participant")
_NEW = ("desk", "sponsor")


def upgrade() -> None:
    _allow((*_BEFORE, *_NEW))


def downgrade() -> None:
    op.execute("DELETE FROM event_role WHERE role IN ('desk', 'sponsor')")
    _allow(_BEFORE)


def _allow(roles: Sequence[str]) -> None:
    words = ", ".join(f"'{role}'" for role in roles)
    if op.get_bind().dialect.name == "sqlite":
        _copy_with(words)
        return
    op.execute("ALTER TABLE event_role DROP CONSTRAINT ck_event_role_role")
    op.execute(f"ALTER TABLE event_role ADD CONSTRAINT ck_event_role_role CHECK (role IN ({words}))")


def _copy_with(words: str) -> None:
    """SQLite changes no CHECK: the table is copied, as in 0011. No table refers to it, so nothing else is deleted."""
    bind = op.get_bind()
    about = "FROM sqlite_master WHERE tbl_name = 'event_role' AND sql IS NOT NULL"
    made = str(bind.scalar(sa.text(f"SELECT sql {about} AND type = 'table'")))
    indexes = list(bind.scalars(sa.text(f"SELECT sql {about} AND type = 'index'")))
    made, found = re.subn(r"role IN \([^)]*\)", f"role IN ({words})", made)
    made, named = re.subn(r'^CREATE TABLE "?event_role"?', "CREATE TABLE event_role_copy", made)
    if (found, named) != (1, 1):
        raise RuntimeError("the table event_role is not the one that the first step made")
    bind.exec_driver_sql(made)
    bind.exec_driver_sql("INSERT INTO event_role_copy SELECT * FROM event_role")
    bind.exec_driver_sql("DROP TABLE event_role")
    bind.exec_driver_sql("ALTER TABLE event_role_copy RENAME TO event_role")
    for index in indexes:
        bind.exec_driver_sql(index)
