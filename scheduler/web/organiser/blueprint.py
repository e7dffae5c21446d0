"""The organiser's area: one blueprint, its views in one module per section."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organiser", __name__, url_prefix="/e/<event_slug>/organise")
