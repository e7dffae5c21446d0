"""Who of the organisers may change what: co-organisers change their own participants, and read the rest."""

from __future__ import annotations

from typing import cast

from flask_babel import gettext as _

from scheduler.domain.enums import Role
from scheduler.errors import NotAllowed
from scheduler.extensions import db
from scheduler.models import Participant, User
from scheduler.queries.people.person_admin import acts_for
from scheduler.web.access import current, this_event


def is_full() -> bool:
    """Whether the reader is an organiser and not only a co-organiser."""
    return Role.ORGANISER in current.roles


def require_full() -> User:
    """The signed-in organiser. Raises NotAllowed for co-organisers."""
    if not is_full():
        raise NotAllowed(_("Co-organisers can look at this, and change their own participants only."))
    return signed_in_user()


def signed_in_user() -> User:
    """The signed-in user; the access rules of this area guarantee that there is one."""
    return cast(User, current.user)


def own_organisation() -> int | None:
    """The organisation for which a co-organiser acts; None for organisers."""
    if is_full():
        return None
    if "acts_for" not in current.extra:
        current.extra["acts_for"] = acts_for(db.session, signed_in_user().id, this_event().id)
    return cast("int | None", current.extra["acts_for"])


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


def may_change(person: Participant) -> bool:
    """Organisers change everybody, co-organisers those whom they brought."""
    if is_full():
        return True
    own = own_organisation()
    return own is not None and person.brought_by_id == own


def require_change(person: Participant) -> User:
    """The signed-in user. Raises NotAllowed when this person is not theirs to change."""
    if not may_change(person):
        raise NotAllowed(
            _("%(name)s is registered by another organiser: you can look, not change.", name=person.name)
        )
    return signed_in_user()
