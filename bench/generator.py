"""Fairs made from a seed: exhibitors with a stand, visitors with days off and sessions, requests by topic.

    python bench/generator.py --participants 2000 --requests 9000 --seed 1 --output fair.json [--features]

What a fair looks like. Three days of slots; two dozen pavilions in halls, with walking minutes between them.
One participant in seven exhibits: a stand of capacity one in a pavilion. The others visit on one to three of
the days and attend sessions. A request goes mostly to an exhibitor of a topic the visitor cares for, popular
ones far more often than others (a Pareto tail); one in twelve goes to another visitor and needs one of the
tables, which would do for about twice as many. With `--features` everything else that the contract allows is mixed in.
"""

from __future__ import annotations

import argparse
import json
import random
from bisect import bisect_left
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from math import ceil, hypot
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PAVILIONS = 24
EXHIBITOR_SHARE = 1 / 7
VISITOR_MEETINGS_SHARE = 0.08
TABLES_PER_THOUSAND = 16
ZONE = timezone(timedelta(hours=1))
WEIGHTS = {"value": 10, "break": 2, "walking": 1, "guarantee": 30, "moved": 0, "dropped": 0}


def make_fair(participants: int, requests: int, seed: int, features: bool = False) -> Json:
    """A fair as a problem of version 1. The same arguments give the same fair."""
    draw = random.Random(f"{participants} {requests} {seed} {features}")
    pavilions, walking = _venue(draw)
    slots = _slots(features)
    exhibitors = max(2, round(participants * EXHIBITOR_SHARE))
    visitors = participants - exhibitors
    home = [draw.randrange(PAVILIONS) for _ in range(exhibitors)]
    places: list[Json] = [
        {"id": f"stand-{e}", "pavilion": f"pav-{home[e]}", "capacity": 1} for e in range(exhibitors)
    ]
    tables = max(1, round(participants * TABLES_PER_THOUSAND / 1000 / PAVILIONS))
    places += [{"id": f"tables-{p}", "pavilion": f"pav-{p}", "capacity": tables} for p in range(PAVILIONS)]
    people = [_exhibitor(e, home[e], draw) for e in range(exhibitors)]
    programme = _programme(draw)
    people += [_visitor(v, slots, programme, draw) for v in range(visitors)]
    meetings = _requests(exhibitors, visitors, requests, home, draw)
    fair: Json = {
        "format": "expo-problem", "version": 1, "name": f"fair-{participants}-{requests}-{seed}",
        "timezone": "Europe/Madrid", "slots": slots, "pavilions": pavilions, "walking_minutes": walking,
        "places": places, "participants": people, "meetings": meetings, "weights": dict(WEIGHTS),
    }  # fmt: skip
    if features:
        fair["name"] += "-features"
        _mix_in_features(fair, exhibitors, draw)
    return fair


def _venue(draw: random.Random) -> tuple[list[Json], list[Json]]:
    """Pavilions on a plan of three halls of 120 by 180 metres; 60 metres a minute through the crowd."""
    at = [(150.0 * (p % 3) + draw.uniform(0, 120), draw.uniform(0, 180)) for p in range(PAVILIONS)]
    rows: list[Json] = []
    for a in range(PAVILIONS):
        for b in range(a + 1, PAVILIONS):
            metres = hypot(at[a][0] - at[b][0], at[a][1] - at[b][1])
            rows.append({"from": f"pav-{a}", "to": f"pav-{b}", "minutes": 1 + ceil(metres / 60)})
    return [{"id": f"pav-{p}", "name": f"Pavilion {p}"} for p in range(PAVILIONS)], rows


def _day(number: int) -> datetime:
    return datetime(2026, 11, 3, tzinfo=ZONE) + timedelta(days=number)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M+01:00")


def _slots(features: bool) -> list[Json]:
    """Meetings of 20 minutes every 25, seven before and seven after lunch; with features also of 30 and 45."""
    slots = []
    for d in range(3):
        for n in range(14):
            start = _day(d) + timedelta(minutes=570 + 25 * n + (55 if n >= 7 else 0))
            slots.append(
                {"id": f"d{d}-{n:02d}", "start": _text(start), "end": _text(start + timedelta(minutes=20))}
            )
        if features:
            for n, (minute, length) in enumerate([(580, 30), (700, 45), (735, 30), (840, 45), (905, 30)]):
                start = _day(d) + timedelta(minutes=minute)
                slots.append(
                    {
                        "id": f"d{d}-x{n}",
                        "start": _text(start),
                        "end": _text(start + timedelta(minutes=length)),
                    }
                )
    return slots


def _programme(draw: random.Random) -> list[tuple[int, Json]]:
    """Sessions of 45 to 90 minutes: (day, commitment)."""
    sessions = []
    for n in range(60):
        start = _day(n % 3) + timedelta(minutes=draw.randrange(570, 960, 15))
        length = draw.choice((45, 60, 60, 90))
        sessions.append(
            (
                n % 3,
                {
                    "start": _text(start), "end": _text(start + timedelta(minutes=length)),
                    "pavilion": f"pav-{draw.randrange(PAVILIONS)}",
                },
            )
        )  # fmt: skip
    return sessions


def _exhibitor(number: int, home: int, draw: random.Random) -> Json:
    commitments = []
    if draw.random() < 0.3:
        start = _day(draw.randrange(3)) + timedelta(minutes=draw.randrange(570, 960, 15))
        commitments = [
            {"start": _text(start), "end": _text(start + timedelta(minutes=60)), "pavilion": f"pav-{home}"}
        ]
    return {"id": f"ex-{number}", "organisation": f"org-{number}", "guarantee": 3, "commitments": commitments}


def _visitor(number: int, slots: list[Json], programme: list[tuple[int, Json]], draw: random.Random) -> Json:
    days = set(draw.sample(range(3), draw.choices((1, 2, 3), (25, 40, 35))[0]))
    sessions: list[Json] = []
    for day, session in draw.sample(programme, draw.choices((0, 2, 4, 6), (3, 3, 3, 1))[0]):
        if day in days and all(
            session["end"] <= s["start"] or s["end"] <= session["start"] for s in sessions
        ):
            sessions.append(session)
    free = None if len(days) == 3 else [s["id"] for s in slots if int(s["id"][1]) in days]
    return {
        "id": f"vi-{number}", "organisation": f"firm-{number // 2}", "slots": free, "guarantee": 3,
        "commitments": sorted(sessions, key=lambda s: str(s["start"])),
    }  # fmt: skip


class _Popular:
    """Draws numbers in proportion to Pareto weights."""

    def __init__(self, numbers: list[int], weights: list[float]) -> None:
        self.numbers, self.sums = numbers, list(accumulate(weights[n] for n in numbers))

    def draw(self, source: random.Random) -> int:
        return self.numbers[bisect_left(self.sums, source.random() * self.sums[-1])]


def _requests(
    exhibitors: int, visitors: int, requests: int, home: list[int], draw: random.Random
) -> list[Json]:
    topics = min(40, max(3, exhibitors // 8))
    # An exhibitor's topic leans on its pavilion, as pavilions of clusters do.
    topic = [home[e] % topics if draw.random() < 0.5 else draw.randrange(topics) for e in range(exhibitors)]
    fame = [min(40.0, draw.paretovariate(1.2)) for _ in range(exhibitors)]
    everyone = _Popular(list(range(exhibitors)), fame)
    by_topic = [[e for e in range(exhibitors) if topic[e] == t] for t in range(topics)]
    stands = [_Popular(group, fame) if group else everyone for group in by_topic]
    cares = [(draw.randrange(topics), draw.randrange(topics)) for _ in range(visitors)]
    appetite = [draw.lognormvariate(0, 0.6) for _ in range(visitors)]
    eager = _Popular(list(range(visitors)), appetite)
    pairs: set[tuple[str, str]] = set()
    meetings: list[Json] = []
    while len(meetings) < requests:
        v = eager.draw(draw)
        value = draw.choices((1, 2, 3, 4, 6), (20, 30, 25, 15, 10))[0]
        row: Json
        if draw.random() < VISITOR_MEETINGS_SHARE:
            other = eager.draw(draw)
            pair = (f"vi-{min(v, other)}", f"vi-{max(v, other)}")
            if other == v or pair in pairs:
                continue
            tables = [f"tables-{p}" for p in range(PAVILIONS)]
            row = {"id": "", "sides": [[pair[0]], [pair[1]]], "value": value, "places": tables}
        else:
            e = (stands[cares[v][draw.random() < 0.4]] if draw.random() < 0.8 else everyone).draw(draw)
            pair = (f"vi-{v}", f"ex-{e}")
            if pair in pairs:
                continue
            row = {"id": "", "sides": [[pair[0]], [pair[1]]], "value": value, "places": [f"stand-{e}"]}
        pairs.add(pair)
        row["id"] = f"m{len(meetings)}"
        meetings.append(row)
    return meetings


def _mix_in_features(fair: Json, exhibitors: int, draw: random.Random) -> None:
    """Representatives, groups, optional attendees, after, limits, published, locked, required."""
    people, meetings, slots = fair["participants"], fair["meetings"], fair["slots"]
    visitors = [p["id"] for p in people[exhibitors:]]
    for e in range(0, exhibitors, 5):
        people.append({"id": f"ex-{e}-b", "organisation": f"org-{e}", "guarantee": 1})
    for p in people:
        if draw.random() < 0.1:
            p["max_meetings"] = draw.randrange(3, 12)
        if draw.random() < 0.1:
            p["max_meetings_per_day"] = draw.randrange(2, 6)
    for p in fair["places"][exhibitors:]:
        if draw.random() < 0.2:
            p["slots"] = [s["id"] for s in slots if s["id"][1] != "1"]
    last_of: dict[str, str] = {}
    pinned: set[tuple[str, str]] = set()
    for row in meetings:
        visitor, other = row["sides"][0][0], row["sides"][1][0]
        number = other.removeprefix("ex-")
        if other.startswith("ex-") and int(number) % 5 == 0:
            row["sides"][1].append(f"ex-{number}-b")
        guests = [v for v in draw.sample(visitors, 2) if v not in (visitor, other)]
        chance = draw.random()
        if chance < 0.03:
            row["sides"].append(guests[:1] or [f"ex-{0}"])
        elif chance < 0.06:
            row["optional"] = [{"participant": g, "value": draw.randrange(3)} for g in guests]
        elif chance < 0.08 and visitor in last_of:
            row["after"] = [last_of[visitor]]
        elif chance < 0.10:
            row["slots"] = [s["id"] for s in draw.sample(slots, 9)]
        elif chance < 0.16:
            slot, place = draw.choice(slots)["id"], draw.choice(row["places"])
            row["published"] = {"slot": slot, "place": place, "attendees": [visitor, other]}
        elif chance < 0.165 and not row.get("after"):
            _lock(row, fair, people, exhibitors, pinned, draw)
        last_of[visitor] = row["id"]
    fair["weights"] |= {"moved": 6, "dropped": 12}


def _lock(
    row: Json,
    fair: Json,
    people: list[Json],
    exhibitors: int,
    pinned: set[tuple[str, str]],
    draw: random.Random,
) -> None:
    """Pin or require a meeting of two who have nothing else that is pinned, so that a schedule exists."""
    visitor, other = row["sides"][0][0], row["sides"][1][0]
    if not other.startswith("ex-") or {(visitor, ""), (other, "")} & pinned:
        return
    host, guest = people[int(other[3:])], people[exhibitors + int(visitor[3:])]
    if (
        host["commitments"]
        or guest["commitments"]
        or 0 in (host.get("max_meetings"), guest.get("max_meetings"))
    ):
        return
    pinned |= {(visitor, ""), (other, "")}
    if draw.random() < 0.5:
        row["required"] = True
        return
    slot = draw.choice(guest["slots"] or [s["id"] for s in fair["slots"]])
    row["published"] = {"slot": slot, "place": row["places"][0], "attendees": [visitor, other]}
    row["locked"] = True


def main() -> None:
    """Write one fair as a problem file."""
    parser = argparse.ArgumentParser(description="Make a fair from a seed.")
    parser.add_argument("--participants", type=int, default=2000)
    parser.add_argument("--requests", type=int, help="default: six for each participant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--features", action="store_true", help="mix in everything that the contract allows")
    parser.add_argument("--output", type=Path, required=True)
    chosen = parser.parse_args()
    requests = chosen.requests or 6 * chosen.participants
    fair = make_fair(chosen.participants, requests, chosen.seed, chosen.features)
    chosen.output.write_text(json.dumps(fair), encoding="utf-8")


if __name__ == "__main__":
    main()
