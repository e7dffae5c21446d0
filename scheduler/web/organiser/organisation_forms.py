"""Forms of an organisation: what is said about it, and what stays when two become one."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, Form, RadioField, SelectField
from wtforms.fields import SelectChoice

from scheduler.services.people.organisation_merge import FIELDS, LOGO, OrganisationMerge
from scheduler.web.country_names import countries, country
from scheduler.web.filters import number
from scheduler.web.form_fields import line, text

KEPT, GONE = "kept", "gone"


class OrganisationForm(FlaskForm):
    name = line(_l("Name"), 200)
    kind = line(_l("Kind"), 40, _l("Such as company, city, cluster, university."))
    country = SelectField(_l("Country"), validate_choice=False)
    city = line(_l("City"), 120)
    website = line(_l("Website"), 300, inputmode="url")
    description = text(_l("About the organisation"), 3000, rows=6)
    employees = line(_l("People employed"), 14, inputmode="numeric")
    inhabitants = line(
        _l("Inhabitants"),
        14,
        _l("Of a city or region: then its size is measured by this."),
        inputmode="numeric",
    )

    def offer(self) -> OrganisationForm:
        self.country.choices = [
            SelectChoice("", _("Not said")),
            *(SelectChoice(*each) for each in countries()),
        ]
        return self


def field_labels() -> dict[str, str]:
    """What the fields of an organisation are called."""
    form = OrganisationForm(formdata=None)
    return {**{name: str(form[name].label.text) for name in FIELDS}, LOGO: _("Logo")}


def merge_form(found: OrganisationMerge) -> type[Form]:
    """For each field that differs: whose value stays."""
    labels = field_labels()
    fields: dict[str, Field] = {
        one.field: RadioField(
            labels[one.field],
            choices=[
                SelectChoice(KEPT, shown(one.field, one.kept)),
                SelectChoice(GONE, shown(one.field, one.gone)),
            ],
            default=KEPT,
            validate_choice=False,
        )
        for one in found.differing
    }
    if found.two_logos:
        fields[LOGO] = RadioField(
            labels[LOGO],
            choices=[
                SelectChoice(KEPT, _("That of %(name)s", name=found.kept.name)),
                SelectChoice(GONE, _("That of %(name)s", name=found.gone.name)),
            ],
            default=KEPT,
            validate_choice=False,
        )
    return type("MergeForm", (Form,), fields)


def shown(field: str, value: str | int) -> str:
    """A value as people read it."""
    if field == "country":
        return country(str(value))
    if isinstance(value, int):
        return number(value)
    return value if len(value) <= 200 else f"{value[:200]}…"
