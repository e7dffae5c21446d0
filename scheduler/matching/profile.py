"""What the ranking knows of one participant, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Profile:
    """One participant of an event, as far as the ranking looks.

    `offers` and `seeks` hold topic ids; the weights beside them (same length, or empty for 1 each) say how
    strongly. `wants` and `traits` hold `dimension:value` marks (`type:city`, `size:large`, `country:FI`):
    what is looked for in a partner, and what one is. The participant's own type and country count as traits
    without being repeated there. An empty field means "not said" and never counts against anybody.
    """

    id: str
    kind: str = ""
    organisation: str = ""
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()
    offer_weights: tuple[float, ...] = ()
    seek_weights: tuple[float, ...] = ()
    offer_text: str = ""
    seek_text: str = ""
    text: str = ""
    languages: frozenset[str] = frozenset()
    country: str = ""
    wants: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()

    def weighted_offers(self) -> Iterable[tuple[str, float]]:
        """Topics offered, with their strengths."""
        return zip(self.offers, self.offer_weights or (1.0,) * len(self.offers), strict=True)

    def weighted_seeks(self) -> Iterable[tuple[str, float]]:
        """Topics sought, with their strengths."""
        return zip(self.seeks, self.seek_weights or (1.0,) * len(self.seeks), strict=True)

    def all_traits(self) -> frozenset[str]:
        """Stated traits, type and country together."""
        own = {f"type:{self.kind}"} if self.kind else set()
        if self.country:
            own.add(f"country:{self.country}")
        return self.traits | own


@dataclass(frozen=True, slots=True)
class Decision:
    """What `source` thinks of meeting `target`: yes or no, with a weight (1 for a stated decision)."""

    source: int
    target: int
    yes: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may be shown to whom.

    `may_ask` lists the permitted (type of asker, type of asked) pairs; None permits all. `barred` lists
    pairs of positions that must not be shown to each other, in either direction ("rather not", withdrawn,
    already met). Two representatives of one organisation are never shown to each other.
    """

    may_ask: frozenset[tuple[str, str]] | None = None
    barred: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def permits(self, asker: str, asked: str) -> bool:
        """True when the matrix lets the one type ask the other."""
        return self.may_ask is None or (asker, asked) in self.may_ask
