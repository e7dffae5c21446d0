"""Ranked lists of partners: for everybody at once, or again for one person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from scheduler.matching.exposure import Balance, WaitingOffers, invite, spread, unseen
from scheduler.matching.model import Model, chance, mutual
from scheduler.matching.profile import Profile, Rules
from scheduler.matching.signals import BLOCKS, Signals, dampened, speak_together

CANDIDATES = 120
"""Best partners looked at per person before exposure is balanced."""
CIRCLE = 2500
"""People among whom the still unseen look for each other."""
LENGTH = 50
"""Partners kept per person."""


@dataclass(frozen=True, slots=True)
class Lists:
    """`who` (people x length) holds positions, best first, -1 where a list ends; `score` the chances of a
    mutual yes.
    """

    who: np.ndarray
    score: np.ndarray


def recommend(
    signals: Signals, model: Model, rules: Rules, *, length: int = LENGTH, balance: Balance = Balance()
) -> Lists:
    """Lists for everybody: the best of all pairs, then balanced. Nobody stands in a list that the rules
    forbid.
    """
    # Compiled loops cost a second to load; whoever only ranks one person never needs them.
    from scheduler.matching.kernel import best

    people = len(signals)
    if people == 0:
        return Lists(np.zeros((0, length), np.int32), np.zeros((0, length), np.float32))
    who, score = best(signals, model, rules, max(length, min(CANDIDATES, people)))
    table = permitted(signals, rules)
    back = table[signals.kinds[np.maximum(who, 0)], signals.kinds[:, None]] & (who >= 0)
    who, score = spread(who, score, people, balance, back)
    _seat_the_unseen(signals, model, rules, who, score, balance)
    return Lists(who[:, :length], score[:, :length])


def _seat_the_unseen(
    signals: Signals, model: Model, rules: Rules, who: np.ndarray, score: np.ndarray, balance: Balance
) -> None:
    """Those whom nobody's best partners made room for are shown to each other, in small random circles."""
    from scheduler.matching.kernel import best

    people = len(signals)
    rng = np.random.default_rng(13)
    left = rng.permutation(unseen(who, people, balance))
    table = permitted(signals, rules)
    for start in range(0, len(left), CIRCLE):
        circle = np.sort(left[start : start + CIRCLE])
        places = {int(person): place for place, person in enumerate(circle)}
        barred = {(places[a], places[b]) for a, b in rules.barred if a in places and b in places}
        small = replace(rules, barred=frozenset(barred))
        those, model_of_those = signals.part(circle), model.part(circle)
        hosts, chances = best(those, model_of_those, small, min(20, len(circle)))
        rows, columns = np.nonzero(hosts >= 0)
        guest, host, worth = rows, hosts[rows, columns], chances[rows, columns]
        # Who has said nothing has the same best hosts as all the others who have: some at random as well.
        guest = np.r_[guest, np.repeat(np.arange(len(circle)), 12)]
        host = np.r_[host, rng.integers(len(circle), size=12 * len(circle))]
        drawn = slice(len(worth), None)
        worth = np.r_[worth, mutual(model_of_those, those, guest[drawn], host[drawn])]
        apart = (those.organisations[host] != those.organisations[guest]) | (those.organisations[host] == 0)
        allowed = table[those.kinds[host], those.kinds[guest]] & (host != guest) & apart
        if barred:
            pairs = {*barred, *((b, a) for a, b in barred)}
            free = [pair not in pairs for pair in zip(host.tolist(), guest.tolist(), strict=True)]
            allowed &= np.array(free)
        guest, host, worth = circle[guest[allowed]], circle[host[allowed]], worth[allowed]
        losses = score[host, min(balance.length, who.shape[1]) - 1] - worth
        invite(who, score, WaitingOffers(host, guest, worth, losses), people, balance)


def recommend_one(
    signals: Signals,
    model: Model,
    rules: Rules,
    person: int,
    *,
    profile: Profile | None = None,
    length: int = LENGTH,
) -> Lists:
    """One person's list, as one row; with `profile` as if the person had that one now. Milliseconds at
    25,000.
    """
    chances = mutual_with_all(signals, model, person, profile)
    kind = signals.kinds[person] if profile is None else signals.reader.kinds.get(profile.kind, 0)
    open_to = permitted(signals, rules)[kind, signals.kinds]
    open_to[person] = False
    organisation = signals.organisations[person]
    if organisation > 0:
        open_to &= signals.organisations != organisation
    for a, b in rules.barred:
        if person in (a, b):
            open_to[b if a == person else a] = False
    chances = np.where(open_to, chances, -1.0)
    order = np.argsort(-chances, kind="stable")[:length]
    order = order[chances[order] >= 0]
    who = np.full((1, length), -1, dtype=np.int32)
    score = np.zeros((1, length), dtype=np.float32)
    who[0, : len(order)], score[0, : len(order)] = order, chances[order]
    return Lists(who, score)


def permitted(signals: Signals, rules: Rules) -> np.ndarray:
    """The matching matrix over type codes: (asker, asked)."""
    names = signals.kind_names
    return np.array([[rules.permits(asker, asked) for asked in names] for asker in names], dtype=np.bool_)


def mutual_with_all(
    signals: Signals, model: Model, person: int, profile: Profile | None = None
) -> np.ndarray:
    """Chance of a mutual yes between one person and each other, in plain sparse products."""
    row = _row(signals, person, profile)
    weights = dict(
        zip(
            ("languages", "country", "counterpart", "demand", "supply"),
            model.weights[len(BLOCKS) :],
            strict=True,
        )
    )
    shared = (
        model.base
        + weights["languages"] * speak_together(row.languages, signals.languages)
        + weights["country"] * ((signals.countries == row.country) & (row.country > 0))
        + weights["counterpart"] * (signals.kinds != row.kind)
    )
    gives = model.gives + weights["supply"] * signals.supply
    gets = model.gets + weights["demand"] * signals.demand
    forth = shared + gives[person] + gets + model.charms @ model.tastes[person]
    back = shared + gives + gets[person] + model.tastes @ model.charms[person]
    for k in range(len(BLOCKS)):
        there = np.asarray((signals.shows[k] @ row.looks[k].T).todense()).ravel()
        here = np.asarray((signals.looks[k] @ row.shows[k].T).todense()).ravel()
        forth += model.weights[k] * dampened(there / signals.scale[k])
        back += model.weights[k] * dampened(here / signals.scale[k])
    return np.asarray(chance(forth) * chance(back))


@dataclass(frozen=True, slots=True)
class _RankedRow:
    looks: tuple[sparse.csr_matrix, ...]
    shows: tuple[sparse.csr_matrix, ...]
    kind: int
    country: int
    languages: np.ndarray


def _row(signals: Signals, person: int, profile: Profile | None) -> _RankedRow:
    if profile is None:
        return _RankedRow(
            tuple(block[person] for block in signals.looks),
            tuple(block[person] for block in signals.shows),
            int(signals.kinds[person]),
            int(signals.countries[person]),
            signals.languages[person],
        )
    reader = signals.reader
    blocks = reader.blocks([profile])
    return _RankedRow(
        blocks.looks,
        blocks.shows,
        reader.kinds.get(profile.kind, 0),
        reader.countries.get(profile.country, 0),
        reader.language_bits([profile])[0],
    )
