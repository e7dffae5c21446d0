"""What changes for people when one plan takes the place of another."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanPosition:
    """Where a meeting stands in a plan: keys of slot, place, table number and who attends."""

    slot: int
    place: int
    table: int
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Wishes by what happens to them, each sorted; `people` are all whose agenda changes."""

    kept: tuple[str, ...]
    added: tuple[str, ...]
    moved: tuple[str, ...]
    dropped: tuple[str, ...]
    people: frozenset[int]

    @property
    def nothing(self) -> bool:
        """Whether nobody's agenda changes."""
        return not (self.added or self.moved or self.dropped)


def keep_begun(
    before: Mapping[str, PlanPosition], after: Mapping[str, PlanPosition], begun: Container[int]
) -> dict[str, PlanPosition]:
    """`after`, with the meetings in slots that have begun as they stand in `before`, and no others there."""
    found = {wish: each for wish, each in after.items() if each.slot not in begun}
    return found | {wish: each for wish, each in before.items() if each.slot in begun}


def compare(before: Mapping[str, PlanPosition], after: Mapping[str, PlanPosition]) -> PlanDifference:
    """The difference of two plans, by wish. Another time, table or attendee makes a meeting a moved one."""
    common = before.keys() & after.keys()
    moved = {wish for wish in common if before[wish] != after[wish]}
    added, dropped = after.keys() - before.keys(), before.keys() - after.keys()
    people: set[int] = set()
    for wish in moved | dropped:
        people |= before[wish].people
    for wish in moved | added:
        people |= after[wish].people
    return PlanDifference(
        kept=tuple(sorted(common - moved)),
        added=tuple(sorted(added)),
        moved=tuple(sorted(moved)),
        dropped=tuple(sorted(dropped)),
        people=frozenset(people),
    )
