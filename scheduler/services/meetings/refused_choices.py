"""A time and place for a meeting that was refused: what speaks against it, as facts that the web words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from scheduler.domain.alternatives import Fact
from scheduler.errors import Conflict, DoubleBooked
from scheduler.models import Place


class ChoiceRefused(Conflict):
    """Facts speak against a choice; nothing was changed. `place`: pavilion and name of the chosen one; `zone`: in
    which times are said.
    """

    def __init__(self, facts: Sequence[Fact], place: Place, zone: ZoneInfo) -> None:
        super().__init__(_("Something speaks against this time and place. Nothing was changed."))
        self.facts = tuple(facts)
        self.place, self.zone = f"{place.pavilion.name}, {place.name}", zone


class ChoiceTaken(ChoiceRefused, DoubleBooked):
    """Somebody, or the table, is taken at that time."""


class NeedsConsent(ChoiceRefused):
    """All that speaks against it may be overruled; `keys` name it in the form that asks once more."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the facts, as `accepted` takes them."""
        return tuple(fact.key for fact in self.facts)
