"""The rules that a view may declare: who reads it, and who changes something through it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.enums import Role

ORGANISERS = frozenset({Role.ORGANISER, Role.CO_ORGANISER})
HELPERS = frozenset({Role.DESK, Role.SPONSOR})
"""Who reads some pages and changes nothing: no rule names them among those who write."""


UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class AccessRule:
    """Who may read a view, and who may change something through it: two answers, given apart.

    `signed_in` False: anybody. With `reads`, one of these roles is needed at the event in the address, and for what
    changes something one of `writes`. With `delegation`, participant and leader mean those of the delegation in the
    address. With `asked` False nobody looks at who asks.
    """

    signed_in: bool
    reads: frozenset[Role] = frozenset()
    writes: frozenset[Role] = frozenset()
    delegation: bool = False
    asked: bool = True


PUBLIC = AccessRule(signed_in=False)
BY_SECRET = AccessRule(signed_in=False, asked=False)
SIGNED_IN = AccessRule(signed_in=True)
ORGANISER = AccessRule(signed_in=True, reads=ORGANISERS, writes=frozenset({Role.ORGANISER}))
CO_ORGANISER = AccessRule(signed_in=True, reads=ORGANISERS, writes=ORGANISERS)
PARTICIPANT = AccessRule(
    signed_in=True, reads=frozenset({Role.PARTICIPANT}), writes=frozenset({Role.PARTICIPANT})
)
DESK = AccessRule(signed_in=True, reads=ORGANISERS | {Role.DESK})
SPONSOR = AccessRule(signed_in=True, reads=ORGANISERS | {Role.SPONSOR})
OF_THE_EVENT = AccessRule(signed_in=True, reads=ORGANISERS | HELPERS | {Role.PARTICIPANT})
_OF_DELEGATION = ORGANISERS | {Role.PARTICIPANT, Role.LEADER}
DELEGATION_MEMBER = AccessRule(signed_in=True, reads=_OF_DELEGATION, delegation=True)
DELEGATION_OWN = AccessRule(
    signed_in=True,
    reads=_OF_DELEGATION,
    writes=frozenset({Role.PARTICIPANT, Role.LEADER, Role.ORGANISER}),
    delegation=True,
)
_LEADS = frozenset({Role.LEADER, Role.ORGANISER})
DELEGATION_LEADER = AccessRule(signed_in=True, reads=_LEADS, writes=_LEADS, delegation=True)
