"""Who of the organisers may change what: co-organisers change what lies in their scope, and read the rest."""

from __future__ import annotations

from typing import cast

from flask_babel import gettext as _

from scheduler.errors import NotAllowed
from scheduler.models import Meeting, Participant, User
from scheduler.queries.event.rights import Scoped
from scheduler.web.access import current, this_event


def is_full() -> bool:
    """Whether the reader is an organiser and not only a co-organiser."""
    return current.rights.all


def require_full() -> User:
    """The signed-in organiser. Raises NotAllowed for co-organisers."""
    if not is_full():
        raise NotAllowed(outside_said())
    return signed_in_user()


def outside_said() -> str:
    """That something is not a co-organiser's to change, and whose it is."""
    return _(
        "Co-organisers can look at this, and change only what they are responsible for. Ask an organiser."
    )


def signed_in_user() -> User:
    """The signed-in user; the access rules of this area guarantee that there is one."""
    return cast(User, current.user)


def own_organisation() -> int | None:
    """The organisation for which a co-organiser acts; None for organisers."""
    return None if is_full() else next(iter(sorted(current.rights.organisations)), None)


def bringing_for() -> int | None:
    """For which organisation people are registered; None for organisers. Raises NotAllowed without one."""
    own = own_organisation()
    if own is None and not is_full():
        raise NotAllowed(
            _(
                "You act for no organisation at this event yet, so you can't register people. Ask an organiser."
            )
        )
    return own


def may_show() -> bool:
    """Whether the reader lets others see people before they come in: where people are approved, organisers alone."""
    return is_full() or not this_event().approval


def may_change(thing: Scoped) -> bool:
    """Whether a thing is the reader's to change: what a page offers and what it takes agree."""
    return current.rights.may_change(thing)


def require_change(thing: Scoped) -> User:
    """The signed-in user. Raises NotAllowed when this thing is not theirs to change."""
    if may_change(thing):
        return signed_in_user()
    if isinstance(thing, Participant):
        raise NotAllowed(
            _("%(name)s is registered by another organiser: you can look, not change.", name=thing.name)
        )
    raise NotAllowed(outside_said())


def may_place(meeting: Meeting) -> bool:
    """Whether the reader says when and where a meeting is held."""
    return current.rights.may_place(meeting)


def require_place(meeting: Meeting) -> User:
    """The signed-in user. Raises NotAllowed when it is not theirs to say where the meeting is held."""
    if not may_place(meeting):
        raise NotAllowed(outside_said())
    return signed_in_user()


def may_run() -> bool:
    """Whether the reader starts runs: of every round, or of those that they are responsible for."""
    return is_full() or bool(current.rights.rounds)


def require_run() -> User:
    """The signed-in user. Raises NotAllowed when they start runs of no round."""
    if not may_run():
        raise NotAllowed(outside_said())
    return signed_in_user()
