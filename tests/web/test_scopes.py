"""Scopes of co-organisers: the table of docs/roles.md is what they may change, of their own things and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.web.rights_world import cases, is_allowed, make_world, writes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # rights know no database

TABLE = Path(__file__).parents[2] / "docs" / "roles.md"
ROLES = {
    "organisation": "co-organiser",
    "delegation": "of a delegation",
    "pavilion": "of a pavilion",
    "round": "of a round",
}
ANYBODY = {"account.sign_in", "account.sign_out", "outbox.way_out_now"}


def table() -> dict[str, set[str]]:
    """The scopes that may make each change."""
    found: dict[str, set[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 6:
            continue
        may = {scope for scope, cell in zip(ROLES, cells[1:5], strict=True) if cell == "yes"}
        for endpoint in re.findall(r"`([a-z_.]+)`", cells[5]):
            assert endpoint not in found, endpoint
            found[endpoint] = may
    return found


def test_each_scope_changes_what_the_table_says_of_its_own_things_alone(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    world = make_world(app, session, database_url, tmp_path)
    known = table()
    assert known.keys() <= {rule.endpoint for rule in writes(app)}
    wrong = []
    for rule in sorted(writes(app), key=lambda rule: rule.endpoint):
        if rule.endpoint in ANYBODY:
            continue
        for name, slug, objects in cases(world, rule):
            for scope, role in ROLES.items():
                allowed = is_allowed(world, rule, role, slug, objects)
                if allowed != (name in ("own", "-") and scope in known.get(rule.endpoint, set())):
                    wrong.append(f"{rule.endpoint} | {name} | {scope} | {'made' if allowed else 'refused'}")
    assert wrong == []
