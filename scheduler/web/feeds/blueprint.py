"""The area's blueprint; every module of the area adds its routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("feeds", __name__)
