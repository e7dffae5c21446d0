"""Making the ranked lists of partners: for a round, or again for one participant, and keeping what was learned."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import RoundState
from scheduler.matching.profile import Profile, Rules
from scheduler.matching.taxonomy import Taxonomy, TopicNode
from scheduler.models import (
    Interest,
    MatchingModel,
    MatchmakingRound,
    Participant,
    Recommendation,
    RecommendationSet,
    Request,
)
from scheduler.queries.requests.recommendations import (
    EventFacts,
    PersonFacts,
    TopicFacts,
    event_facts,
)

if TYPE_CHECKING:
    from scheduler.matching.store import Ranking

REST = timedelta(minutes=10)
"""Lists of a round are made again no sooner than this after the last time, however much is decided."""


@dataclass(frozen=True, slots=True)
class Made:
    """Lists of a round: participant ids with [participant id, thousandths], and what there is to say of
    them all.
    """

    lists: tuple[tuple[int, list[list[int]]], ...]
    people: int
    seen: int
    decisions: int
    model: bytes = b""
    """What was learned, for `rank_one`."""


def rank_round(facts: EventFacts, *, keep: bool = False) -> Made:
    """Rank everybody of an event. Works on values alone: no database is held while the processor is busy.

    With `keep`, what was learned comes along. Raises nothing for empty or tiny events.
    """
    from scheduler.matching.exposure import Balance
    from scheduler.matching.learn import Lessons, learn
    from scheduler.matching.negative_sampling import with_silence
    from scheduler.matching.recommend import recommend
    from scheduler.matching.signals import read
    from scheduler.matching.store import Ranking, packed

    ids = [person.id for person in facts.people]
    place = {number: position for position, number in enumerate(ids)}
    signals = read([profile_of(person) for person in facts.people], tree_of(facts.topics))
    said = [
        (place[source], place[target], yes)
        for source, target, yes in facts.decisions
        if source in place and target in place
    ]
    table = np.array(said, dtype=np.int64).reshape(-1, 3)
    lessons = Lessons(table[:, 0], table[:, 1], table[:, 2].astype(np.float64), np.ones(len(table)))
    model = learn(signals, with_silence(lessons, len(ids)))
    barred = frozenset(
        (place[one], place[other]) for one, other in facts.barred if one in place and other in place
    )
    rules = Rules(facts.may_ask, barred)
    lists = recommend(signals, model, rules)
    learned = packed(Ranking(tuple(ids), signals, model, rules)) if keep else b""
    front = lists.who[:, : Balance().length]
    numbers = np.array(ids, dtype=np.int64)
    return Made(
        tuple((ids[row], _pairs(numbers, lists.who[row], lists.score[row])) for row in range(len(ids))),
        len(ids),
        len(np.unique(front[front >= 0])),
        len(said),
        learned,
    )


def rank_one(facts: PersonFacts, ranking: Ranking) -> list[list[int]] | None:
    """One participant's list from their present profile and what was learned; None when they were not there then."""
    from scheduler.matching.recommend import recommend_one

    if facts.id not in ranking.ids:
        return None
    person = ranking.ids.index(facts.id)
    lists = recommend_one(ranking.signals, ranking.model, ranking.rules, person, profile=profile_of(facts))
    return _pairs(np.asarray(ranking.ids), lists.who[0], lists.score[0])


def _pairs(ids: np.ndarray, who: np.ndarray, score: np.ndarray) -> list[list[int]]:
    there = who >= 0
    chances = np.rint(score[there] * 1000).astype(int)
    return [list(pair) for pair in zip(ids[who[there]].tolist(), chances.tolist(), strict=True)]


def recommend_round(
    new_session: Callable[[bool], Session], round_id: int, now: Callable[[], datetime]
) -> Made | None:
    """Make the lists of a round and store them; None when the round is gone or closed.

    `new_session(read_only)` opens a session: one reads, one writes, and none is open while the processor
    works.
    """
    begin = time.perf_counter()
    with new_session(True) as session:
        round_ = session.get(MatchmakingRound, round_id)
        if round_ is None or round_.state is RoundState.CLOSED:
            return None
        asked = now()
        facts = event_facts(session, round_.event_id)
    made = rank_round(facts, keep=True)
    with new_session(False) as session:
        store_round(session, round_id, made, asked, now(), int((time.perf_counter() - begin) * 1000))
        session.commit()
    return made


def store_round(
    session: Session, round_id: int, made: Made, asked: datetime, now: datetime, milliseconds: int
) -> None:
    """Replace the lists of a round, and what was learned; unless another worker has newer ones."""
    if not lock_lists(session, round_id):
        return
    last = session.get(RecommendationSet, round_id, populate_existing=True)
    if last is not None and last.asked_at > asked:
        return
    session.execute(delete(Recommendation).where(Recommendation.round_id == round_id))
    present = set(session.scalars(select(Participant.id)))
    rows = [
        {"round_id": round_id, "participant_id": person, "ranked": ranked, "made_at": now}
        for person, ranked in made.lists
        if person in present
    ]
    for start in range(0, len(rows), 5000):
        session.execute(insert(Recommendation), rows[start : start + 5000])
    session.merge(
        RecommendationSet(
            round_id=round_id,
            asked_at=asked,
            made_at=now,
            people=made.people,
            seen=made.seen,
            decisions=made.decisions,
            milliseconds=milliseconds,
        )
    )
    if made.model:
        session.merge(MatchingModel(round_id=round_id, made_at=now, content=made.model))
    session.flush()


def lock_lists(session: Session, round_id: int) -> bool:
    """Let others who write lists of the round wait; false when there is no such round."""
    statement = select(MatchmakingRound.id).where(MatchmakingRound.id == round_id)
    return session.scalar(statement.with_for_update(key_share=True)) is not None


def model_stamp(session: Session, round_id: int) -> datetime | None:
    """When what is known of a round was learned: whoever remembers something older forgets it."""
    return session.scalar(select(MatchingModel.made_at).where(MatchingModel.round_id == round_id))


def model_content(session: Session, round_id: int) -> tuple[datetime, bytes] | None:
    """What was learned of a round, and when."""
    row = session.execute(
        select(MatchingModel.made_at, MatchingModel.content).where(MatchingModel.round_id == round_id)
    ).one_or_none()
    return (row.made_at, row.content) if row is not None else None


def store_one(
    session: Session,
    round_id: int,
    participant_id: int,
    ranked: list[list[int]],
    now: datetime,
    learned_at: datetime | None = None,
) -> bool:
    """Replace one participant's list; false when it was made from what was learned before the last time."""
    if session.get(Participant, participant_id) is None or not lock_lists(session, round_id):
        return True
    if learned_at is not None and model_stamp(session, round_id) != learned_at:
        return False
    session.merge(
        Recommendation(round_id=round_id, participant_id=participant_id, ranked=ranked, made_at=now)
    )
    session.flush()
    return True


def rounds_in_need(session: Session, now_of: Callable[[int], datetime]) -> list[int]:
    """Open rounds without lists, or with lists older than what was said or changed since.

    `now_of(event_id)` is the event's clock. Lists rest for ten minutes before they are made again.
    """
    rows = session.execute(
        select(MatchmakingRound.id, MatchmakingRound.event_id, RecommendationSet.asked_at)
        .outerjoin(RecommendationSet, RecommendationSet.round_id == MatchmakingRound.id)
        .where(MatchmakingRound.state == RoundState.OPEN)
    ).all()
    needed = []
    for round_id, event_id, asked_at in rows:
        if asked_at is None or (
            now_of(event_id) - asked_at >= REST and _news(session, round_id, event_id, asked_at)
        ):
            needed.append(round_id)
    return needed


def _news(session: Session, round_id: int, event_id: int, since: datetime) -> bool:
    questions = (
        select(Interest.id).where(Interest.round_id == round_id, Interest.updated_at > since),
        select(Request.id).where(Request.round_id == round_id, Request.sent_at > since),
        select(Request.id).where(Request.round_id == round_id, Request.answered_at > since),
        select(Participant.id).where(Participant.event_id == event_id, Participant.updated_at > since),
    )
    return any(session.scalar(question.limit(1)) is not None for question in questions)


def profile_of(person: PersonFacts) -> Profile:
    """A participant as the ranking reads them."""
    return Profile(
        id=str(person.id),
        kind=person.type,
        organisation=str(person.organisation_id),
        offers=tuple(str(topic) for topic in person.offers),
        seeks=tuple(str(topic) for topic in person.seeks),
        offer_text=person.offers_text,
        seek_text=f"{person.seeks_text}\n{person.goals}",
        text=person.about,
        languages=frozenset(person.languages.split()),
        country=person.country,
        wants=frozenset(
            [f"type:{code}" for code in person.wanted_types]
            + [f"size:{code}" for code in person.wanted_sizes]
        ),
        traits=frozenset({f"size:{person.size}"} if person.size else ()),
    )


def tree_of(topics: Sequence[TopicFacts]) -> Taxonomy:
    """The event's topics as a tree."""
    return Taxonomy.of(
        TopicNode(str(topic.id), topic.label, str(topic.parent_id) if topic.parent_id is not None else "")
        for topic in topics
    )
