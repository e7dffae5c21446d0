"""Who may use a route. Every route declares it; one that does not is refused for everybody.

A route below `/e/<event_slug>/` is about one event: the event, the roles of the user and the participant row are
loaded once, before the view, into `current`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.orm import joinedload
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from scheduler.domain.enums import ParticipantState, Role
from scheduler.errors import NotAllowed, NotFound, OtherPerson
from scheduler.extensions import db
from scheduler.models import Delegation, DelegationMember, Event, Participant, User
from scheduler.queries.event.rights import Rights, rights_of
from scheduler.services.audit import for_whom
from scheduler.web.access_rules import (
    BY_SECRET,
    CO_ORGANISER,
    DELEGATION_LEADER,
    DELEGATION_MEMBER,
    DELEGATION_OWN,
    DESK,
    HELPERS,
    OF_THE_EVENT,
    ORGANISER,
    ORGANISERS,
    PARTICIPANT,
    PUBLIC,
    SIGNED_IN,
    SPONSOR,
    UNSAFE,
    AccessRule,
)
from scheduler.web.acting import FIELD, Acting, acting_of, deed_of, is_private

View = TypeVar("View", bound=Callable[..., object])


@dataclass
class Current:
    """What the request is about and who makes it. `event` is None outside of `/e/<event_slug>/`."""

    user: User | None = None
    event: Event | None = None
    roles: frozenset[Role] = frozenset()
    rights: Rights = field(default_factory=Rights)
    participant: Participant | None = None
    delegation: Delegation | None = None
    """The delegation in the address, or the one that the participant belongs to."""
    extra: dict[str, object] = field(default_factory=dict)
    acts_for: Participant | None = None
    """For whom the user acts at this event: in that person's own area, and nowhere else."""
    acting: Acting | None = None
    on_behalf: bool = False
    """Whether the address belongs to that area: then `participant` is whom the user acts for."""

    @property
    def is_organiser(self) -> bool:
        return bool(self.roles & ORGANISERS)


def by_secret(view: View) -> View:
    """Whoever knows the secret in the address, which the view looks up. Who is signed in is not asked: programs ask,
    and the answer is the same for all."""
    return _declare(view, BY_SECRET)


def public(view: View) -> View:
    """Anybody may use the route."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Whoever is signed in may use the route."""
    return _declare(view, SIGNED_IN)


def organiser(view: View) -> View:
    """Organisers and co-organisers of the event in the address read; only organisers change something."""
    return _declare(view, ORGANISER)


def co_organiser(view: View) -> View:
    """Organisers, and co-organisers for the people they brought: the view asks whose the person is."""
    return _declare(view, CO_ORGANISER)


def participant(view: View) -> View:
    """A participant of the event in the address; `current.participant` is theirs."""
    return _declare(view, PARTICIPANT)


def of_the_event(view: View) -> View:
    """Whoever has a role at the event in the address reads; nobody changes anything."""
    return _declare(view, OF_THE_EVENT)


def desk(view: View) -> View:
    """Desk staff of the event in the address and its organisers read; nobody changes anything."""
    return _declare(view, DESK)


def sponsor(view: View) -> View:
    """Sponsors of the event in the address and its organisers read; nobody changes anything."""
    return _declare(view, SPONSOR)


def delegation_member(view: View) -> View:
    """Members and leader of the delegation in the address, and the event's organisers, read; nobody changes."""
    return _declare(view, DELEGATION_MEMBER)


def delegation_own(view: View) -> View:
    """The same read; members change what is their own (the view asks), leader and organisers everything."""
    return _declare(view, DELEGATION_OWN)


def delegation_leader(view: View) -> View:
    """The leader of the delegation in the address, and the organisers."""
    return _declare(view, DELEGATION_LEADER)


def also_when_closed(view: View) -> View:
    """The view may change something in an event that is archived or about to be deleted, too: it takes that back."""
    view.also_when_closed = True  # type: ignore[attr-defined]
    return view


def _declare(view: View, rule: AccessRule) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view


def _current() -> Current:
    if "expo_current" not in g:
        g.expo_current = Current()
    return cast(Current, g.expo_current)


current = cast(Current, LocalProxy(_current))


def this_event() -> Event:
    """The event in the address."""
    event = _current().event
    if event is None:
        raise NotFound(_("There is no event at this address."))
    return event


def this_participant() -> Participant:
    """The signed-in participant of the event in the address."""
    found = _current().participant
    if found is None:
        raise NotAllowed(_("You are not a participant of this event."))
    return found


def this_delegation() -> Delegation:
    """The delegation in the address."""
    found = _current().delegation
    if found is None:
        raise NotFound(_("There is no such delegation at this event."))
    return found


def rule_of(view: Callable[..., object]) -> AccessRule | None:
    """The rule that a view declares, or None."""
    return cast("AccessRule | None", getattr(view, "access_rule", None))


def is_by_secret(endpoint: str | None) -> bool:
    """Whether a route is for whoever knows its secret, signed in or not."""
    rule = rule_of(current_app.view_functions[endpoint]) if endpoint is not None else None
    return rule is not None and not rule.asked


def register(app: Flask) -> None:
    app.before_request(_enforce)


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None
    if request.endpoint == "static":
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        abort(500, f"the route {request.endpoint} declares no access rule")
    if not rule.asked:
        return None
    state = _current()
    if not rule.signed_in and "event_slug" not in (request.view_args or {}) and not _has_session():
        return None
    user = current_user._get_current_object() if current_user.is_authenticated else None
    state.user = user.row if user else None
    if rule.signed_in and state.user is None:
        goal = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("account.sign_in", next=goal))
    slug = (request.view_args or {}).get("event_slug")
    if slug is not None:
        _load_event(state, str(slug))
    _check(state, rule)
    _check_acting(state, rule)
    _refuse_closed(state)
    return None


def _refuse_closed(state: Current) -> None:
    """Raise NotAllowed for what would change something in an event that is closed."""
    if state.event is None or not state.event.closed or request.method not in UNSAFE:
        return
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "also_when_closed", False):
        return
    if state.event.deletes_at is not None:
        raise NotAllowed(_("This event is about to be deleted: nothing in it can be changed any more."))
    raise NotAllowed(
        _("This event is archived: nothing in it can be changed. An organiser can open it again.")
    )


def renew() -> None:
    """Read again who asks and about what, once the transaction was undone: a failure forgets what was read."""
    state = _current()
    if state.user is None:
        return
    identity = inspect(state.user).identity
    state.user = db.session.get(User, identity[0]) if identity is not None else None
    current_user._get_current_object().row = state.user
    slug = (request.view_args or {}).get("event_slug")
    if slug is not None and state.event is not None:
        _load_event(state, str(slug))


def _has_session() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _load_event(state: Current, slug: str) -> None:
    session = db.session
    state.event = session.scalar(select(Event).where(Event.slug == slug).options(joinedload(Event.look)))
    if state.event is None:
        raise NotFound(_("There is no event at this address."))
    if state.user is None:
        return
    state.rights = rights_of(session, state.user.id, state.event.id)
    state.participant = _participant(state.event, Participant.user_id == state.user.id)
    state.roles = state.rights.roles & (ORGANISERS | HELPERS)
    roles = set(state.roles)
    _load_acting(state)
    wanted = (request.view_args or {}).get("delegation_id")
    if wanted is not None:
        state.delegation = session.scalar(
            select(Delegation)
            .where(Delegation.event_id == state.event.id, Delegation.public_id == str(wanted))
            .options(joinedload(Delegation.leader))
        )
        if state.delegation is None:
            raise NotFound(_("There is no such delegation at this event."))
    if state.acts_for is not None and _is_their_area(state):
        state.participant, state.on_behalf = state.acts_for, True
    if state.participant is not None:
        roles.add(Role.PARTICIPANT)
        own = session.scalar(
            select(Delegation)
            .join(DelegationMember)
            .where(DelegationMember.participant_id == state.participant.id)
        )
        state.extra["own_delegation"] = own
        if wanted is None:
            state.delegation = own
        if own is not None and own.leader_id == state.participant.id:
            roles.add(Role.LEADER)
    state.roles = frozenset(roles)


def _participant(event: Event, who: ColumnElement[bool]) -> Participant | None:
    """Somebody who takes part in an event, with what every page says of them."""
    found: Participant | None = db.session.scalar(
        select(Participant)
        .where(Participant.event_id == event.id, who, Participant.state != ParticipantState.WITHDRAWN)
        .options(joinedload(Participant.organisation), joinedload(Participant.type))
    )
    return found


def _load_acting(state: Current) -> None:
    """For whom the user acts: as long as the hour lasts, the person takes part and is theirs to change."""
    state.acts_for, state.on_behalf = None, False
    if state.event is None or state.user is None or not state.is_organiser:
        return
    state.acting = acting_of(state.event, state.user)
    if state.acting is None or not state.acting.minutes_left:
        return
    person = _participant(state.event, Participant.public_id == state.acting.person_id)
    if person is not None and state.rights.may_change(person):
        state.acts_for = person


def _is_their_area(state: Current) -> bool:
    """Whether the address belongs to the area of whom the user acts for: their own, or the delegation they lead."""
    rule = rule_of(current_app.view_functions[request.endpoint or ""])
    if rule is PARTICIPANT:
        return True
    leads = state.delegation is not None and state.delegation.leader == state.acts_for
    return rule is not None and rule.delegation and leads


def _check_acting(state: Current, rule: AccessRule) -> None:
    """Raise for what only the person does, and for a form that was made for somebody else than it would be for now."""
    if rule is not PARTICIPANT and not rule.delegation:
        return
    view = current_app.view_functions[request.endpoint or ""]
    person = state.participant if state.on_behalf else None
    if request.method not in UNSAFE:
        if person is not None and is_private(view):
            raise NotAllowed(_only(person))
        return
    if request.form.get(FIELD, "") != (person.public_id if person is not None else ""):
        raise OtherPerson(
            _(
                "This page was opened before you began or ended to act for somebody. Nothing was changed: reload it."
            )
        )
    if person is None:
        return
    if deed_of(view) is None:
        raise NotAllowed(_only(person))
    db.prepare(lambda session: for_whom(session, person))


def _only(person: Participant) -> str:
    return _("This stays with %(name)s: it is not for whoever acts for them.", name=person.name)


def _has_left(state: Current) -> bool:
    """Whether the user was a participant of the event in the address, and withdrew or was withdrawn."""
    if state.user is None or state.event is None:
        return False
    left = select(Participant.id).where(
        Participant.event_id == state.event.id,
        Participant.user_id == state.user.id,
        Participant.state == ParticipantState.WITHDRAWN,
    )
    return db.session.scalar(left) is not None


def _check(state: Current, rule: AccessRule) -> None:
    if not rule.reads:
        return
    roles = _standing(state, rule)
    if request.method in UNSAFE and rule.reads & roles and not rule.writes & roles:
        raise NotAllowed(
            _("You can look at this. Only the leader of the delegation and the organisers change it.")
            if rule.delegation
            else _(
                "Co-organisers can look at this, and change only what they are responsible for. Ask an organiser."
            )
        )
    if rule.reads & roles:
        return
    if rule is PARTICIPANT and state.acting is not None:
        raise NotAllowed(
            _(
                "You no longer act for anybody: the hour is over, or they left. Begin again on the person's page."
            )
        )
    if rule is PARTICIPANT and _has_left(state):
        raise NotAllowed(
            _("You no longer take part in this event. The organiser can take you back: write to them.")
        )
    if rule.delegation and Role.PARTICIPANT in rule.reads:
        raise NotAllowed(_("This page is for the members of the delegation."))
    if rule.delegation:
        raise NotAllowed(_("Only the leader of the delegation and the organisers change the programme."))
    raise NotAllowed(_("This page is not for your role at this event."))


def _standing(state: Current, rule: AccessRule) -> frozenset[Role]:
    """The roles that count for a rule. Who is responsible for a delegation may what its leader may."""
    if not rule.delegation:
        return state.roles
    found = state.roles & ORGANISERS
    if state.delegation is not None and state.delegation.id in state.rights.delegations:
        found |= {Role.LEADER}
    own = cast("Delegation | None", state.extra.get("own_delegation"))
    if own is None or state.delegation is None or own.id != state.delegation.id:
        return found
    leads = state.participant is not None and state.participant.id == own.leader_id
    return found | ({Role.PARTICIPANT, Role.LEADER} if leads else {Role.PARTICIPANT})


def may_write(rule: AccessRule) -> bool:
    """Whether the request's user may change something by this rule: what a page offers and what it takes agree."""
    state = _current()
    return bool(rule.writes & _standing(state, rule))
