"""How long it takes to say what it takes: one more meeting held, somebody away, half a pavilion's tables lost.

    python bench/repair.py [--sizes 300 2000 25000] [--solve 20 40 100] [--questions 20] [--seconds 15]

On generated fairs with a schedule of ours, which counts as published. Each answer is judged on the whole problem.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.fair import REQUESTS
from bench.generator import make_fair
from solver import (
    Assignment,
    Problem,
    Published,
    Question,
    Repair,
    Settings,
    check,
    holding,
    mending,
    parse_problem,
    solve,
)


def published(problem: Problem, rows: Sequence[Assignment]) -> Problem:
    """The problem in which a schedule is what people have."""
    at = {row.meeting: row for row in rows}
    meetings = tuple(
        replace(m, published=Published(at[m.id].slot, at[m.id].place, at[m.id].attendees))
        if m.id in at
        else m
        for m in problem.meetings
    )
    return replace(problem, meetings=meetings)


def asked(question: Question, began: float, seconds: float) -> tuple[Repair, float]:
    """The answer and the seconds from the question, reading aside."""
    answer = question.solved(Settings(time_limit=seconds))
    return answer, time.monotonic() - began


def report(name: str, answers: Sequence[tuple[Repair, float]], problem: Problem) -> None:
    """A line: how fast, how much is disturbed, how often proven; every schedule judged."""
    clean = all(check(problem, one.meetings, complete=False).clean for one, _ in answers if one.found)
    times = sorted(seconds for _, seconds in answers)
    print(
        f"{name:34} n={len(answers):3} median {statistics.median(times):5.2f} s, longest {times[-1]:5.2f} s;"
        f" found {sum(one.found for one, _ in answers)}, proven"
        f" {sum(one.status.value in ('optimal', 'infeasible') for one, _ in answers)};"
        f" disturbed {statistics.mean([one.disturbed for one, _ in answers if one.found] or [0]):.2f}"
        f" (proven at least {statistics.mean([one.fewest for one, _ in answers if one.found] or [0]):.2f}),"
        f" gain {statistics.mean([one.score_after - one.score_before for one, _ in answers if one.found] or [0]):.1f};"
        f" {'clean' if clean else 'NOT CLEAN'}"
    )


def one_size(size: int, solving: float, questions: int, seconds: float) -> None:
    """All questions on one fair."""
    problem = parse_problem(json.dumps(make_fair(size, REQUESTS[size], seed=3)))
    rows = solve(problem, Settings(time_limit=solving)).meetings
    problem = published(problem, rows)
    held = {row.meeting for row in rows}
    left = [m.id for m in problem.meetings if m.id not in held]
    draw = random.Random(1)
    print(f"{size} participants, {len(rows)} of {len(problem.meetings)} meetings held")
    chosen = draw.sample(left, min(questions, len(left)))
    report("one more", [asked_more(problem, rows, name, seconds) for name in chosen], problem)
    report(
        "one more, nothing dropped",
        [asked_more(problem, rows, name, seconds, True) for name in chosen],
        problem,
    )
    people = draw.sample([p.id for p in problem.participants], questions)
    answers = []
    for name in people:
        began = time.monotonic()
        ill = replace(
            problem,
            participants=tuple(replace(p, slots=()) if p.id == name else p for p in problem.participants),
        )
        answers.append(asked(mending(ill, rows), began, seconds))
    report("somebody is away", answers, problem)
    used = Counter(row.place for row in rows)
    place = max((p for p in problem.places if p.capacity > 1), key=lambda p: used[p.id] / p.capacity)
    began = time.monotonic()
    half = replace(
        problem,
        places=tuple(
            replace(p, capacity=max(1, p.capacity // 2)) if p.pavilion == place.pavilion else p
            for p in problem.places
        ),
    )
    report("half of a pavilion's tables lost", [asked(mending(half, rows), began, seconds)], half)


def asked_more(
    problem: Problem, rows: Sequence[Assignment], name: str, seconds: float, keep_all: bool = False
) -> tuple[Repair, float]:
    began = time.monotonic()
    return asked(holding(problem, rows, name, keep_all=keep_all), began, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2_000, 25_000])
    parser.add_argument("--solve", type=float, nargs="+", default=[20, 40, 100])
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    for size, solving in zip(options.sizes, options.solve, strict=False):
        one_size(size, solving, options.questions, options.seconds)


if __name__ == "__main__":
    main()
