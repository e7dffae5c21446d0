"""The filter of organisations in an address: the list shows them, and goes out as a file."""

from __future__ import annotations

from flask import request

from scheduler.queries.people.organisations import OrganisationFilter, OrganisationNeed
from scheduler.web.form_fields import said
from scheduler.web.organiser.filters import OrganisationFilterForm
from scheduler.web.organiser.replies import one_of


def organisation_filter() -> OrganisationFilter:
    form = OrganisationFilterForm(request.args)
    return OrganisationFilter(
        text=said(form, "q", 100).strip(),
        country=said(form, "country", 2),
        kind=said(form, "kind", 40),
        need=one_of(OrganisationNeed, "need"),
    )


def filter_values() -> dict[str, str]:
    """The filter as parameters of an address."""
    return {each.name: each.data for each in OrganisationFilterForm(request.args) if each.data}
