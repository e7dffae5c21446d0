"""What somebody may do at an event: their roles, and what a co-organiser is responsible for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.domain.enums import Role
from scheduler.models import (
    Delegation,
    DelegationMember,
    EventRole,
    MatchmakingRound,
    Meeting,
    Participant,
    Pavilion,
    Place,
    Plan,
    Run,
)

Scoped = Participant | Delegation | Pavilion | Place | MatchmakingRound | Plan | Run | Meeting
"""What a co-organiser may be responsible for, or what belongs to it."""


@dataclass(frozen=True, slots=True)
class Rights:
    """The roles of one user at one event, and the scopes of a co-organiser as ids of rows."""

    roles: frozenset[Role] = frozenset()
    organisations: frozenset[int] = frozenset()
    """Those for which they act: whom these brought is theirs to change."""
    delegations: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    """Who travels along with these delegations."""
    pavilions: frozenset[int] = frozenset()
    rounds: frozenset[int] = frozenset()

    @property
    def all(self) -> bool:
        """Whether they may change everything."""
        return Role.ORGANISER in self.roles

    def may_change(self, thing: Scoped) -> bool:
        """Organisers change everything, co-organisers what lies in their scopes (docs/roles.md)."""
        if self.all:
            return True
        match thing:
            case Participant():
                return thing.brought_by_id in self.organisations or thing.id in self.members
            case Delegation():
                return thing.id in self.delegations
            case Pavilion():
                return thing.id in self.pavilions
            case Place():
                return thing.pavilion_id in self.pavilions
            case MatchmakingRound():
                return thing.id in self.rounds
            case Plan() | Run():
                return thing.round_id in self.rounds
            case Meeting():
                return self.may_change(thing.plan)

    def may_place(self, meeting: Meeting) -> bool:
        """Whether they say at which time and table a meeting is held: those of its round, and of its pavilion."""
        return self.may_change(meeting) or self.may_change(meeting.place)


def rights_of(session: Session, user_id: int, event_id: int) -> Rights:
    """What a user may do at an event, in one query; in two for who is responsible for a delegation."""
    rows = session.execute(
        select(
            EventRole.role,
            EventRole.organisation_id,
            EventRole.delegation_id,
            EventRole.pavilion_id,
            EventRole.round_id,
        ).where(EventRole.user_id == user_id, EventRole.event_id == event_id)
    ).all()
    delegations = _known(row.delegation_id for row in rows)
    members = select(DelegationMember.participant_id).where(DelegationMember.delegation_id.in_(delegations))
    return Rights(
        frozenset(row.role for row in rows),
        _known(row.organisation_id for row in rows),
        delegations,
        frozenset(session.scalars(members)) if delegations else frozenset(),
        _known(row.pavilion_id for row in rows),
        _known(row.round_id for row in rows),
    )


def _known(keys: Iterable[int | None]) -> frozenset[int]:
    return frozenset(key for key in keys if key is not None)
