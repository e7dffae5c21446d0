"""Best partners of everybody in one pass over all pairs, in compiled loops."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from scipy import sparse

from scheduler.matching.model import Model
from scheduler.matching.profile import Rules
from scheduler.matching.signals import BLOCKS, Signals

STRIPE = 64
"""Rows handed to a thread at a time."""


@njit(nogil=True, cache=True, fastmath=True)
def _best(  # type: ignore[no-untyped-def]
    first,
    last,
    people,
    out_start,
    out_column,
    out_value,
    in_start,
    in_row,
    in_value,
    back_start,
    back_column,
    back_value,
    back_in_start,
    back_in_row,
    back_in_value,
    scale,
    block_weight,
    dense_weight,
    gives,
    gets,
    tastes,
    charms,
    kinds,
    organisations,
    languages,
    countries,
    permitted,
    barred_start,
    barred,
    keep,
    who,
    score,
):
    """For rows first..last: everybody's signals summed up into two logits, and the `keep` best kept, best
    first.
    """
    forth, back = np.empty(people, np.float32), np.empty(people, np.float32)
    there, here = np.zeros(people, np.float32), np.zeros(people, np.float32)
    factors = tastes.shape[0]
    zero, one, two, lowest = np.float32(0.0), np.float32(1.0), np.float32(2.0), np.float32(-1e9)
    for a in range(first, last):
        for b in range(people):
            logit = dense_weight[3]
            if (languages[a] & languages[b]) != 0 or languages[a] == 0 or languages[b] == 0:
                logit += dense_weight[0]
            if countries[a] == countries[b] and countries[a] > 0:
                logit += dense_weight[1]
            if kinds[a] != kinds[b]:
                logit += dense_weight[2]
            forth[b] = logit + gives[a] + gets[b]
            back[b] = logit + gives[b] + gets[a]
        for f in range(factors):
            taste, charm = tastes[f, a], charms[f, a]
            for b in range(people):
                forth[b] += taste * charms[f, b]
                back[b] += tastes[f, b] * charm
        for k in range(len(scale)):
            weight = block_weight[k]
            if weight == 0.0:
                continue
            for at in range(out_start[k, a], out_start[k, a + 1]):
                column, value = out_column[k][at], out_value[k][at] / scale[k]
                for p in range(in_start[k][column], in_start[k][column + 1]):
                    there[in_row[k][p]] += value * in_value[k][p]
            for at in range(back_start[k, a], back_start[k, a + 1]):
                column, value = back_column[k][at], back_value[k][at] / scale[k]
                for p in range(back_in_start[k][column], back_in_start[k][column + 1]):
                    here[back_in_row[k][p]] += value * back_in_value[k][p]
            for b in range(people):
                forth[b] += weight * (np.sqrt(one + two * there[b]) - one)
                back[b] += weight * (np.sqrt(one + two * here[b]) - one)
                there[b] = zero
                here[b] = zero
        for at in range(barred_start[a], barred_start[a + 1]):
            forth[barred[at]] = lowest
        count, floor, hurdle = 0, zero, lowest
        row = a - first
        for b in range(people):
            # A product of two chances is below either, so a logit below the hurdle settles most pairs.
            if forth[b] <= hurdle or back[b] <= hurdle:
                continue
            if b == a or not permitted[kinds[a], kinds[b]]:
                continue
            if organisations[a] > 0 and organisations[a] == organisations[b]:
                continue
            value = one / ((one + np.exp(-forth[b])) * (one + np.exp(-back[b])))
            if count == keep and value <= floor:
                continue
            place = count if count < keep else keep - 1
            while place > 0 and score[row, place - 1] < value:
                score[row, place] = score[row, place - 1]
                who[row, place] = who[row, place - 1]
                place -= 1
            score[row, place] = value
            who[row, place] = b
            if count < keep:
                count += 1
            if count == keep:
                floor = score[row, keep - 1]
                hurdle = np.log(floor / (one - floor)) if floor > 0 else lowest


def best(
    signals: Signals,
    model: Model,
    rules: Rules,
    keep: int,
    *,
    rows: tuple[int, int] | None = None,
    threads: int = 2,
) -> tuple[np.ndarray, np.ndarray]:
    """The `keep` partners with the best mutual chance for each row: (rows x keep) positions and chances.

    Free places hold position -1 and chance 0. Memory: linear in the profiles, plus rows x keep.
    """
    people = len(signals)
    first, last = rows or (0, people)
    who = np.full((last - first, keep), -1, dtype=np.int32)
    score = np.zeros((last - first, keep), dtype=np.float32)
    fixed = _arguments(signals, model, rules)

    def stripe(start: int) -> None:
        end = min(start + STRIPE, last)
        part = slice(start - first, end - first)
        _best(start, end, people, *fixed, keep, who[part], score[part])  # type: ignore[call-arg]

    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        list(pool.map(stripe, range(first, last, STRIPE)))
    return who, score


def _arguments(signals: Signals, model: Model, rules: Rules) -> tuple[object, ...]:
    people = len(signals)
    used = [
        k
        for k in range(len(BLOCKS))
        if model.weights[k] != 0.0 and signals.looks[k].nnz and signals.shows[k].nnz
    ]
    out = [_rows(signals.looks[k]) for k in used]
    entered = [_rows(signals.shows[k].T.tocsr()) for k in used]
    back = [_rows(signals.shows[k]) for k in used]
    back_entered = [_rows(signals.looks[k].T.tocsr()) for k in used]
    empty = (np.zeros(people + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
    if not used:
        out = entered = back = back_entered = [empty]
    width = len(BLOCKS)
    languages, country, counterpart, demand, supply = model.weights[width:]
    gives = (model.gives + supply * signals.supply).astype(np.float32)
    gets = (model.gets + demand * signals.demand).astype(np.float32)
    names = signals.kind_names
    permitted = np.array(
        [[rules.permits(asker, asked) for asked in names] for asker in names], dtype=np.bool_
    )
    barred_start, barred = _barred(people, rules)
    return (
        np.stack([s for s, _, _ in out]), tuple(c for _, c, _ in out), tuple(v for _, _, v in out),
        tuple(s for s, _, _ in entered), tuple(c for _, c, _ in entered), tuple(v for _, _, v in entered),
        np.stack([s for s, _, _ in back]), tuple(c for _, c, _ in back), tuple(v for _, _, v in back),
        tuple(s for s, _, _ in back_entered), tuple(c for _, c, _ in back_entered),
        tuple(v for _, _, v in back_entered),
        np.array([signals.scale[k] for k in used] or [1.0], dtype=np.float32),
        np.array([model.weights[k] for k in used] or [0.0], dtype=np.float32),
        np.array([languages, country, counterpart, model.base], dtype=np.float32),
        gives, gets,
        np.ascontiguousarray(model.tastes.T, dtype=np.float32),
        np.ascontiguousarray(model.charms.T, dtype=np.float32),
        signals.kinds, signals.organisations, signals.languages, signals.countries,
        permitted, barred_start, barred,
    )  # fmt: skip


def _rows(matrix: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)


def _barred(people: int, rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    pairs = sorted({*rules.barred, *((b, a) for a, b in rules.barred)})
    starts = np.zeros(people + 1, dtype=np.int64)
    for a, _ in pairs:
        starts[a + 1] += 1
    return np.cumsum(starts), np.array([b for _, b in pairs], dtype=np.int32)
