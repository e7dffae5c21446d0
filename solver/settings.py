"""Every limit and weight of the search that a caller may set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how hard to search. The weights of the score belong to the problem, not here.

    Attributes:
        time_limit: seconds of wall-clock for `solve`, counted from its call.
        workers: how many processor cores the methods may keep busy together.
        seed: what random choices begin with. How far each method gets in the time counts, too: two runs with one
            seed may hold different meetings.
        relative_gap: stop when (bound - score) / max(1, |bound|) is at most this; 0 asks for a proof.
        check_limit: incumbents of problems with at most this many meetings are checked at once when
            posted; those of larger problems when they are handed out.
        model_limit: the complete model is built for problems of at most about this many literals; larger ones
            are left to the methods that need no model.
        reserve: share of the time limit kept for checking, explaining and handing back.
        memory_limit: bytes that one solving child may use before it is ended; None for no limit.
    """

    time_limit: float = 60.0
    workers: int = 2
    seed: int = 0
    relative_gap: float = 0.0
    check_limit: int = 5_000
    model_limit: int = 400_000
    reserve: float = 0.02
    memory_limit: int | None = None

    def __post_init__(self) -> None:
        if not self.time_limit > 0:
            raise ValueError(f"time_limit must be positive, but is {self.time_limit}")
        if self.workers < 1:
            raise ValueError(f"workers must be at least 1, but is {self.workers}")
        if not 0 <= self.seed < 1 << 31:
            raise ValueError(f"seed must lie between 0 and 2147483647, but is {self.seed}")
        if not 0 <= self.relative_gap < 1:
            raise ValueError(f"relative_gap must lie between 0 and 1, but is {self.relative_gap}")
        if not 0 <= self.reserve < 0.5:
            raise ValueError(f"reserve must lie between 0 and 0.5, but is {self.reserve}")
