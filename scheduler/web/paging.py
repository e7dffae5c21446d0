"""Which page of a list is asked for."""

from __future__ import annotations

from flask import request
from wtforms import Form, IntegerField

MOST_PAGES = 1_000_000


class PageFilter(Form):
    """The page in the address of a list."""

    page = IntegerField()


def page_number() -> int:
    """The page asked for, from 1; the first where there is none that can be read."""
    return max(1, min(PageFilter(request.args).page.data or 1, MOST_PAGES))
