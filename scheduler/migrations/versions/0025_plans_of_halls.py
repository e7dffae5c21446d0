"""Plans of halls: drawings, what stands where on them, aisles, ways between halls, and which minutes come from them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(), server_default="", nullable=False),
        sa.Column("width", sa.Double(), nullable=False),
        sa.Column("height", sa.Double(), nullable=False),
        sa.Column("metres", sa.Double(), nullable=True),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("aisles", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("drawing_id", sa.String(20), nullable=True),
        sa.Column("drawing_type", sa.String(20), nullable=False),
        sa.Column("drawing", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_hall_size")),
        sa.CheckConstraint("metres > 0", name=op.f("ck_hall_metres")),
        sa.CheckConstraint("pace >= 10 AND pace <= 200", name=op.f("ck_hall_pace")),
        sa.CheckConstraint("(drawing IS NULL) = (drawing_id IS NULL)", name=op.f("ck_hall_drawing")),
        _to("hall", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hall_public_id")),
    )
    op.create_index("uq_hall_name_key", "hall", ["event_id", "name_key"], unique=True)
    op.create_table(
        "hall_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("pavilion_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "x >= 0 AND x <= 100 AND y >= 0 AND y <= 100", name=op.f("ck_hall_point_position")
        ),
        sa.CheckConstraint("pavilion_id IS NULL OR place_id IS NULL", name=op.f("ck_hall_point_one")),
        _to("hall_point", "event"),
        _to("hall_point", "hall"),
        _to("hall_point", "pavilion"),
        _to("hall_point", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_point")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hall_point_public_id")),
        sa.UniqueConstraint("pavilion_id", name=op.f("uq_hall_point_pavilion_id")),
        sa.UniqueConstraint("place_id", name=op.f("uq_hall_point_place_id")),
    )
    op.create_index("ix_hall_point_event_id", "hall_point", ["event_id"])
    op.create_index("ix_hall_point_hall_id", "hall_point", ["hall_id"])
    op.create_table(
        "hall_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0 AND minutes <= 240", name=op.f("ck_hall_link_minutes")),
        sa.CheckConstraint("one_id <> other_id", name=op.f("ck_hall_link_pair")),
        _to("hall_link", "event"),
        _to("hall_link", "hall", "one_id"),
        _to("hall_link", "hall", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_link")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_hall_link_one_id_other_id")),
    )
    op.create_index("ix_hall_link_event_id", "hall_link", ["event_id"])
    op.add_column(
        "walking_time", sa.Column("from_plan", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.execute("ALTER TABLE walking_time DROP COLUMN from_plan")
    for table in ("hall_link", "hall_point", "hall"):
        op.drop_table(table)


def _to(table: str, goal: str, column: str = "") -> sa.ForeignKeyConstraint:
    column = column or f"{goal}_id"
    return sa.ForeignKeyConstraint(
        [column], [f"{goal}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
