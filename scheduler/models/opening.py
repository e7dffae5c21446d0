"""In which meeting blocks a place is open."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.models.base import Base


class PlaceOpening(Base):
    """A place with no rows is open in every block; with rows, in these alone (an off-site room on its own day)."""

    __tablename__ = "place_opening"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), primary_key=True)
    block_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_block.id", ondelete="CASCADE"), primary_key=True, index=True
    )
