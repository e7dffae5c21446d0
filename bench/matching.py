"""How well rankings find partners who both say yes: ours beside random, popularity, one-sided likeness,
harmonic mean.

python bench/matching.py invented events of many shapes python bench/matching.py --profiles FILE.csv
--decisions FILE.csv tables that others made python bench/matching.py --scale 25000 time and memory of a
large event

Each person's list ranks those whom they met in their group. Mode `cold` looks at profiles alone. Mode
`half` hides a random half of the decision rows; every ranking may learn from the other half, and is judged
on the pairs of which at least one side is hidden. Several halves are drawn and averaged.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.events import SHAPES, generate, people_only
from bench.tables import Table, UnusableTable, from_event, from_files
from scheduler.matching.exposure import Balance, spread
from scheduler.matching.learn import Lessons, known, learn
from scheduler.matching.model import chance, cold
from scheduler.matching.profile import Profile, Rules
from scheduler.matching.recommend import recommend, recommend_one
from scheduler.matching.signals import Signals, read

DEPTHS = (3, 5, 10)
SEEN = 10


@dataclass(frozen=True, slots=True)
class Meetings:
    """What is ranked: directed pairs with their opposite row, and whether both sides said yes."""

    group: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    mutual: np.ndarray


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision at each depth, coverage, Gini of exposure."""

    precision: tuple[float, ...]
    coverage: float
    gini: float

    def cells(self) -> list[str]:
        """As text, in the order of the table's head."""
        return [*(f"{value:.4f}" for value in self.precision), f"{self.coverage:.3f}", f"{self.gini:.3f}"]


def meetings(table: Table) -> tuple[Meetings, np.ndarray]:
    """Pairs with a decision in both directions, and for each the row of the opposite direction in the
    table.
    """
    key = {
        k: row
        for row, k in enumerate(
            zip(table.group.tolist(), table.sources.tolist(), table.targets.tolist(), strict=True)
        )
    }
    back = np.array([key.get((g, b, a), -1) for g, a, b in key], dtype=np.int64)
    both = np.where(back >= 0, table.yes & table.yes[back], False)
    return Meetings(table.group, table.sources, table.targets, both), back


def judge(pairs: Meetings, score: np.ndarray, *, balanced: bool, rng: np.random.Generator) -> Figures:
    """Figures of a ranking by score (ties at random); `balanced` sends the lists through the exposure
    balance.
    """
    hits: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    present = np.unique(np.concatenate([pairs.sources, pairs.targets]))
    exposure = np.zeros(int(present.max()) + 1)
    for group in np.unique(pairs.group):
        inside = np.flatnonzero(pairs.group == group)
        people, codes = np.unique(
            np.concatenate([pairs.sources[inside], pairs.targets[inside]]), return_inverse=True
        )
        source, target = codes[: len(inside)], codes[len(inside) :]
        order = inside_order = np.lexsort((rng.random(len(inside)), -score[inside], source))
        starts = np.flatnonzero(np.r_[True, np.diff(source[order]) > 0])
        lengths = np.diff(np.r_[starts, len(order)])
        who = np.full((len(people), lengths.max()), -1, dtype=np.int64)
        worth = np.zeros(who.shape)
        truth = np.zeros((len(people), len(people)), dtype=bool)
        truth[source, target] = pairs.mutual[inside]
        for start, length in zip(starts, lengths, strict=True):
            part = inside_order[start : start + length]
            who[source[part[0]], :length], worth[source[part[0]], :length] = target[part], score[inside][part]
        if balanced:
            # Within the group everybody listed may be shown back: they have met.
            back = np.zeros((len(people), len(people)), dtype=bool)
            back[target, source] = True
            open_to = np.where(who >= 0, back[np.arange(len(people))[:, None], np.maximum(who, 0)], False)
            who, _ = spread(who, worth, len(people), Balance(length=SEEN), open_to)
        for row, listed in enumerate(who):
            shown = listed[listed >= 0]
            if len(shown):
                for depth in DEPTHS:
                    hits[depth].append(float(truth[row, shown[:depth]].mean()))
                np.add.at(exposure, people[shown[:SEEN]], 1)
    counts = np.sort(exposure[present])
    ranks = 2 * np.arange(1, len(counts) + 1) - len(counts) - 1
    gini = float(ranks @ counts / (len(counts) * max(counts.sum(), 1)))
    return Figures(tuple(float(np.mean(hits[depth])) for depth in DEPTHS), float((counts > 0).mean()), gini)


class Rankings:
    """Scores of all rankings for the pairs of a table, from profiles and the decisions that may be seen."""

    def __init__(self, signals: Signals, table: Table, seen: np.ndarray) -> None:
        self.signals, self.table, self.seen = signals, table, seen
        self.lessons = Lessons(
            table.sources[seen], table.targets[seen], table.yes[seen].astype(float), np.ones(int(seen.sum()))
        )

    def all(self, pairs: Meetings, rng: np.random.Generator) -> dict[str, tuple[np.ndarray, bool]]:
        """Score and whether it is balanced, by the ranking's name."""
        a, b = pairs.sources, pairs.targets
        model = learn(self.signals, self.lessons) if len(self.lessons) else cold(len(self.signals))
        forth = known(model, self.signals, self.lessons, a, b)
        back = known(model, self.signals, self.lessons, b, a)
        likes = self._likeness(a, b)
        liked = self._likeness(b, a)
        return {
            "ours": (forth * back, True),
            "ours, not balanced": (forth * back, False),
            "random": (rng.random(len(a)), False),
            "popularity": (self._popularity()[b], False),
            "one-sided likeness": (likes, False),
            "harmonic mean": (2 * likes * liked / np.maximum(likes + liked, 1e-9), False),
        }

    def _popularity(self) -> np.ndarray:
        """Share of yes received, towards the mean for few; from profiles alone: how many seek what one
        offers.
        """
        if len(self.lessons) == 0:
            return self.signals.demand
        people = len(self.signals)
        got = np.bincount(self.lessons.targets, self.lessons.yes, people)
        asked = np.bincount(self.lessons.targets, minlength=people)
        return np.asarray((got + 3 * self.lessons.yes.mean()) / (asked + 3))

    def _likeness(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Content-based liking from 0 to 1: what a seeks in what b offers, and b's likeness to whom a said
        yes to.

        The second part is the usual profile of past choices (as in RECON, Pizzato and others 2010). A
        decision that was seen counts as it was.
        """
        signals = self.signals
        stated = sum(signals.product(k, a, b) / signals.scale[k] for k in (0, 1))
        score = stated / (1.0 + stated)
        if len(self.lessons):
            people = len(signals)
            profile = sparse.hstack([signals.shows[0], signals.shows[2]]).tocsr()
            choices = sparse.csr_matrix(
                (2 * self.lessons.yes - 1, (self.lessons.sources, self.lessons.targets)),
                shape=(people, people),
            )
            taste = choices @ profile
            norm = np.sqrt(np.asarray(taste.multiply(taste).sum(axis=1)).ravel())
            past = np.asarray(taste[a].multiply(profile[b]).sum(axis=1)).ravel() / np.maximum(norm[a], 1e-9)
            score = np.clip(0.5 * score + 0.25 + 0.25 * past, 0.001, 0.999)
            answers = self.lessons.answers(people, b, a)
            score = np.where(answers > 0, 1.0, np.where(answers < 0, 0.0, score))
        return np.asarray(score)


def compare(table: Table, mode: str, halves: int, seed: int) -> dict[str, Figures]:
    """Figures of every ranking on a table, averaged over the halves drawn (one round in mode `cold`)."""
    signals = read(table.profiles)
    pairs, back = meetings(table)
    results: dict[str, list[Figures]] = {}
    for number in range(halves if mode == "half" else 1):
        rng = np.random.default_rng([seed, number])
        seen = rng.random(len(table.yes)) < 0.5 if mode == "half" else np.zeros(len(table.yes), dtype=bool)
        ranked = (back >= 0) & ~(seen & seen[back])
        part = Meetings(
            pairs.group[ranked], pairs.sources[ranked], pairs.targets[ranked], pairs.mutual[ranked]
        )
        for name, (score, balanced) in Rankings(signals, table, seen).all(part, rng).items():
            results.setdefault(name, []).append(judge(part, score, balanced=balanced, rng=rng))
    return {name: _mean(figures) for name, figures in results.items()}


def _mean(figures: list[Figures]) -> Figures:
    precision = np.mean([f.precision for f in figures], axis=0)
    return Figures(
        tuple(float(value) for value in precision),
        float(np.mean([f.coverage for f in figures])),
        float(np.mean([f.gini for f in figures])),
    )


def show(title: str, figures: dict[str, Figures], out: Callable[[str], object]) -> None:
    """The table as Markdown."""
    out(f"\n### {title}\n")
    out("| ranking | " + " | ".join(f"P@{depth}" for depth in DEPTHS) + " | coverage | Gini |")
    out("| --- |" + " ---: |" * (len(DEPTHS) + 2))
    for name, one in figures.items():
        out("| " + " | ".join([name, *one.cells()]) + " |")


def scale(people: int, seed: int, out: Callable[[str], object]) -> None:
    """Time and memory of a whole event's recommendations, and of one person's after a change."""
    persons = people_only(people, seed)
    profiles = [
        Profile(id=p.id, kind=p.type, organisation=f"o{n // 2}", offers=p.offers, seeks=p.seeks, text=p.text)
        for n, p in enumerate(persons)
    ]
    begin = time.perf_counter()
    signals = read(profiles)
    rows = time.perf_counter()
    rng = np.random.default_rng(seed)
    size = 6 * people
    a, b = rng.integers(people, size=size), rng.integers(people, size=size)
    own = rng.normal(size=(2, people))
    likely = chance(cold(people).logits(signals, a, b) + own[0, a] + own[1, b])
    lessons = Lessons(a, b, (rng.random(size) < likely) * 1.0, np.ones(size))
    model = learn(signals, lessons)
    learned = time.perf_counter()
    lists = recommend(signals, model, Rules())
    end = time.perf_counter()
    changed = replace(profiles[7], seeks=profiles[8].seeks)
    recommend_one(signals, model, Rules(), 7, profile=changed)
    once = time.perf_counter() - end
    shown = np.bincount(lists.who[:, :SEEN][lists.who[:, :SEEN] >= 0], minlength=people)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"read profiles": rows - begin, "learn": learned - rows, "rank and balance": end - learned}
    out(f"{people} participants, {size} decisions: {end - begin:.1f} s in all")
    out("  " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in spent.items()))
    out(f"  processor {time.process_time():.1f} s with start-up and making the event, memory {memory:.0f} MB")
    out(f"  one person again: {once * 1000:.0f} ms")
    out(f"  seen by somebody: {(shown > 0).mean():.1%}, most lists for one person: {shown.max()}")


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profiles", type=Path, help="CSV: id, type, offers, seeks, text; topics between ;")
    parser.add_argument("--decisions", type=Path, help="CSV: group, from, to, yes; a row per direction")
    parser.add_argument("--mode", choices=("cold", "half", "both"), default="both")
    parser.add_argument("--halves", type=int, default=5, help="random halves drawn in mode half")
    parser.add_argument(
        "--shape", action="append", choices=[shape.name for shape in SHAPES], help="invented events"
    )
    parser.add_argument("--events", type=int, default=3, help="invented events per shape")
    parser.add_argument("--scale", type=int, metavar="PEOPLE", help="measure a large event instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    given = parser.parse_args()
    if given.scale:
        scale(given.scale, given.seed, print)
        return 0
    if bool(given.profiles) != bool(given.decisions):
        print("--profiles and --decisions go together.", file=sys.stderr)
        return 2
    modes = ("cold", "half") if given.mode == "both" else (given.mode,)
    written: dict[str, dict[str, list[str]]] = {}
    try:
        if given.profiles:
            tables = {given.profiles.stem: [from_files(given.profiles, given.decisions)]}
        else:
            chosen = [shape for shape in SHAPES if not given.shape or shape.name in given.shape]
            tables = {
                shape.name: [
                    from_event(shape.name, generate(shape, given.seed + n)) for n in range(given.events)
                ]
                for shape in chosen
            }
        for name, group in tables.items():
            if not all(len(table.yes) for table in group):
                raise UnusableTable(f"{name}: nobody decided anything.")
            for mode in modes:
                runs = [compare(table, mode, given.halves, given.seed) for table in group]
                figures = {ranking: _mean([run[ranking] for run in runs]) for ranking in runs[0]}
                label = "profiles alone" if mode == "cold" else "half of the decisions seen"
                show(f"{name}, {label}", figures, print)
                written[f"{name}, {label}"] = {ranking: one.cells() for ranking, one in figures.items()}
    except UnusableTable as error:
        print(error, file=sys.stderr)
        return 2
    if given.json:
        given.json.write_text(json.dumps(written, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
