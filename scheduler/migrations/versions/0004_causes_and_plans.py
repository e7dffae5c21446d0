"""Facts in the place of sentences; plans told apart by their names; where a run began"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LONGEST = 120


def upgrade() -> None:
    op.add_column("unscheduled", sa.Column("causes", sa.JSON(), nullable=False, server_default="[]"))
    # The sentences were English with names in them; what they said can't be read back. The reasons stay.
    op.drop_column("unscheduled", "detail")
    op.add_column("event", sa.Column("plans_made", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE event SET plans_made = (SELECT count(*) FROM plan WHERE plan.event_id = event.id)")
    _tell_apart()
    op.create_index("uq_plan_event_id_name", "plan", ["event_id", "name"], unique=True)
    op.add_column("run", sa.Column("base_plan", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("run", "base_plan")
    op.drop_index("uq_plan_event_id_name", "plan")
    op.drop_column("event", "plans_made")
    op.add_column("unscheduled", sa.Column("detail", sa.String(), nullable=False, server_default=""))
    op.drop_column("unscheduled", "causes")


def _tell_apart() -> None:
    """Plans were numbered by round: of two that are called the same, the later one names its round."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT plan.id, plan.event_id, plan.name, matchmaking_round.name FROM plan"
            " JOIN matchmaking_round ON matchmaking_round.id = plan.round_id ORDER BY plan.id"
        )
    ).all()
    known = {(event, name) for _id, event, name, _round in rows}
    seen: set[tuple[int, str]] = set()
    for id_, event, name, round_ in rows:
        if (event, name) not in seen:
            seen.add((event, name))
            continue
        number, fresh = 1, f"{name} ({round_})"[:LONGEST]
        while (event, fresh) in known or (event, fresh) in seen:
            number += 1
            ending = f" {number}"
            fresh = f"{name} ({round_})"[: LONGEST - len(ending)] + ending
        seen.add((event, fresh))
        connection.execute(sa.text("UPDATE plan SET name = :name WHERE id = :id"), {"name": fresh, "id": id_})
