"""The organiser's area: one blueprint, its views in one module per section."""

from __future__ import annotations

from flask import Blueprint

from scheduler.web import concurrent_edits
from scheduler.web.labels import acts

blueprint = Blueprint("organiser", __name__, url_prefix="/e/<event_slug>/organise")
blueprint.add_app_template_filter(acts.act)
concurrent_edits.register(blueprint)
