"""What holding a meeting is worth: the figures behind `value` in a problem."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.enums import CellPriority


@dataclass(frozen=True, slots=True)
class WishValues:
    """Points of a wish; a run's weights turn points into score.

    Attributes:
        agreed: both sides said yes: an accepted request, or interest on both sides.
        unanswered: an open request of an opt-out round, which counts unless declined.
        mutual: added when each side asked for, or showed interest in, the other.
        must: added for each side that must have the meeting.
        preferred, first: what a cell of the matrix with this priority multiplies by.
    """

    agreed: int = 10
    unanswered: int = 6
    mutual: int = 5
    must: int = 10
    preferred: int = 2
    first: int = 6

    def of(
        self, *, agreed: bool, mutual: bool, musts: int, priority: CellPriority = CellPriority.USUAL
    ) -> int:
        """The points of one wish; `musts` is the number of sides that must have it."""
        points = (self.agreed if agreed else self.unanswered) + self.mutual * mutual + self.must * musts
        return points * {CellPriority.FIRST: self.first, CellPriority.PREFERRED: self.preferred}.get(
            priority, 1
        )


DEFAULT_WEIGHTS: dict[str, int] = {
    "value": 10,
    "break": 4,
    "walking": 1,
    "guarantee": 100,
    "moved": 20,
    "dropped": 80,
}
"""An agreed wish weighs 100 to 350: the most wanted meetings come first, and no walk within a venue is worth losing
one. A meeting that somebody is owed counts twice. A break is as bad as four minutes on foot. Moving a published
meeting is dearer than a few breaks, and cheaper than losing a meeting."""
