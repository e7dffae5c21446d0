"""The rules, hard and soft, one file each, in the order in which they enter the model.

That a meeting has one allowed slot and place and one participant of each side, that required meetings are
held and locked ones stay, holds by construction of the literals (`solver.cpsat.variables`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from solver.cpsat.rules import (
    breaks,
    capacity,
    guarantee,
    limits,
    no_overlap,
    order,
    published,
    value,
    walking_cost,
    walking_time,
)
from solver.cpsat.variables import Variables


@dataclass(frozen=True, slots=True)
class ModelledRule:
    """A rule under its human name."""

    name: str
    apply: Callable[[Variables], None]


RULES: tuple[ModelledRule, ...] = tuple(
    ModelledRule(module.NAME, module.apply)
    for module in (
        no_overlap,
        walking_time,
        capacity,
        limits,
        order,
        value,
        breaks,
        walking_cost,
        guarantee,
        published,
    )
)
