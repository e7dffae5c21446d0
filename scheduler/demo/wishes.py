"""What the invented people think of each other: interests and requests of both rounds, as life has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scheduler.demo.crowd import Crowd, InventedPerson, lower_first
from scheduler.demo.frame import Frame
from scheduler.demo.register import table_of
from scheduler.domain.enums import InterestLevel, RequestState
from scheduler.models import Interest, Request

Pair = tuple[int, int]


@dataclass
class Pool:
    """People to draw from, the popular ones more often."""

    people: list[InventedPerson] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)

    def close(self) -> None:
        self.sums = list(accumulate(person.pull for person in self.people))

    def draw(self, rng: Random) -> InventedPerson:
        return rng.choices(self.people, cum_weights=self.sums)[0]


class Market:
    """Who could be asked about what."""

    def __init__(self, crowd: Crowd, matrix: dict[str, dict[str, str]], rng: Random) -> None:
        self.rng = rng
        self.matrix = matrix
        self.people = [person for person in crowd.people if person.meets]
        self.exact: dict[str, Pool] = {}
        self.near: dict[str, Pool] = {}
        self.all = Pool(self.people)
        for person in self.people:
            for code in person.offers:
                self.exact.setdefault(code, Pool()).people.append(person)
                self.near.setdefault(branch(code), Pool()).people.append(person)
        for pool in (*self.exact.values(), *self.near.values(), self.all):
            pool.close()

    def find(self, asker: InventedPerson, taken: set[Pair]) -> tuple[InventedPerson, str, float] | None:
        """Somebody whom the asker may ask and has not asked yet, the topic, and how well it fits (0 to 1)."""
        rng = self.rng
        for _try in range(12):
            topic = rng.choice(asker.seeks) if asker.seeks else ""
            chance = rng.random()
            if chance < 0.55 and topic in self.exact:
                pool, fit = self.exact[topic], 0.9
            elif chance < 0.85 and branch(topic) in self.near:
                pool, fit = self.near[branch(topic)], 0.6
            else:
                pool, fit = self.all, 0.25
            other = pool.draw(rng)
            if (
                other.organisation != asker.organisation
                and other.kind in self.matrix.get(asker.kind, {})
                and (asker.index, other.index) not in taken
                and (other.index, asker.index) not in taken
            ):
                return other, topic or rng.choice(other.offers), fit
        return None


def branch(code: str) -> str:
    """The first two steps of a topic's path."""
    return ".".join(code.split(".")[:2])


class Wishes:
    """Collects rows of both rounds; `write` inserts them."""

    def __init__(self, frame: Frame, crowd: Crowd, topics: dict[str, str], rng: Random) -> None:
        self.frame = frame
        self.topics = topics
        self.rng = rng
        self.crowd = crowd
        self.market = Market(crowd, frame.source.matrix, rng)
        self.requests: list[dict[str, Any]] = []
        self.interests: dict[tuple[int, int, int], dict[str, Any]] = {}
        self.met: list[tuple[InventedPerson, InventedPerson, str]] = []

    def past_round(self) -> None:
        """The round before the congress: everything answered or expired."""
        facts = self.frame.source.rounds[0]
        opens, closes = self.frame.utc(facts.opens), self.frame.utc(facts.closes)
        taken: set[Pair] = set()
        for asker in self.market.people:
            if not asker.confirmed and self.rng.random() < 0.6:
                continue
            for _number in range(min(asker.keen, facts.cap)):
                found = self.market.find(asker, taken)
                if found is None:
                    break
                other, topic, fit = found
                taken.add((asker.index, other.index))
                late = self.rng.random() < 0.12
                span = timedelta(hours=20) if late else closes - opens - timedelta(hours=20)
                start = closes - span if late else opens
                sent = self._awake(
                    start + span * (self.rng.random() if late else self.rng.betavariate(1.3, 1.1))
                )
                state = self._verdict(other, fit, late)
                self._request(facts.code, asker, other, topic, state, sent, closes, late=late)
                self._opinions(facts.code, asker, other, state, fit, sent)
                if state is RequestState.ACCEPTED:
                    self.met.append((asker, other, topic))
        self._quiet_interest(facts.code, taken, opens, closes)

    def open_round(self, hosts: list[InventedPerson]) -> None:
        """The round that is open: a third wants to meet again, most requests wait for an answer.

        `hosts` are people whose pages are shown first: they find requests to answer.
        """
        facts = self.frame.source.rounds[1]
        opens, now = self.frame.utc(facts.opens), self.frame.now
        taken: set[Pair] = set()

        def ask(
            asker: InventedPerson, other: InventedPerson, topic: str, again: bool, waits: bool = False
        ) -> None:
            taken.add((asker.index, other.index))
            sent = min(self._awake(opens + (now - opens) * self.rng.random()), now)
            state = self.rng.choices(
                (RequestState.OPEN, RequestState.ACCEPTED, RequestState.DECLINED), (70, 24, 6)
            )[0]
            if waits:
                state = RequestState.OPEN
            self._request(facts.code, asker, other, topic, state, sent, now, late=False, again=again)
            self._opinions(facts.code, asker, other, state, 0.8 if again else 0.5, sent)

        for asker, other, topic in self.met:
            allowed = other.kind in self.market.matrix.get(asker.kind, {})
            if allowed and self.rng.random() < 0.13:
                ask(asker, other, topic, True)
        for host in hosts:
            for _number in range(60):
                asker = self.rng.choice(self.market.people)
                pair = (asker.index, host.index)
                waiting = sum(1 for one, other in taken if other == host.index)
                if waiting >= 5:
                    break
                may = host.kind in self.market.matrix.get(asker.kind, {})
                if may and asker.organisation != host.organisation and not {pair, pair[::-1]} & taken:
                    ask(asker, host, self.rng.choice(host.offers), False, waits=True)
        for asker in self.market.people:
            if asker.keen >= 3 and self.rng.random() < 0.35:
                for _number in range(self.rng.randint(1, 3)):
                    found = self.market.find(asker, taken)
                    if found is not None:
                        ask(asker, found[0], found[1], False)

    def _awake(self, moment: datetime) -> datetime:
        """The same instant, or a morning hour of that day instead of one at night."""
        hour = moment.astimezone(self.frame.event.zone).hour
        return moment + timedelta(hours=self.rng.choice((7, 8))) if hour < 7 else moment

    def _verdict(self, other: InventedPerson, fit: float, late: bool) -> RequestState:
        # Who is much asked for answers less and declines more; a poor fit is declined; late ones expire.
        busy = min(0.3, other.pull / 60)
        yes = 0.3 + 0.5 * fit - busy - (0.2 if late else 0) - (0 if other.confirmed else 0.3)
        silent = 0.1 + busy * 0.6 + (0.25 if late else 0) + (0 if other.confirmed else 0.4)
        chance = self.rng.random()
        if chance < yes:
            return RequestState.ACCEPTED
        if chance < yes + silent:
            return RequestState.EXPIRED
        return RequestState.WITHDRAWN if chance > 0.98 else RequestState.DECLINED

    def _request(
        self,
        code: str,
        asker: InventedPerson,
        other: InventedPerson,
        topic: str,
        state: RequestState,
        sent: datetime,
        limit: datetime,
        *,
        late: bool,
        again: bool = False,
    ) -> None:
        phrases, rng = self.frame.source.phrases, self.rng
        label = lower_first(self.topics[topic])
        message = phrases.late if late else rng.choice(phrases.messages)
        if again:
            message = "Good to have met you. Could we go on with {topic}?"
        answered = None
        if state in (RequestState.ACCEPTED, RequestState.DECLINED, RequestState.WITHDRAWN):
            answered = sent + (limit - sent) * rng.betavariate(1, 3)
        elif state is RequestState.EXPIRED:
            answered = limit
        self.requests.append(
            {
                "round_id": self.frame.rounds[code].id,
                "from_id": asker.id,
                "to_id": other.id,
                "state": state,
                "message": message.format(topic=label),
                "answer": rng.choice(phrases.declines) if state is RequestState.DECLINED else "",
                "any_representative": rng.random() < 0.06,
                "sent_at": sent,
                "answered_at": answered,
            }
        )

    def _opinions(
        self,
        code: str,
        asker: InventedPerson,
        other: InventedPerson,
        state: RequestState,
        fit: float,
        at: datetime,
    ) -> None:
        rng = self.rng
        level = InterestLevel.MUST if rng.random() < 0.12 + 0.2 * fit else InterestLevel.LIKE
        if state is not RequestState.WITHDRAWN:
            self._interest(code, asker, other, level, at)
        if state is RequestState.ACCEPTED and rng.random() < 0.6:
            level = InterestLevel.MUST if rng.random() < 0.15 else InterestLevel.LIKE
            self._interest(code, other, asker, level, at)
        elif state is RequestState.DECLINED and rng.random() < 0.2:
            self._interest(code, other, asker, InterestLevel.RATHER_NOT, at)

    def _quiet_interest(self, code: str, taken: set[Pair], opens: datetime, closes: datetime) -> None:
        """Interest that nobody has sent: most is one-sided, some meets its like."""
        for person in self.market.people:
            for _number in range(self.rng.choice((0, 1, 1, 2, 3))):
                found = self.market.find(person, taken)
                if found is None:
                    continue
                at = opens + (closes - opens) * self.rng.random()
                self._interest(code, person, found[0], InterestLevel.LIKE, at)
                back = person.kind in self.market.matrix.get(found[0].kind, {})
                if back and self.rng.random() < 0.1:
                    self._interest(code, found[0], person, InterestLevel.LIKE, at)

    def _interest(
        self, code: str, one: InventedPerson, other: InventedPerson, level: InterestLevel, at: datetime
    ) -> None:
        key = (self.frame.rounds[code].id, one.id, other.id)
        self.interests.setdefault(
            key,
            {"round_id": key[0], "from_id": key[1], "to_id": key[2], "level": level, "updated_at": at},
        )

    def write(self, session: Session) -> None:
        """Insert all rows in bulk."""
        for number in range(0, len(self.requests), 20_000):
            session.execute(insert(table_of(Request)), self.requests[number : number + 20_000])
        rows = list(self.interests.values())
        for number in range(0, len(rows), 20_000):
            session.execute(insert(table_of(Interest)), rows[number : number + 20_000])
