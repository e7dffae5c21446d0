"""The guides for organisers and attendees, as pages."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from scheduler.errors import NotFound
from scheduler.web import access

blueprint = Blueprint("guides", __name__, url_prefix="/guide")

GUIDES = ("organiser", "attendee")
_HEADING = re.compile(r"<h2>(.*?)</h2>")
# The page of a view is spoken of where its name begins so; the first that fits counts.
_PARTS = (
    ("account.new_event", "organiser", "make-the-event"),
    ("organiser.event", "organiser", "make-the-event"),
    ("organiser.venue", "organiser", "venue"),
    ("organiser.programme_blocks", "organiser", "meeting-blocks"),
    ("organiser.programme", "organiser", "programme"),
    ("organiser.people", "organiser", "people"),
    ("organiser.rounds_matrix", "organiser", "who-may-ask-whom"),
    ("organiser.rounds", "organiser", "the-round"),
    ("organiser.runs", "organiser", "run-review-publish"),
    ("organiser.plans", "organiser", "run-review-publish"),
    ("organiser.", "organiser", ""),
    ("participant.me_profile", "attendee", "say-who-you-are"),
    ("participant.me_availability", "attendee", "say-when-you-can"),
    ("participant.people", "attendee", "ask-for-meetings"),
    ("participant.requests", "attendee", "answer"),
    ("participant.agenda", "attendee", "your-agenda"),
    ("participant.", "attendee", ""),
)


@blueprint.get("/<name>")
@access.public
def guide(name: str) -> str:
    if name not in GUIDES:
        raise NotFound(_("There is a guide for organisers, and one for attendees."))
    return render_template("guide.html", text=Markup(guide_html(name)), name=name)  # noqa: S704 our own text


@blueprint.app_context_processor
def _offered() -> dict[str, str]:
    """The address of the part of a guide that speaks of this page; empty where none does."""
    endpoint = request.endpoint or ""
    for begins, name, part in _PARTS:
        if endpoint.startswith(begins):
            return {"guide_address": url_for("guides.guide", name=name, _anchor=part or None)}
    return {"guide_address": ""}


@cache
def guide_html(name: str) -> str:
    """A guide as HTML; its parts have anchors made of their headings."""
    text = resources.files("scheduler.guide").joinpath(f"{name}.md").read_text(encoding="utf-8")
    page: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return _HEADING.sub(lambda found: f'<h2 id="{anchor_of(found[1])}">{found[1]}</h2>', page)


def anchor_of(heading: str) -> str:
    """`Run, review, publish` is `run-review-publish`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
