"""The filter of people in an address: the list shows whom it chooses, an invitation writes to them."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from scheduler.domain.enums import ParticipantState
from scheduler.errors import NotAllowed
from scheduler.queries.people.people_admin import Need, PeopleFilter, Sort
from scheduler.web.form_fields import said
from scheduler.web.organiser.filters import PeopleFilterForm
from scheduler.web.organiser.permissions import is_full, own_organisation
from scheduler.web.organiser.replies import one_of


def people_filter() -> PeopleFilter:
    form = PeopleFilterForm(request.args)
    organisation = said(form, "brought_by")
    return PeopleFilter(
        text=said(form, "q", 100).strip(),
        type=said(form, "type"),
        state=one_of(ParticipantState, "state"),
        delegation=said(form, "delegation"),
        organisation=said(form, "organisation"),
        brought_by=int(organisation) if organisation.isdecimal() and len(organisation) < 12 else None,
        need=one_of(Need, "need"),
        round=said(form, "round"),
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
    form = PeopleFilterForm(request.args)
    return {each.name: each.data for each in form if each.data and each.name != "sort"}
