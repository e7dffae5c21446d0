"""Which page of a list is asked for: whatever stands in the address, there is one."""

from __future__ import annotations

import pytest
from flask import Flask

from scheduler.web.paging import MOST_PAGES, page_number


@pytest.mark.parametrize(
    ("asked", "page"),
    [("", 1), ("3", 3), ("0", 1), ("-5", 1), ("two", 1), ("9" * 30, MOST_PAGES)],
)
def test_page_is_read_from_the_address_within_bounds(app: Flask, asked: str, page: int) -> None:
    with app.test_request_context("/", query_string={"page": asked}):
        assert page_number() == page


def test_first_page_where_none_is_named(app: Flask) -> None:
    with app.test_request_context("/"):
        assert page_number() == 1
