"""Why a plan was not published or taken back, as facts: raised, stored with the plan, worded where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PlanObstacle(StrEnum):
    """What stands in the way. What each is about is named in brackets."""

    TEXT = "text"
    """Of an errand that ended before facts were stored: its sentence. [name]"""
    NO_DRAFT = "no-draft"
    """Only a draft can be published. [state]"""
    NOT_PUBLISHED = "not-published"
    """Only what people have can be taken back. [state]"""
    NO_MEETING = "no-meeting"
    """The plan holds no meeting."""
    PEOPLE_ELSEWHERE = "people-elsewhere"
    """People would be at two meetings at once, by another round's plan. [count, name of one]"""
    TABLES_ELSEWHERE = "tables-elsewhere"
    """Meetings stand at tables that another round uses then. [count, name of one place]"""
    BEGUN = "begun"
    """Meetings have begun, so the plan can't be taken back. [count]"""
    OUR_FAULT = "our-fault"
    DATABASE = "database"
    """The database did not take it."""
    WORKER_GONE = "worker-gone"
    """Worker after worker ended in the middle of it."""


@dataclass(frozen=True, slots=True)
class PlanRefusal:
    """An obstacle, with how many and one name; `state` is the plan's (`PlanState`) where that is the obstacle."""

    why: PlanObstacle
    count: int = 0
    name: str = ""
    state: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"why": self.why.value, "count": self.count, "name": self.name, "state": self.state}


def read_refusal(stored: Mapping[str, Any] | None) -> PlanRefusal | None:
    """A stored refusal; None when nothing was refused."""
    if not stored:
        return None
    return PlanRefusal(
        PlanObstacle(stored["why"]), stored.get("count", 0), stored.get("name", ""), stored.get("state", "")
    )
