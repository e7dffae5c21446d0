"""Lists of partners as their readers get them, with reasons, and what readers wish of partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.domain.enums import InterestLevel, RequestState
from scheduler.domain.sizes import sizes_in
from scheduler.errors import Invalid
from scheduler.matching.profile import Profile
from scheduler.matching.reasons import Reason, reasons
from scheduler.models import (
    MatchmakingRound,
    MatrixRule,
    Participant,
    ParticipantType,
    PartnerWish,
)
from scheduler.queries.people.may_ask import asks_by
from scheduler.queries.people.people_to_meet import PersonRow, people_by_id
from scheduler.queries.requests.recommendations import (
    list_of,
    people_facts,
    topic_facts,
)
from scheduler.services.requests.ranked_lists import profile_of, tree_of

SHOWN = 12
"""Partners on one page."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One partner of a list, and why."""

    person: PersonRow
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One page of a participant's list; `made_at` is None while there is none yet."""

    rows: tuple[Suggestion, ...]
    labels: dict[str, str]
    """Labels of the topics that the reasons name."""
    page: int
    pages: int
    made_at: datetime | None


def list_for(
    session: Session, me: Participant, round_: MatchmakingRound | None, page: int = 1
) -> Suggestions:
    """A page of a participant's list. Who may not be asked (any more), was asked or refused is left out.

    A fixed number of queries, whatever the length.
    """
    found = list_of(session, round_.id, me.id) if round_ is not None else None
    if found is None or round_ is None:
        return Suggestions((), {}, 1, 1, None)
    people = people_by_id(session, me, round_.id, [person for person, _ in found.ranked])
    left = [people[person] for person, _ in found.ranked if person in people and _still_open(people[person])]
    pages = max(1, -(-len(left) // SHOWN))
    page = max(1, min(page, pages))
    shown = left[(page - 1) * SHOWN : page * SHOWN]
    profiles = {
        facts.id: profile_of(facts)
        for facts in people_facts(session, me.event_id, [me.id, *(row.id for row in shown)])
    }
    topics = topic_facts(session, me.event_id)
    tree = tree_of(topics)
    mine = profiles.get(me.id, Profile(id=str(me.id)))
    rows = tuple(
        Suggestion(
            row,
            reasons(mine, profiles[row.id], tree, asked_me=row.received is RequestState.OPEN),
        )
        for row in shown
        if row.id in profiles
    )
    return Suggestions(rows, {str(topic.id): topic.label for topic in topics}, page, pages, found.made_at)


def reasons_between(
    session: Session, me: Participant, other: Participant
) -> tuple[tuple[Reason, ...], dict[str, str]]:
    """Why two participants might meet, as the first of them reads it, and the topics' labels."""
    profiles = {
        facts.id: profile_of(facts) for facts in people_facts(session, me.event_id, [me.id, other.id])
    }
    topics = topic_facts(session, me.event_id)
    if len(profiles) < 2:
        return (), {}
    found = reasons(profiles[me.id], profiles[other.id], tree_of(topics))
    return found, {str(topic.id): topic.label for topic in topics}


def _still_open(row: PersonRow) -> bool:
    return (
        row.sent is None
        and row.received in (None, RequestState.OPEN)
        and row.interest is not InterestLevel.RATHER_NOT
    )


def set_partner_wishes(
    session: Session, me: Participant, codes: Sequence[str], sizes: Sequence[str], now: datetime
) -> None:
    """Say which types and sizes of partners one looks for; none: any. Raises Invalid for a type one may not ask."""
    offered = {kind.code: kind.id for kind in askable_types(session, me)}
    unknown = [code for code in codes if code not in offered]
    if unknown:
        from flask_babel import gettext as _

        raise Invalid(_("Choose among the kinds of partners that you may ask."), "wanted")
    session.execute(delete(PartnerWish).where(PartnerWish.participant_id == me.id))
    session.add_all(PartnerWish(participant_id=me.id, type_id=offered[code]) for code in sorted(set(codes)))
    me.wanted_sizes = " ".join(sizes_in(" ".join(sizes)))
    me.updated_at = now
    session.flush()


def partner_wishes(session: Session, me: Participant) -> frozenset[str]:
    """Codes of the types that one looks for."""
    return frozenset(
        session.scalars(
            select(ParticipantType.code)
            .join(PartnerWish, PartnerWish.type_id == ParticipantType.id)
            .where(PartnerWish.participant_id == me.id)
        )
    )


def askable_types(session: Session, me: Participant) -> Sequence[ParticipantType]:
    """The types that the matching matrix lets one ask."""
    return session.scalars(
        select(ParticipantType)
        .where(ParticipantType.id.in_(select(MatrixRule.to_type_id).where(*asks_by(me))))
        .order_by(ParticipantType.name)
    ).all()
