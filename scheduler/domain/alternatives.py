"""What speaks against holding a meeting at some time and place, as facts.

Some can't be: somebody is elsewhere, the table is taken, the time has begun. The others an organiser may overrule
who has seen them; participants are offered only choices without any. `scheduler/web/labels/alternatives.py`
words them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.domain.engagements import Engagement


class Rule(StrEnum):
    HELD = "held"
    """The meeting itself has begun."""
    BEGUN = "begun"
    """The slot has begun."""
    TAKEN_OUT = "taken-out"
    """The slot, or the place, was taken out of the event."""
    OTHER_ROUND = "other-round"
    """The slot is none of the round's."""
    LEFT = "left"
    """`person` has left the event by then."""
    TAKEN = "taken"
    """`person` is at another meeting, a session or a visit: `by`."""
    TABLE_TAKEN = "table-taken"
    """No table is free for all of the slot, or not the one wanted (`needed`): `by` is a meeting there, `limit` of how
    many tables."""
    OTHERS_STAND = "others-stand"
    """The place is the stand of `person`, an organisation that is not at the meeting."""
    WALK = "walk"
    """`person` can't walk from or to `by` in time: it takes `needed` minutes, and `there` are."""
    WALK_UNKNOWN = "walk-unknown"
    """Nobody knows how long the walk from or to `by` takes; `person` has `there` minutes for it."""
    BUSY = "busy"
    """`person` has said that they can't meet then; `by` says how."""
    CLOSED = "closed"
    """The place is not open then."""
    OWN_STAND = "own-stand"
    """The organisation `person` has a stand, where runs hold its meetings."""
    LENGTH = "length"
    """By the matching matrix such meetings last `limit` minutes, and the slot is not as long."""
    STAND_ONLY = "stand-only"
    """By the matching matrix such meetings are held at a stand of those who meet."""
    TABLE_ONLY = "table-only"
    """By the matching matrix such meetings are held at a common table, of a pavilion where those who meet have a stand
    if any of them has one."""
    PER_DAY = "per-day"
    """`person` would have `there` meetings that day, above their `limit`."""
    PER_HALF_DAY = "per-half-day"
    """`person` would have `there` meetings in that half of the day, above the `limit` of the round."""
    IN_A_ROW = "in-a-row"
    """`person` would have `there` meetings in a row, without a pause of `needed` minutes after `limit` of them."""
    IN_ALL = "in-all"
    """`person` would have `there` meetings at the event, above their `limit`."""


IMPOSSIBLE = frozenset(
    {
        Rule.HELD,
        Rule.BEGUN,
        Rule.TAKEN_OUT,
        Rule.OTHER_ROUND,
        Rule.LEFT,
        Rule.TAKEN,
        Rule.TABLE_TAKEN,
        Rule.OTHERS_STAND,
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that speaks against a choice. `person` is a name, of an organisation where the rule says so."""

    rule: Rule
    person: str = ""
    by: Engagement | None = None
    needed: int = 0
    there: int = 0
    limit: int = 0

    @property
    def impossible(self) -> bool:
        """Whether nobody can overrule it."""
        return self.rule in IMPOSSIBLE

    @property
    def key(self) -> str:
        """Names the fact in a form: who agrees to it agrees to this one and no other."""
        by = f"{self.by.kind}:{self.by.key}" if self.by is not None else ""
        return "|".join((self.rule, self.person, by, str(self.needed), str(self.there), str(self.limit)))
