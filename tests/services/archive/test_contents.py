"""Every table is in the archive or has a reason why not; the page about the format says what is so."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

from scheduler.models import Base
from scheduler.services.archive.contents import (
    ACCOUNTS,
    COLUMNS_STAY,
    ROWS_STAY,
    STAYS,
    archived_tables,
    referred,
)
from scheduler.services.archive.values import reader

DOCS = Path(__file__).resolve().parents[3] / "docs"
IN = {each.name: each for each in archived_tables()}


@pytest.mark.parametrize("name", Base.metadata.tables)
def test_table_is_in_the_archive_or_stays_for_a_reason(name: str) -> None:
    assert (name in IN or name == ACCOUNTS) != (name in STAYS), (
        f"“{name}” neither leads to an event by its foreign keys nor stands in STAYS of services/archive/contents.py"
    )


def test_what_stays_is_there_to_stay() -> None:
    assert set(STAYS) <= set(Base.metadata.tables)
    assert set(ROWS_STAY) <= set(IN)
    for table, column in COLUMNS_STAY:
        assert column in IN[table].table.columns, (table, column)


@pytest.mark.parametrize("name", IN)
def test_every_column_can_be_written_and_read(name: str) -> None:
    each = IN[name]
    told = {column.name for column in each.columns}
    for column in each.table.columns:
        target = referred(column)
        if column.name in told:
            if target is None and not isinstance(column.type, LargeBinary):
                assert callable(reader(column))
            continue
        derived = column.name == "id" or "key_of" in column.info or (name, column.name) in COLUMNS_STAY
        assert derived or (target is not None and (target.name == "event" or column.nullable)), column


def test_tables_that_are_named_come_before_those_that_name_them() -> None:
    seen = {ACCOUNTS, "event"}
    for each in archived_tables():
        seen.add(each.name)
        assert {column.target for column in each.columns if column.target} <= seen, each.name


def test_page_about_the_format_says_what_is_so() -> None:
    spec = importlib.util.spec_from_file_location("archive_tables", DOCS / "archive_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (DOCS / "archive.md").read_text(encoding="utf-8")
    assert module.written(page) == module.documented(), "docs/archive.md is out of date: make modules"
