"""Ruin and recreate: drop a few meetings that lie near each other, hold what fits best, keep what is worth
it.

After P. Shaw (large neighbourhood search, 1998), G. Schrimpf et al. (ruin and recreate, 2000) and J.
Christiaens and G. Vanden Berghe (slack induction by string removals, 2020), with an annealed acceptance. One
step touches a handful of agendas, so its time does not grow with the problem.
"""

from __future__ import annotations

import numpy as np

from solver.instance.arrays import Data, Flags, Longs
from solver.instance.insertion import best_seat, drop, hold, put, seated_gain
from solver.instance.solution import State
from solver.instance.timeline import NEVER
from solver.instance.views import data_view, state_view
from solver.jit.pointers import Int, as_flags, as_longs, kernel
from solver.jit.views import Addresses, viewer
from solver.lns.parameters import Parameters
from solver.lns.ruin import ruin
from solver.lns.scratch import Scratch

scratch_view = viewer(Scratch)
parameters_view = viewer(Parameters)


@kernel
def undo(d: Data, st: State, sc: Scratch, tries: Int, number: Int) -> None:
    """Put back what a step dropped and drop what it held: the state as it was before."""
    for t in range(tries - 1, -1, -1):
        m = sc.trial[t]
        if st.slot[m] >= 0:
            drop(d, st, m)
    sides = sc.sides
    extras = sc.extras
    for n in range(number - 1, -1, -1):
        m = sc.dropped[n]
        for side in range(d.side_ptr[m], d.side_ptr[m + 1]):
            st.seated[side] = sc.seated[n * sides + side - d.side_ptr[m]]
        for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
            st.joins[o] = sc.joins[n * extras + o - d.extra_ptr[m]]
        put(d, st, m, sc.slot[n], sc.place[n])


@kernel
def sort_trials(d: Data, sc: Scratch, par: Parameters, tries: Int) -> None:
    """Order the candidates: at random, by value, or those first that wait for nothing and are dearest."""
    rule = np.random.random()
    for t in range(tries):
        m = sc.trial[t]
        if rule < par.order_random:
            sc.key[t] = np.random.randint(1 << 30)
        else:
            noise = np.random.randint(1 + par.order_noise * max(1, d.value[m]))
            sc.key[t] = -d.value[m] * par.order_scale - noise
        if d.required[m]:
            sc.key[t] -= np.int64(1) << 50
    for t in range(1, tries):
        key, m = sc.key[t], sc.trial[t]
        i = t - 1
        while i >= 0 and sc.key[i] > key:
            sc.key[i + 1] = sc.key[i]
            sc.trial[i + 1] = sc.trial[i]
            i -= 1
        sc.key[i + 1] = key
        sc.trial[i + 1] = m


@kernel
def spread_kept(d: Data, st: State, sc: Scratch, number: Int, tries: Int) -> bool:
    """Whether nobody touched by a step has more breaks than the rule allows."""
    sides = sc.sides
    for n in range(number):
        m = sc.dropped[n]
        for side in range(d.side_ptr[m + 1] - d.side_ptr[m]):
            if st.breaks[sc.seated[n * sides + side]] > d.most_breaks:
                return False
        for o in range(d.extra_ptr[m], d.extra_ptr[m + 1]):
            if st.breaks[d.extra[o]] > d.most_breaks:
                return False
    return True


@kernel
def search(
    data: Addresses, state: Addresses, scratch: Addresses, parameters: Addresses, pool: Longs, mine: Flags,
    area: Flags, steps: Int, hot: float, cold: float, seed: Int,
) -> Int:  # fmt: skip
    """Do `steps` steps of ruin and recreate, the temperature falling from hot to cold; returns the change of
    score.

    `pool` are the meetings from which seeds are drawn, `mine[m]` tells which may be touched, `area[l]`
    which places may be used. The state stays consistent
    after every step.
    """
    d, st, sc, par = data_view(data), state_view(state), scratch_view(scratch), parameters_view(parameters)
    touchable, places = as_flags(mine.ctypes.data), as_flags(area.ctypes.data)
    np.random.seed(seed)
    total = np.int64(0)
    rule = d.most_breaks < (1 << 30)
    for n in range(steps):
        step = sc.steps[0] % ((1 << 31) - 2)
        sc.steps[0] += 1
        temperature = hot * (cold / hot) ** (n / steps)
        start = pool[np.random.randint(len(pool))]
        operator, gain, number, tries = ruin(d, st, sc, par, start, touchable, step)
        for t in range(number):
            m = sc.dropped[t]
            if sc.mark[m] != step:
                sc.mark[m] = step
                sc.trial[tries] = m
                tries += 1
        sort_trials(d, sc, par, tries)
        noise = par.insertion_noise * temperature
        for t in range(tries):
            m = sc.trial[t]
            more, s, place = best_seat(d, st, m, places, par.blink, sc.work)
            if s >= 0 and more > -noise * np.random.random():
                gain += hold(d, st, m, s, place)
        keep = gain >= 0 or -gain < temperature * -np.log(np.random.random())
        if keep and rule:
            keep = spread_kept(d, st, sc, number, tries)
        sc.uses[3 * operator] += 1
        if keep:
            sc.uses[3 * operator + 1] += 1
            sc.uses[3 * operator + 2] += gain > 0
            total += gain
        else:
            undo(d, st, sc, tries, number)
    return total


@kernel
def fill(data: Addresses, state: Addresses, order: Longs, mine: Flags, area: Flags, room: Longs) -> Int:
    """Hold the meetings of `order`, one after the other, each where it is best as things stand, if it
    gains. `room` is the caller's `work_space`."""
    d, st = data_view(data), state_view(state)
    places = as_flags(area.ctypes.data)
    work = as_longs(room.ctypes.data)
    total = np.int64(0)
    for m in order:
        if st.slot[m] >= 0 or not mine[m]:
            continue
        gain, s, place = best_seat(d, st, m, places, 0.0, work)
        if s >= 0 and gain > 0:
            total += hold(d, st, m, s, place)
    return total


@kernel
def load(data: Addresses, state: Addresses, meetings: Longs, slots: Longs, places: Longs) -> tuple[Int, Int]:
    """Hold the meetings as told, with the people that the state names for them; what breaks a rule is left
    out.

    Returns the change of the score and how many were left out.
    """
    d, st = data_view(data), state_view(state)
    total, left_out = np.int64(0), 0
    for i in range(len(meetings)):
        m, s, place = meetings[i], slots[i], places[i]
        gain = seated_gain(d, st, m, s, place) if st.slot[m] < 0 else -NEVER
        if gain == -NEVER:
            left_out += 1
        else:
            put(d, st, m, s, place)
            total += gain
    return total, left_out
