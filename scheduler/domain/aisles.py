"""The shortest ways on foot through halls: along their aisles, and from hall to hall through entrances.

Positions are in percent of a hall's plan, from its upper left corner; distances are metres, times minutes. Whoever
stands beside an aisle walks straight to its nearest point. In a hall without aisles people walk straight, with a
detour for what stands in between.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import combinations, pairwise

DETOUR = 1.3
"""How much longer than the straight line the way is where no aisle is drawn."""
TOUCH = 0.015
"""Share of a hall's longer side within which the end of an aisle counts as touching another."""

Position = tuple[float, float]
"""Percent from the left and from the top."""
Metres = tuple[float, float]
Line = Sequence[Position]


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in a hall, by the hall's key."""

    hall: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Floor:
    """A hall as it is walked: `width` and `depth` in metres, `pace` in metres a minute."""

    key: int
    width: float
    depth: float
    pace: float
    aisles: Sequence[Line] = ()
    entrances: Sequence[Position] = ()

    def metres(self, position: Position) -> Metres:
        return position[0] * self.width / 100, position[1] * self.depth / 100

    def spot(self, point: Metres) -> Spot:
        """The spot at a point in metres, to a hundredth of a percent: what is nearer is one."""
        return Spot(self.key, round(100 * point[0] / self.width, 2), round(100 * point[1] / self.depth, 2))


@dataclass(slots=True)
class Network:
    """Spots and the minutes between neighbours."""

    ways: dict[Spot, dict[Spot, float]] = field(default_factory=dict)

    def join(self, one: Spot, other: Spot, minutes: float) -> None:
        if one == other:
            return
        for start, goal in ((one, other), (other, one)):
            known = self.ways.setdefault(start, {})
            known[goal] = min(minutes, known.get(goal, math.inf))

    def path(self, start: Spot, goals: Collection[Spot]) -> dict[Spot, tuple[float, tuple[Spot, ...]]]:
        """The minutes to each of the goals that can be reached, and the spots on the way with both ends."""
        times, before = self._search(start, goals)
        found = {}
        for goal in goals:
            if goal not in times:
                continue
            steps = [goal]
            while steps[-1] != start:
                steps.append(before[steps[-1]])
            found[goal] = times[goal], tuple(reversed(steps))
        return found

    def _search(self, start: Spot, goals: Collection[Spot]) -> tuple[dict[Spot, float], dict[Spot, Spot]]:
        """Dijkstra's search, ended when all goals are reached."""
        times: dict[Spot, float] = {}
        before: dict[Spot, Spot] = {}
        best = {start: 0.0}
        left = set(goals)
        # The number keeps spots out of comparisons.
        queue = [(0.0, 0, start)]
        count = 0
        while queue and left:
            time, _number, spot = heappop(queue)
            if spot in times:
                continue
            times[spot] = time
            left.discard(spot)
            for neighbour, minutes in self.ways.get(spot, {}).items():
                later = time + minutes
                if neighbour not in times and later < best.get(neighbour, math.inf):
                    best[neighbour], before[neighbour] = later, spot
                    count += 1
                    heappush(queue, (later, count, neighbour))
        return times, before


def network(
    floors: Iterable[Floor], links: Mapping[tuple[int, int], float], spots: Iterable[Spot]
) -> Network:
    """The ways between these spots. `links`: minutes from the entrances of one hall to those of another."""
    made = Network()
    by_key = {floor.key: floor for floor in floors}
    wanted: dict[int, set[Spot]] = {
        key: {Spot(key, x, y) for x, y in floor.entrances} for key, floor in by_key.items()
    }
    for spot in spots:
        if spot.hall in wanted:
            wanted[spot.hall].add(spot)
    for key, floor in by_key.items():
        if floor.aisles:
            _along_aisles(made, floor, wanted[key])
        else:
            _straight(made, floor, wanted[key])
    for (one, other), minutes in links.items():
        if one in by_key and other in by_key:
            for here in by_key[one].entrances:
                for there in by_key[other].entrances:
                    made.join(Spot(one, *here), Spot(other, *there), minutes)
    return made


def whole_minutes(minutes: float, longest: int) -> int:
    """Minutes as people say them: rounded up, at least one."""
    return min(longest, max(1, math.ceil(round(minutes, 6))))


def _straight(made: Network, floor: Floor, spots: Collection[Spot]) -> None:
    for one, other in combinations(spots, 2):
        metres = math.dist(floor.metres((one.x, one.y)), floor.metres((other.x, other.y)))
        made.join(one, other, DETOUR * metres / floor.pace)


@dataclass(slots=True)
class _Segment:
    """A straight piece of an aisle, and the points at which it is left, by how far along they lie (0 to 1)."""

    start: Metres
    end: Metres
    stops: list[tuple[float, Spot]] = field(default_factory=list)

    def nearest(self, point: Metres) -> tuple[float, Metres]:
        """How far along the nearest point lies, and that point."""
        across, down = self.end[0] - self.start[0], self.end[1] - self.start[1]
        length = across * across + down * down
        share = 0.0
        if length > 0:
            share = ((point[0] - self.start[0]) * across + (point[1] - self.start[1]) * down) / length
        share = min(1.0, max(0.0, share))
        return share, (self.start[0] + share * across, self.start[1] + share * down)


def _along_aisles(made: Network, floor: Floor, spots: Collection[Spot]) -> None:
    segments = [
        _Segment(floor.metres(start), floor.metres(end))
        for line in floor.aisles
        for start, end in pairwise(line)
    ]
    for segment in segments:
        segment.stops += [(0.0, floor.spot(segment.start)), (1.0, floor.spot(segment.end))]
    _cross(floor, segments)
    _touch(made, floor, segments)
    for spot in spots:
        _join_nearest(made, floor, spot, floor.metres((spot.x, spot.y)), segments)
    for segment in segments:
        length = math.dist(segment.start, segment.end)
        segment.stops.sort(key=lambda stop: stop[0])
        for (early, one), (late, other) in pairwise(segment.stops):
            made.join(one, other, (late - early) * length / floor.pace)


def _join_nearest(
    made: Network, floor: Floor, spot: Spot, point: Metres, segments: Iterable[_Segment]
) -> None:
    """Lead from a spot straight to the nearest point of the segments."""
    found = [
        (math.dist(point, near), share, near, one) for one in segments for share, near in [one.nearest(point)]
    ]
    metres, share, near, segment = min(found, key=lambda each: each[0])
    stop = floor.spot(near)
    segment.stops.append((share, stop))
    made.join(spot, stop, metres / floor.pace)


def _cross(floor: Floor, segments: Sequence[_Segment]) -> None:
    """Note on both segments where they cross."""
    for one, other in combinations(segments, 2):
        found = _crossing(one, other)
        if found is None:
            continue
        share, other_share = found
        point = (
            one.start[0] + share * (one.end[0] - one.start[0]),
            one.start[1] + share * (one.end[1] - one.start[1]),
        )
        stop = floor.spot(point)
        one.stops.append((share, stop))
        other.stops.append((other_share, stop))


def _crossing(one: _Segment, other: _Segment) -> tuple[float, float] | None:
    """How far along each of two segments their common point lies; None without one (parallels have none)."""
    ax, ay = one.end[0] - one.start[0], one.end[1] - one.start[1]
    bx, by = other.end[0] - other.start[0], other.end[1] - other.start[1]
    turn = ax * by - ay * bx
    if abs(turn) < 1e-12:
        return None
    dx, dy = other.start[0] - one.start[0], other.start[1] - one.start[1]
    share, other_share = (dx * by - dy * bx) / turn, (dx * ay - dy * ax) / turn
    if not (0 <= share <= 1 and 0 <= other_share <= 1):
        return None
    return share, other_share


def _touch(made: Network, floor: Floor, segments: Sequence[_Segment]) -> None:
    """Join ends of aisles to what they nearly touch: nobody hits a line exactly."""
    near_enough = TOUCH * max(floor.width, floor.depth)
    for segment in segments:
        for end in (segment.start, segment.end):
            spot = floor.spot(end)
            for other in segments:
                if other is segment:
                    continue
                share, near = other.nearest(end)
                metres = math.dist(end, near)
                if metres <= near_enough:
                    stop = floor.spot(near)
                    other.stops.append((share, stop))
                    made.join(spot, stop, metres / floor.pace)
