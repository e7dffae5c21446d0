"""Exports of other systems, told by their headings: what their columns mean here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.imports.sheet_child import heading_key


@dataclass(frozen=True, slots=True)
class Preset:
    """A system's export. `columns` maps headings, as `heading_key` makes them, to columns ("" for what is not used).

    A table is one when it has `enough` of the headings `telling`, which no other list has together.
    """

    name: str
    columns: Mapping[str, str]
    telling: frozenset[str]
    enough: int


PRESETS = (
    Preset(
        "b2match",
        {
            "email": "email",
            "first name": "first",
            "last name": "last",
            "job description": "job_title",
            "organization name": "organisation",
            "phone": "",
            "website": "website",
            "street": "",
            "postal code": "",
            "city": "city",
            "country": "country",
            "participation type": "",
            "organization type": "type",
            "areas of activities": "topics",
            "organization description": "about",
            "validated": "validated",
        },
        frozenset(
            (
                "job description",
                "organization name",
                "participation type",
                "organization type",
                "areas of activities",
                "organization description",
                "validated",
            )
        ),
        4,
    ),
    Preset(
        "Grip",
        {
            "headline": "goals",
            "job title": "job_title",
            "company": "organisation",
            "company name": "organisation",
            "summary": "offers",
            "registration id": "",
            "badge scan id": "",
        },
        frozenset(("headline", "summary", "registration id", "badge scan id")),
        2,
    ),
)


def preset_of(headings: Iterable[str]) -> Preset | None:
    """The system whose export has these headings, if one is known."""
    keys = {heading_key(text) for text in headings}
    return next((one for one in PRESETS if len(keys & one.telling) >= one.enough), None)


def preset_columns(preset: Preset, headings: Iterable[str]) -> dict[int, str]:
    """By position, what the columns of an export hold."""
    return {
        position: preset.columns[key]
        for position, text in enumerate(headings)
        if (key := heading_key(text)) in preset.columns
    }
