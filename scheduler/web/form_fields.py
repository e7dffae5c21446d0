"""The dialect of all forms: WTForms carries what was entered, the services judge it, and `field()` shows both.

A form here is bound to what was sent by naming it: `NoteForm(request.form)`, or `PeopleFilter(request.args)` for what
stands in an address. The token of whatever changes something is checked before the view (`extensions.csrf`).
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from wtforms import Form, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import (
    CheckboxInput,
    ListWidget,
    NumberInput,
    SearchInput,
    TextArea,
    TimeInput,
    html_params,
)

from scheduler.errors import SchedulerError

SHOWN = 12_000
"""Characters of a field that is too long which the page gives back."""


class SheetArea(TextArea):
    """A text area for a table. Browsers leave out a first line break: without one of ours a blank row would be lost."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        attributes.setdefault("id", field.id)
        head = Markup(f"<textarea {html_params(name=field.name, **attributes)}>\n")  # noqa: S704 (escaped parameters)
        return head + escape(field._value()) + Markup("</textarea>")


def line(label: Any, most: int | None = None, hint: Any = "", **attributes: Any) -> StringField:
    """A field of one line, at most so many characters long."""
    return StringField(label, description=hint, render_kw=_limited(most, attributes))


def text(label: Any, most: int, hint: Any = "", **attributes: Any) -> TextAreaField:
    """A field of several lines."""
    return TextAreaField(label, description=hint, render_kw=_limited(most, attributes))


def clock(label: Any, **attributes: Any) -> StringField:
    """A time of day, kept as it was entered."""
    return StringField(label, widget=TimeInput(), render_kw=attributes)


def number(label: Any, least: int | None = None, most: int | None = None, **attributes: Any) -> StringField:
    """A whole number, kept as it was entered."""
    bounds = {name: value for name, value in (("min", least), ("max", most)) if value is not None}
    return StringField(label, widget=NumberInput(), render_kw=bounds | attributes)


def search(label: Any, example: Any = "", **attributes: Any) -> StringField:
    """Words to look for."""
    shown = {"placeholder": example} if example else {}
    return StringField(label, widget=SearchInput(), render_kw=shown | attributes)


def several(label: Any) -> SelectMultipleField:
    """Any number of choices, each with a box of its own. What is none of the choices is left to the service."""
    return SelectMultipleField(
        label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )


def said(form: Form, name: str, most: int | None = None) -> str:
    """What a field holds as text, whole or its beginning; nothing when it was not sent."""
    return str(form[name].data or "")[:most]


def blame(form: Form, error: SchedulerError, most: int = SHOWN, field: str = "") -> bool:
    """Put a service's sentence beside the field that it names (else `field`); False when the form has no such field.

    What is too long to be given back is cut.
    """
    for each in form:
        if isinstance(each.data, str):
            each.data = each.data[:most]
    name = getattr(error, "field", "") or field
    if name not in form:
        return False
    form[name].errors = [*form[name].errors, error.message]
    return True


def _limited(most: int | None, attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes if most is None else {"maxlength": most, **attributes}
