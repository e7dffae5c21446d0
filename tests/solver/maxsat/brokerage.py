"""Brokerage events like those of the literature, invented: everything must be held, few breaks remain."""

from __future__ import annotations

from random import Random

from solver.problem import Meeting, Participant, Pavilion, Place, Problem, Rules, Slot, Weights

START = 28_000_000
LENGTH = 20


def brokerage(
    seed: int,
    *,
    people: int = 12,
    meetings: int = 24,
    slots: int = 7,
    tables: int = 5,
    fixed: float = 0.0,
    ordered: int = 0,
    spread: int | None = 2,
) -> Problem:
    """A day of slots without pause in one hall; some meetings fixed to a slot, some in a given order.

    A hidden schedule exists unless `fixed` or `ordered` contradict each other by chance.
    """
    random = Random(seed)
    names = [f"s{number}" for number in range(1, slots + 1)]
    taken: set[tuple[int, int]] = set()
    pairs: set[tuple[int, int]] = set()
    load = [0] * slots
    rows: list[tuple[int, int, int]] = []
    for _ in range(meetings * 40):
        if len(rows) == meetings:
            break
        one, other = sorted(random.sample(range(people), 2))
        slot = random.randrange(slots)
        if (one, other) in pairs or {(one, slot), (other, slot)} & taken or load[slot] == tables:
            continue
        pairs.add((one, other))
        taken |= {(one, slot), (other, slot)}
        load[slot] += 1
        rows.append((one, other, slot))
    order = {
        number: (f"m{earlier}",)
        for number in random.sample(range(1, len(rows)), ordered)
        for earlier in [random.randrange(number)]
    }
    return Problem(
        name=f"brokerage-{seed}",
        timezone="UTC",
        slots=tuple(Slot(x, START + LENGTH * n, START + LENGTH * (n + 1)) for n, x in enumerate(names)),
        pavilions=(Pavilion("hall"),),
        places=(Place("tables", "hall", tables),),
        participants=tuple(Participant(f"p{number}") for number in range(people)),
        meetings=tuple(
            Meeting(
                f"m{number}",
                ((f"p{one}",), (f"p{other}",)),
                required=True,
                slots=(random.choice(names),) if random.random() < fixed else None,
                after=order.get(number, ()),
            )
            for number, (one, other, _) in enumerate(rows)
        ),
        rules=Rules(max_break_spread=spread),
        weights=Weights(value=0, breaks=1),
    )
