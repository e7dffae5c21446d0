"""A plan that was not published or taken back: why, as a fact that the web words."""

from __future__ import annotations

from flask_babel import gettext as _

from scheduler.domain.plan_refusal import PlanObstacle, PlanRefusal
from scheduler.errors import Conflict, DoubleBooked


class PlanRefused(Conflict):
    """An obstacle; the plan is as it was."""

    def __init__(self, why: PlanObstacle, *, count: int = 0, name: str = "", state: str = "") -> None:
        super().__init__(_("The plan can't be changed in this way. Nothing was changed."))
        self.refusal = PlanRefusal(why, count, name, state)


class PlanClashes(PlanRefused, DoubleBooked):
    """Somebody, or a table, is taken by another round's published plan."""
