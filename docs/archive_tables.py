"""Write the files and columns of an archive into docs/archive.md: `make modules`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import JSON, BigInteger, Boolean, Date, Float, Integer
from sqlalchemy import Enum as SqlEnum

from scheduler.models.base import UtcInstant
from scheduler.services.archive.contents import (
    ACCOUNT_COLUMNS,
    ACCOUNTS,
    COLUMNS_STAY,
    ROWS_STAY,
    STAYS,
    ArchivedColumn,
    archived_tables,
    file_of,
)

PAGE = Path(__file__).with_name("archive.md")
BEGIN, END = "<!-- made by docs/archive_tables.py -->", "<!-- end -->"


def written(page: str) -> str:
    """What the page says now."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


def documented() -> str:
    """What it should say."""
    return "\n".join((*_files(), "", *_stays()))


def _files() -> list[str]:
    lines = ["| file | entries have |", "| --- | --- |"]
    accounts = ", ".join(f"`{name}` text" for name in ("id", *ACCOUNT_COLUMNS)).replace(
        "`id` text", "`id` number"
    )
    lines.append(f"| `{file_of(ACCOUNTS)}` | {accounts} |")
    for each in archived_tables():
        columns = ["`id` number"] if each.numbered else []
        columns += [f"`{column.name}` {_kind(column)}" for column in each.columns]
        lines.append(f"| `{each.file}` | {', '.join(columns)} |")
    return lines


def _stays() -> list[str]:
    lines = ["| what stays | why |", "| --- | --- |"]
    lines += [f"| `{name}` | {why} |" for name, why in STAYS.items()]
    lines += [f"| `{table}.{column}` | {why} |" for (table, column), why in COLUMNS_STAY.items()]
    lines += [f"| some of `{name}` | {why} |" for name, why in ROWS_STAY.items()]
    return lines


def _kind(column: ArchivedColumn) -> str:
    kind = column.column.type
    empty = " or null" if column.column.nullable else ""
    if column.target is not None:
        return f"→ {column.target}{empty}"
    if column.is_file:
        return f"file{empty}"
    if isinstance(kind, SqlEnum):
        return f"word{empty}"
    names = {
        UtcInstant: "instant",
        JSON: "JSON",
        Boolean: "truth",
        BigInteger: "number",
        Integer: "number",
        Float: "decimal",
        Date: "date",
    }
    return next((word for each, word in names.items() if isinstance(kind, each)), "text") + empty


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{documented()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
