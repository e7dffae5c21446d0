"""Small helpers of the organiser's views."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import request, url_for
from flask_wtf import FlaskForm

from scheduler.errors import Invalid
from scheduler.web import form_fields
from scheduler.web.access import this_event
from scheduler.web.paging import page_number as page_number  # the views of this area take it from here

Kind = TypeVar("Kind", bound=StrEnum)


def one_of(kind: type[Kind], name: str) -> Kind | None:
    """A member of an enumeration from the address; None when it is missing or unknown."""
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def here(**changes: object) -> str:
    """The address of this page with some of its parameters changed; empty ones are left out."""
    values: dict[str, object] = {**request.args.to_dict(), **changes}
    kept = {key: value for key, value in values.items() if value not in ("", None)}
    return url_for(request.endpoint or "", **(request.view_args or {}), **kept)  # type: ignore[arg-type]


def page_address() -> Callable[[int], str]:
    """A function from page numbers to addresses, for the `pages` macro."""
    return lambda number: here(page=number if number > 1 else "")


def blame(form: FlaskForm, error: Invalid) -> None:
    """Put a service's complaint at the field it names, or at the form."""
    if not form_fields.blame(form, error):
        form.form_errors.append(error.message)


def confirmed() -> bool:
    """Whether the sender has seen what an act touches and wants it all the same."""
    return request.form.get("confirm") == "yes"


def organise(endpoint: str, **values: object) -> str:
    """The address of a page of this event's organiser area."""
    return url_for(f"organiser.{endpoint}", event_slug=this_event().slug, **values)  # type: ignore[arg-type]
