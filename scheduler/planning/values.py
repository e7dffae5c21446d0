"""What holding a meeting is worth: the figures behind `value` in a problem."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WishValues:
    """Points of a wish; a run's weights turn points into score.

    Attributes:
        agreed: both sides said yes: an accepted request, or interest on both sides.
        unanswered: an open request of an opt-out round, which counts unless declined.
        mutual: added when each side asked for, or showed interest in, the other.
        must: added for each side that must have the meeting.
    """

    agreed: int = 10
    unanswered: int = 6
    mutual: int = 5
    must: int = 10

    def of(self, *, agreed: bool, mutual: bool, musts: int) -> int:
        """The points of one wish; `musts` is the number of sides that must have it."""
        return (self.agreed if agreed else self.unanswered) + self.mutual * mutual + self.must * musts


DEFAULT_WEIGHTS: dict[str, int] = {
    "value": 3,
    "break": 4,
    "walking": 1,
    "guarantee": 60,
    "moved": 8,
    "dropped": 32,
}
"""An agreed wish weighs 30 to 105: no walk within a venue is worth losing one. A break is as bad as four
minutes on foot, a meeting that somebody is owed as good as two plain ones. Moving a published meeting is
dearer than a few minutes on foot, and cheaper than losing a meeting."""
