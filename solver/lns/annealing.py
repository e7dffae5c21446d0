"""Construction and improvement as a method: a greedy schedule at once, then annealed ruin and recreate to the
end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from solver.incumbents import FIRST_SCHEDULE, Board
from solver.instance.arrays import UNLIMITED, Arrays, Longs, arrays_of
from solver.instance.columns import snapshot
from solver.instance.solution import State, empty_state
from solver.jit.views import addresses
from solver.lns.by_regret import construct
from solver.lns.decomposition import Part, split
from solver.lns.parameters import DEFAULT, OPERATORS, Parameters
from solver.lns.ruin_recreate import load, search
from solver.lns.scratch import OperatorUse, make_scratch
from solver.problem import Problem
from solver.schedule import Assignment
from solver.settings import Settings

log = logging.getLogger(__name__)

CHUNK = 0.2
"""Seconds of search between two looks at the board."""

STEPS_PER_MEETING = 6_000
"""How long the longest annealing is; when there is time for more, another one begins."""

SHORTEST = 4.0

FIRST_PART = 0.15
"""The part of the time for a quick annealing before the long one, so that there is something good early."""

LONG = 600
"""Steps for each meeting from which there is a quick annealing before the long one."""

SPLIT_FROM = 4_000
"""Meetings from which a problem is searched in parts by several threads."""

LOOSELY, LATER = 0.5, 0.3
"""Where breaks are forbidden: the part of the time in which they are only dear, and how hot the rest begins."""

DEAR = 2.0
"""How dear a break is then, in values of a meeting."""

HEAT = 0.024
HOT, COLD = 0.6, 0.03
"""The temperatures of an annealing, in units of what a typical change costs. It begins at `HEAT` times the
root of the number of steps for each meeting: the fewer there are, the less there is time to cool down."""


def run(problem: Problem, settings: Settings, board: Board, beside: threading.Thread | None = None) -> None:
    """Construct a schedule, then improve it until the board says stop.

    `beside` is another method's thread, which gets one worker: it is started once there is a first schedule, and
    its worker taken over when it has ended.
    """
    if problem.meetings and problem.places:
        Annealing(problem, settings, board, beside).run()


class Annealing:
    """One search: the state, its score, and what was offered of it."""

    def __init__(
        self,
        problem: Problem,
        settings: Settings,
        board: Board,
        beside: threading.Thread | None = None,
        parameters: Parameters = DEFAULT,
    ) -> None:
        self.board, self.settings = board, settings
        self.arrays: Arrays = arrays_of(problem)
        data = self.arrays.data
        self._data = addresses(data)
        self.state: State = empty_state(data)
        self._state = addresses(self.state)
        self._beside = beside
        self._parameters = addresses(parameters)
        self._scratches = [make_scratch(data) for _ in range(settings.workers)]
        self._pool = np.arange(len(data.value), dtype=np.int64)
        self._all = Part(
            np.ones(len(data.value), dtype=np.uint8), np.ones(len(data.place_capacity), dtype=np.uint8)
        )
        self._required = np.flatnonzero(data.required)
        self._breakless = data.most_breaks == 0
        self.gain = 0
        self.offered: int | None = None
        self._steps = 50
        self._round = 0

    @property
    def missing(self) -> int:
        """How many required meetings are not held."""
        return int((self.state.slot[self._required] < 0).sum())

    @property
    def score(self) -> int:
        """The true score of the state."""
        held = len(self._required) - self.missing
        return self.arrays.floor + self.gain - held * self.arrays.data.penalty

    def run(self) -> None:
        """Begin from the board's schedule or a new one, and anneal again and again."""
        self.begin()
        self.offer()
        # a first schedule comes before any bound: both would share the interpreter while they set up
        if self._beside is not None:
            self._beside.start()
        unit = typical_change(self.arrays)
        rate = self._rate() / len(self._pool)
        if self._breakless and not self.board.should_stop():
            self.loosely(rate, unit)
        elif rate * self.board.remaining() > LONG:
            self._anneal_for(FIRST_PART * self.board.remaining(), rate, unit)
        while not self.board.should_stop():
            remaining = self.board.remaining()
            longest = max(SHORTEST, STEPS_PER_MEETING / rate)
            cooler = LATER if self._breakless else 1.0
            self._anneal_for(remaining if longest > 0.6 * remaining else longest, rate, unit, cooler)
        self.offer()
        for use in self.uses():
            log.debug("%s: used %d times, kept %d, better %d", *use)

    def uses(self) -> list[OperatorUse]:
        """What each ruin operator did so far."""
        total = np.sum([scratch.uses for scratch in self._scratches], axis=0)
        return [OperatorUse(name, *row) for name, row in zip(OPERATORS, total.tolist(), strict=True)]

    def _anneal_for(self, seconds: float, rate: float, unit: float, cooler: float = 1.0) -> None:
        hot = min(HOT, HEAT * (rate * seconds) ** 0.5) * cooler
        self.anneal(unit * max(4 * COLD, hot), unit * COLD, seconds)

    def loosely(self, rate: float, unit: float) -> None:
        """Search where nobody may have a break: first with breaks dear instead of forbidden, for between two
        schedules without any there is seldom a step; then go on from what fits of that."""
        true, strict = self.arrays, self._data
        value = true.data.value
        dear = round(DEAR * float(value[value > 0].mean())) if (value > 0).any() else 1
        loose = true.data._replace(most_breaks=UNLIMITED, weight_break=true.data.weight_break + max(1, dear))
        self.arrays, self._data = true._replace(data=loose), addresses(loose)
        self._anneal_for(LOOSELY * self.board.remaining(), rate, unit)
        rows = snapshot(self.arrays, self.state)()
        self.arrays, self._data = true, strict
        self.state, self.gain = empty_state(true.data), 0
        self._state = addresses(self.state)
        self.adopt(rows)
        self._fill()
        self.offer()

    def _rate(self) -> float:
        """How many steps a second there are, as seen in a few chunks of them."""
        self.chunk(1.0, steps=self._steps)  # the first call fetches the kernel, which takes far longer
        began = time.monotonic()
        steps = 0
        while steps == 0 or time.monotonic() - began < CHUNK / 2:
            steps += self._steps
            self.chunk(1.0)
        return steps / max(1e-3, time.monotonic() - began)

    def begin(self) -> None:
        """Load the board's schedule, if there is one, and fill it up; a first one only if none of our own is
        better."""
        best, known = self.board.best(), self.board.beginning()
        if known:
            self.adopt(known)
        self._fill()
        if best is not None and best.source == FIRST_SCHEDULE:
            kept = self.state, self._state, self.gain
            worth = -self.missing, self.score
            self.state, self.gain = empty_state(self.arrays.data), 0
            self._state = addresses(self.state)
            self._fill()
            if (-self.missing, self.score) <= worth:
                self.state, self._state, self.gain = kept

    def _fill(self) -> None:
        self.gain += construct(
            self.arrays, self._data, self._state, self._all.meetings, self.board.should_stop
        )

    def adopt(self, assignments: Sequence[Assignment]) -> None:
        """Load a schedule, which may break rules, into the empty state: what fits of it."""
        a = self.arrays
        rank = {name: i for i, name in enumerate(a.slots)}
        person, place, meeting = a.problem.participant_index, a.problem.place_index, a.problem.meeting_index
        usable = [
            row for row in assignments if row.meeting in meeting and row.slot in rank and row.place in place
        ]
        rows = sorted(usable, key=lambda row: rank[row.slot])
        for row in rows:
            m = meeting[row.meeting]
            who = {person.get(name, -1) for name in row.attendees}
            for side in range(a.data.side_ptr[m], a.data.side_ptr[m + 1]):
                seats = a.data.seat[a.data.seat_ptr[side] : a.data.seat_ptr[side + 1]].tolist()
                self.state.seated[side] = next((p for p in seats if p in who), -1)
            for o in range(a.data.extra_ptr[m], a.data.extra_ptr[m + 1]):
                self.state.joins[o] = int(a.data.extra[o]) in who
        gain, _left_out = load(
            self._data,
            self._state,
            np.array([meeting[row.meeting] for row in rows], dtype=np.int64),
            np.array([rank[row.slot] for row in rows], dtype=np.int64),
            np.array([place[row.place] for row in rows], dtype=np.int64),
        )
        self.gain += gain

    def anneal(self, hot: float, cold: float, seconds: float) -> None:
        """Search for some seconds while the temperature falls."""
        began = time.monotonic()
        shown = began
        while not self.board.should_stop():
            spent = time.monotonic() - began
            if spent >= seconds:
                break
            done = spent / seconds
            temperature = hot * (cold / hot) ** done
            if self.workers > 1 and self._round % 8:
                self.epoch(temperature)
            else:
                self.chunk(temperature)
            if time.monotonic() - shown > max(1.0, 2e-5 * len(self._pool)):
                self.offer()
                shown = time.monotonic()
        self.offer()

    def chunk(self, temperature: float, steps: int | None = None) -> None:
        """Some steps at one temperature, or as many as take a fraction of a second."""
        self._round += 1
        began = time.monotonic()
        self.gain += self._search(0, self._pool, self._all, steps or self._steps, temperature)
        if steps:
            return
        took = time.monotonic() - began
        self._steps = max(20, int(self._steps * min(2.0, CHUNK / max(took, 1e-4))))

    def epoch(self, temperature: float, steps: int | None = None) -> None:
        """Some chunks' worth of search in several parts of the problem at the same time."""
        self._round += 1
        parts = split(self.arrays.data, self.state, len(self._scratches), self._seed(0))
        pools = [np.flatnonzero(part.meetings) for part in parts]
        busy = [n for n in range(len(parts)) if len(pools[n]) > 0]
        stretches = max(1, min(10, len(self._pool) // 20_000))
        with ThreadPoolExecutor(len(parts)) as threads:
            for _ in range(stretches):
                if self.board.should_stop():
                    return
                runs = [
                    threads.submit(self._search, n, pools[n], parts[n], steps or self._steps, temperature)
                    for n in busy
                ]
                self.gain += sum(run.result() for run in runs)
                self._round += 1

    @property
    def workers(self) -> int:
        """How many threads may search now: one stays with what runs beside until it has ended."""
        small = len(self._pool) < SPLIT_FROM
        waits = self._beside is not None and self._beside.is_alive()
        return 1 if small else max(1, self.settings.workers - waits)

    def _seed(self, thread: int) -> int:
        return (self.settings.seed * 1_000_003 + self._round * 64 + thread) % (1 << 31)

    def _search(self, thread: int, pool: Longs, part: Part, steps: int, temperature: float) -> int:
        row = addresses(self._scratches[thread])
        return int(
            search(
                self._data, self._state, row, self._parameters, pool, part.meetings, part.places, steps,
                temperature, temperature, self._seed(thread),
            )
        )  # fmt: skip

    def offer(self) -> None:
        """Post the state when it holds what it must and is better than what was posted."""
        if self._breakless and self.state.breaks.any():
            return
        score = self.score
        if self.missing or (self.offered is not None and score <= self.offered):
            return
        self.board.offer(snapshot(self.arrays, self.state), score, "search")
        self.offered = score


def typical_change(arrays: Arrays) -> float:
    """What one step typically wins or loses: the mean of a break, a walk and a third of a meeting."""
    data = arrays.data
    walks = data.walk[data.walk > 0]
    walk = float(np.median(walks)) if len(walks) else 0.0
    parts = [float(data.weight_break), data.weight_walking * walk]
    if data.value.max(initial=0) > 0:
        parts.append(float(np.mean(data.value[data.value > 0])) / 3)
    positive = [part for part in parts if part > 0]
    return sum(positive) / len(positive) if positive else 1.0
