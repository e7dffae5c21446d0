"""The filter of people in an address: the list shows whom it chooses, an invitation writes to them."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from scheduler.domain.enums import ParticipantState
from scheduler.errors import NotAllowed
from scheduler.queries.people.people_admin import Need, PeopleFilter, Sort
from scheduler.web.organiser.permissions import is_full, own_organisation
from scheduler.web.organiser.replies import one_of

_NAMES = ("q", "type", "state", "delegation", "brought_by", "need", "round")


def people_filter() -> PeopleFilter:
    return PeopleFilter(
        text=request.args.get("q", "")[:100].strip(),
        type=request.args.get("type", ""),
        state=one_of(ParticipantState, "state"),
        delegation=request.args.get("delegation", ""),
        brought_by=request.args.get("brought_by", type=int),
        need=one_of(Need, "need"),
        round=request.args.get("round", ""),
        sort=one_of(Sort, "sort") or Sort.NAME,
    )


def those_one_may_change() -> PeopleFilter:
    """As `people_filter`; of co-organisers among those whom they brought. Raises NotAllowed when these are nobody."""
    wanted = people_filter()
    if is_full():
        return wanted
    own = own_organisation()
    if own is None:
        raise NotAllowed(_("Co-organisers can look at this, and change their own participants only."))
    return replace(wanted, brought_by=own)


def filter_values() -> dict[str, str]:
    """The filter as parameters of an address."""
    return {name: value for name in _NAMES if (value := request.args.get(name, ""))}
