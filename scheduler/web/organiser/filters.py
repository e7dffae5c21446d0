"""What the organiser's lists can be narrowed to. They stand in the address, and what can't be read does not filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice

from scheduler.domain.enums import ParticipantState
from scheduler.queries.people.organisations import OrganisationNeed
from scheduler.queries.people.people_admin import Need, PeopleChoices
from scheduler.web.form_fields import search

Choice = tuple[str, str]


class PeopleFilterForm(Form):
    q = search(_l("Search"), _l("Name, organisation, mail"))
    type = SelectField(_l("Type"), validate_choice=False)
    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("All")),
            SelectChoice(ParticipantState.ACTIVE.value, _l("Active")),
            SelectChoice(ParticipantState.INVITED.value, _l("Not in yet")),
            SelectChoice(ParticipantState.WITHDRAWN.value, _l("Withdrawn")),
        ],
        validate_choice=False,
    )
    delegation = SelectField(_l("Delegation"), validate_choice=False)
    brought_by = SelectField(_l("Registered by"), validate_choice=False)
    need = SelectField(
        _l("Needs"),
        choices=[
            SelectChoice("", _l("Anything")),
            SelectChoice(Need.UNANSWERED.value, _l("Requests to answer")),
            SelectChoice(Need.UNCONFIRMED.value, _l("Availability to confirm")),
            SelectChoice(Need.NO_REQUESTS.value, _l("No requests at all")),
            SelectChoice(Need.NOT_WRITTEN.value, _l("An invitation: never written to")),
            SelectChoice(Need.NOT_IN.value, _l("To come in: written to before")),
            SelectChoice(Need.TO_APPROVE.value, _l("Your approval")),
        ],
        validate_choice=False,
    )
    organisation = HiddenField()
    """The public id of one, from its page."""
    round = HiddenField()
    sort = HiddenField()

    def offer(self, found: PeopleChoices) -> None:
        """Fill the choices; what there is nothing of to choose is not asked."""
        whatever = SelectChoice("", _l("All"))
        self.type.choices = [whatever, *_choices(found.types)]
        self.delegation.choices = [whatever, *_choices(found.delegations)]
        self.brought_by.choices = [whatever, *_choices((str(key), name) for key, name in found.co_organisers)]
        if not found.delegations:
            del self.delegation
        if not found.co_organisers:
            del self.brought_by


class OrganisationFilterForm(Form):
    q = search(_l("Search"), _l("Name"))
    country = SelectField(_l("Country"), validate_choice=False)
    kind = SelectField(_l("Kind"), validate_choice=False)
    need = SelectField(
        _l("Needs"),
        choices=[
            SelectChoice("", _l("Anything")),
            SelectChoice(OrganisationNeed.NOBODY.value, _l("No representatives")),
            SelectChoice(OrganisationNeed.ALIKE.value, _l("Looks like another")),
        ],
        validate_choice=False,
    )

    def offer(self, countries: Iterable[Choice], kinds: Iterable[str]) -> None:
        """Fill the choices; what there is nothing of to choose is not asked."""
        whatever = SelectChoice("", _l("All"))
        self.country.choices = [whatever, *_choices(countries)]
        self.kind.choices = [whatever, *_choices((kind, kind) for kind in kinds)]
        if len(self.country.choices) == 1:
            del self.country
        if len(self.kind.choices) == 1:
            del self.kind


class SearchForm(Form):
    q = search(_l("Search"), _l("Name or organisation"))


class NameSearch(Form):
    q = search(_l("Name"))


class DeskFilter(Form):
    q = search(_l("Name"))


class UnplacedFilter(Form):
    reason = SelectField(_l("Reason"), validate_choice=False)
    q = search(_l("Search"), _l("Name"))

    def offer(self, reasons: Iterable[Choice]) -> None:
        """Fill the choices with reasons and what they are called."""
        self.reason.choices = [SelectChoice("", _l("All")), *_choices(reasons)]


class TimetableFilter(Form):
    pavilion = SelectField(_l("Pavilion"), validate_choice=False)
    day = SelectField(_l("Day"), validate_choice=False)
    cells = SelectField(
        _l("Cells"),
        choices=[SelectChoice("", _l("Names only")), SelectChoice("wide", _l("With organisations"))],
        validate_choice=False,
    )

    def offer(self, pavilions: Iterable[Choice], days: Iterable[Choice]) -> None:
        """Fill the choices with public ids, days, and what they are called."""
        self.pavilion.choices, self.day.choices = _choices(pavilions), _choices(days)


class PlaceFilter(Form):
    place = SelectField(_l("Place"), validate_choice=False)

    def offer(self, places: Iterable[Choice]) -> None:
        """Fill the choices with public ids and names."""
        self.place.choices = _choices(places)


class SlotForm(Form):
    """The time to which a meeting is moved; on the page the choices stand below their days."""

    slot = RadioField(validate_choice=False)
    place = HiddenField()


def _choices(rows: Iterable[Choice]) -> Sequence[SelectChoice]:
    return [SelectChoice(*row) for row in rows]
