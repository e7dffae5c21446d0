"""Which meetings are wanted: requests and interests of a round, made into wishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.domain.enums import HeldAt, InterestLevel, RequestMode, RequestState
from scheduler.domain.matrix import Cell, TypePair, counts, governing, may_ask, may_meet
from scheduler.domain.wish_keys import call_key, wish_key
from scheduler.planning.values import WishValues

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Person:
    """What planning has to know of a participant who takes part; `id` is the row's."""

    id: int
    public_id: str
    name: str
    organisation_id: int
    type_id: int
    guarantee: int
    max_meetings: int | None
    max_meetings_per_day: int | None
    takes_any: bool
    """Whether they come for a colleague when any representative of their organisation may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asked whom, how it stands, and whether any representative of the asked will do.

    `answered_by`: the colleague who took it over, None when nobody did.
    """

    sender: int
    receiver: int
    state: RequestState
    any_representative: bool
    answered_by: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A meeting that is wanted. `key` is stable from run to run; sides are rows' ids of participants.

    Who is `optional` comes when they can; the meeting does not wait for them.
    """

    key: str
    kind: str
    value: int
    first: int
    second: int
    sides: tuple[tuple[int, ...], ...]
    optional: tuple[int, ...] = ()
    optional_value: int = 0
    """What each of them adds."""
    slot_minutes: int | None = None
    """Only slots of this length are used; none: of any."""
    held_at: HeldAt | None = None
    """Where it is held; none: as usual (see `planning/venue.py`)."""


@dataclass(frozen=True, slots=True)
class GroupAsked:
    """An open call with those whom its author took, the author first; `optional` are those who need not come."""

    public_id: str
    title: str
    members: tuple[int, ...]
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Opinions:
    """What participants think of each other, by (who, of whom)."""

    positive: frozenset[Pair]
    must: frozenset[Pair]
    rather_not: frozenset[Pair]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, InterestLevel]]) -> Opinions:
        """The opinions in rows of (who, of whom, level)."""
        positive, must, rather_not = set[Pair](), set[Pair](), set[Pair]()
        for who, whom, level in rows:
            if level is InterestLevel.RATHER_NOT:
                rather_not.add((who, whom))
                continue
            positive.add((who, whom))
            if level is InterestLevel.MUST:
                must.add((who, whom))
        return cls(frozenset(positive), frozenset(must), frozenset(rather_not))


KIND_LENGTH = 40


def group_wishes(
    groups: Iterable[GroupAsked], people: Mapping[int, Person], opinions: Opinions, values: WishValues
) -> tuple[Wish, ...]:
    """One wish per open call: everybody taken who still takes part, and whom no `rather not` keeps apart.

    Worth an agreed meeting for each pair of the author and a member. Fewer than two make no meeting. Who is optional
    is not waited for, as long as the author and another are left.
    """
    wishes = []
    for group in groups:
        members: list[int] = []
        for person in dict.fromkeys(group.members):
            apart = any(
                pair in opinions.rather_not
                for other in members
                for pair in ((person, other), (other, person))
            )
            if person in people and not apart:
                members.append(person)
        if len(members) < 2 or members[0] != group.members[0]:
            continue
        needed = [person for person in members if person not in group.optional or person == members[0]]
        if len(needed) < 2:
            needed = members
        pair = values.of(agreed=True, mutual=True, musts=0)
        wishes.append(
            Wish(
                call_key(group.public_id),
                group.title[:KIND_LENGTH],
                pair * (len(needed) - 1),
                needed[0],
                needed[1],
                tuple((person,) for person in needed),
                tuple(person for person in members if person not in needed),
                pair,
            )
        )
    return tuple(wishes)


class WishCollector:
    """Turns requests and opinions into wishes. A pair has one wish at most, whoever asked first."""

    def __init__(
        self,
        people: Mapping[int, Person],
        opinions: Opinions,
        cells: Mapping[TypePair, Cell],
        mode: RequestMode,
        values: WishValues,
    ) -> None:
        self._people = people
        self._opinions = opinions
        self._cells = cells
        self._mode = mode
        self._values = values
        self._colleagues: dict[int, list[int]] = {}
        for person in people.values():
            self._colleagues.setdefault(person.organisation_id, []).append(person.id)

    def collect(self, requests: Iterable[Asked]) -> tuple[Wish, ...]:
        """The wishes in a stable order. Requests of or to somebody who left the event count for nothing."""
        sent: dict[Pair, Asked] = {}
        refused: set[Pair] = set()
        for asked in requests:
            pair = (asked.sender, asked.receiver)
            if asked.sender not in self._people or asked.receiver not in self._people:
                continue
            if self._counts(asked):
                sent[pair] = asked
            elif asked.state in (RequestState.DECLINED, RequestState.WITHDRAWN):
                refused.add(pair)
                refused.add(pair[::-1])
        wishes: dict[str, Wish] = {}
        for asked in sent.values():
            self._add(wishes, asked, sent)
        for who, whom in self._opinions.positive:
            if (whom, who) in self._opinions.positive and who < whom and (who, whom) not in refused:
                self._add_mutual(wishes, who, whom, sent)
        return tuple(wishes[key] for key in sorted(wishes))

    def _counts(self, asked: Asked) -> bool:
        cell = self._cells.get(self._types(asked.sender, asked.receiver))
        return counts(asked.state, (cell.request_mode if cell is not None else None) or self._mode)

    def _add(self, wishes: dict[str, Wish], asked: Asked, sent: Mapping[Pair, Asked]) -> None:
        one, other = asked.sender, asked.receiver
        key = wish_key(self._people[one].public_id, self._people[other].public_id)
        back = sent.get((other, one))
        if key in wishes or self._unwanted(one, other):
            return
        ours = self._side(one, other, back, without=())
        theirs = self._side(other, one, asked, without=ours)
        if not ours or not theirs:
            return
        agreed = asked.state is RequestState.ACCEPTED or back is not None or self._wants(other, one, sent)
        wishes[key] = self._wish(key, one, other, (ours, theirs), agreed=agreed, sent=sent)

    def _add_mutual(self, wishes: dict[str, Wish], one: int, other: int, sent: Mapping[Pair, Asked]) -> None:
        if one not in self._people or other not in self._people or self._unwanted(one, other):
            return
        if not may_meet(self._cells, self._people[one], self._people[other]):
            return
        key = wish_key(self._people[one].public_id, self._people[other].public_id)
        if key not in wishes:
            wishes[key] = self._wish(key, one, other, ((one,), (other,)), agreed=True, sent=sent)

    def _wish(
        self,
        key: str,
        one: int,
        other: int,
        sides: tuple[tuple[int, ...], tuple[int, ...]],
        *,
        agreed: bool,
        sent: Mapping[Pair, Asked],
    ) -> Wish:
        mutual = self._wants(one, other, sent) and self._wants(other, one, sent)
        musts = ((one, other) in self._opinions.must) + ((other, one) in self._opinions.must)
        cell = self._cell(one, other) or Cell("")
        value = self._values.of(agreed=agreed, mutual=mutual, musts=musts, priority=cell.priority)
        return Wish(
            key,
            cell.kind,
            value,
            one,
            other,
            sides,
            slot_minutes=cell.slot_minutes,
            held_at=cell.held_at,
        )

    def _wants(self, who: int, whom: int, sent: Mapping[Pair, Asked]) -> bool:
        return (who, whom) in sent or (who, whom) in self._opinions.positive

    def _unwanted(self, one: int, other: int) -> bool:
        rather_not = self._opinions.rather_not
        return (one, other) in rather_not or (other, one) in rather_not

    def _side(
        self, named: int, opposite: int, asked: Asked | None, without: tuple[int, ...]
    ) -> tuple[int, ...]:
        """Who may come for the named participant: they alone, who took the request over, or any colleague."""
        if asked is None:
            return (named,)
        if asked.answered_by is not None and asked.answered_by in self._people:
            named = asked.answered_by
            return () if named == opposite or self._unwanted(named, opposite) else (named,)
        if not asked.any_representative:
            return (named,)
        return tuple(
            person
            for person in sorted(self._colleagues[self._people[named].organisation_id])
            if (person == named or self._may_stand_in(person, opposite))
            and person != opposite
            and person not in without
            and not self._unwanted(person, opposite)
        )

    def _may_stand_in(self, person: int, asker: int) -> bool:
        """Colleagues may be of several types; one whom the asker may not ask never comes."""
        colleague = self._people[person]
        return colleague.takes_any and may_ask(self._cells, self._people[asker], colleague)

    def _cell(self, one: int, other: int) -> Cell | None:
        return governing(self._cells, *self._types(one, other))

    def _types(self, one: int, other: int) -> TypePair:
        return self._people[one].type_id, self._people[other].type_id
