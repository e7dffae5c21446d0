"""Exposure balanced: popular people are not shown to everyone while others go unseen.

Each person carries a small price, in units of log chance. Prices rise for people who stand in more lists
than their share and fall for people who stand in few, until the lists settle; the idea is that of prices
that clear a market with congestion (Tomita and others 2023; Tomita and Yokoyama 2024). Prices are bounded,
so nobody is shown a partner much worse than the one who made room. Who is still unseen gets one place at
the end of the lists of those who suit them best, where they are allowed to stand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Balance:
    """How far balancing may go.

    `length`: places of a list that count as being seen. `share`: exposure above which a person's price
    rises, as a multiple of the average. `slope`: price per logarithm of the exposure above that; `dearest`
    its bound, in log chance (0.5: a partner whose chance is 40 % lower may take the place, at most).
    `guests`: places per list for people who would otherwise stand in none. `turns`: near-equal partners, up
    to this log chance apart, take turns.
    """

    length: int = 10
    share: float = 3.0
    slope: float = 0.1
    dearest: float = 0.5
    rounds: int = 12
    guests: int = 2
    turns: float = 0.03


def spread(
    who: np.ndarray,
    score: np.ndarray,
    people: int,
    balance: Balance = Balance(),
    permitted: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The lists after balancing: positions and chances, (rows x candidates) each, best first.

    `who` holds the candidates of each row (-1: none), best first; `score` their chances. `permitted`, of
    the same shape, says whether the candidate may be shown the person of the row in turn; it asks that the
    rows be all people in order, and lets those who are nobody's candidate become guests of their own best
    partners.
    """
    rows, width = who.shape
    length = min(balance.length, width)
    if rows == 0 or length == 0:
        return who.copy(), score.copy()
    missing = who < 0
    safe = np.where(missing, 0, who)
    turn = (np.random.default_rng(11).random(who.shape) - 0.5) * balance.turns
    worth = np.where(missing, -np.inf, np.log(np.maximum(score, 1e-12)) + turn)
    price = np.zeros(people)
    fair = max(rows * length / max(len(np.unique(who[~missing])), 1), 1.0)
    for _ in range(balance.rounds):
        seen = _seen(worth - price[safe], who, length, people)
        asked = balance.slope * np.log(np.maximum(seen, 1) / (balance.share * fair))
        # Halfway to what the exposure asks for: whole steps would swing between crowded and empty.
        price += 0.5 * (np.clip(asked, 0.0, balance.dearest) - price)
    order = np.argsort(-(worth - price[safe]), axis=1, kind="stable")
    lists, chances = np.take_along_axis(who, order, axis=1), np.take_along_axis(score, order, axis=1)
    invite(lists, chances, _waiting(lists, chances, length, who, score, people, permitted), people, balance)
    return lists, chances


def unseen(lists: np.ndarray, people: int, balance: Balance = Balance()) -> np.ndarray:
    """Positions of those who stand in the seen part of no list."""
    front = lists[:, : balance.length]
    return np.flatnonzero(np.bincount(front[front >= 0], minlength=people) == 0)


def _seen(worth: np.ndarray, who: np.ndarray, length: int, people: int) -> np.ndarray:
    if length == who.shape[1]:
        return np.bincount(who[who >= 0], minlength=people)
    top = np.argpartition(-worth, length - 1, axis=1)[:, :length]
    shown = np.take_along_axis(who, top, axis=1)
    return np.bincount(shown[shown >= 0], minlength=people)


@dataclass(frozen=True, slots=True)
class WaitingOffers:
    """Offers to show an unseen guest in a host's list, with what the list would lose."""

    hosts: np.ndarray
    guests: np.ndarray
    chances: np.ndarray
    losses: np.ndarray


def _waiting(
    lists: np.ndarray, chances: np.ndarray, length: int, who: np.ndarray, score: np.ndarray, people: int,
    permitted: np.ndarray | None,
) -> WaitingOffers:  # fmt: skip
    front = lists[:, :length]
    seen = np.bincount(front[front >= 0], minlength=people) > 0
    behind = (lists[:, length:] >= 0) & ~seen[lists[:, length:]]
    hosts, places = np.nonzero(behind)
    guests, worth = lists[hosts, places + length], chances[hosts, places + length]
    if permitted is not None:
        # The chance of a mutual yes is the same from either side: an unseen person's list names hosts.
        rows, columns = np.nonzero((who >= 0) & permitted & ~seen[:people, None])
        hosts, guests = np.r_[hosts, who[rows, columns]], np.r_[guests, rows]
        worth = np.r_[worth, score[rows, columns]]
    return WaitingOffers(hosts, guests, worth, chances[hosts, length - 1] - worth)


def invite(
    lists: np.ndarray, chances: np.ndarray, waiting: WaitingOffers, people: int, balance: Balance
) -> None:
    """Puts each unseen person once into the list that loses least, in place of one who is seen elsewhere.

    Changes `lists` and `chances`. Nobody hosts more guests than the balance allows in one call.
    """
    length = min(balance.length, lists.shape[1])
    front = lists[:, :length]
    seen = np.bincount(front[front >= 0], minlength=people)
    taken = np.zeros(len(lists), dtype=np.int64)
    most = min(balance.guests, length - 1)
    for offer in np.argsort(waiting.losses, kind="stable"):
        host, guest = int(waiting.hosts[offer]), int(waiting.guests[offer])
        if seen[guest] or taken[host] >= most:
            continue
        place = length - 1 - int(taken[host])
        leaving = int(lists[host, place])
        if leaving >= 0 and seen[leaving] <= 1:
            continue
        behind = np.flatnonzero(lists[host] == guest)
        if len(behind):
            lists[host, behind[0]], chances[host, behind[0]] = leaving, chances[host, place]
        lists[host, place], chances[host, place] = guest, waiting.chances[offer]
        taken[host] += 1
        seen[guest] += 1
        if leaving >= 0:
            seen[leaving] -= 1
