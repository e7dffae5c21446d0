"""Who may change what: every address that changes something, tried by every role on own, foreign and far objects.

What is allowed stands in `allowed_writes.txt`, which people review. A new route, or one that lets somebody else in,
makes this test fail until the list says so.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.web.rights_world import World, cases, is_allowed, make_world, writes

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # rights know no database
]

LIST = Path(__file__).with_name("allowed_writes.txt")
ROLES = (
    "anonymous",
    "stranger",
    "participant",
    "member",
    "leader",
    "co-organiser",
    "organiser",
    "desk",
    "sponsor",
    "organiser of the other event",
)


@pytest.fixture
def world(app: Flask, session: Session, database_url: str, tmp_path: Path) -> World:
    return make_world(app, session, database_url, tmp_path)


def test_allowed_writes_are_those_of_the_reviewed_list(world: World, tmp_path: Path) -> None:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in sorted(writes(world.app), key=lambda rule: rule.endpoint):
        for name, slug, objects in cases(world, rule):
            for role in ROLES:
                if is_allowed(world, rule, role, slug, objects):
                    found[rule.endpoint, name].append(role)
    lines = [
        f"{endpoint} | {name} | {', '.join(roles)}\n" for (endpoint, name), roles in sorted(found.items())
    ]
    known = [line for line in LIST.read_text(encoding="utf-8").splitlines(True) if not line.startswith("#")]
    nobody = {rule.endpoint for rule in writes(world.app)} - {endpoint for endpoint, _name in found}
    # What opens these is nobody's.
    assert nobody == {
        "account.use_link_post",
        "account.invitation_come_in",
        "account.invitation_decline",
    }
    (tmp_path / LIST.name).write_text("".join(lines), encoding="utf-8")
    assert lines == known, f"what is allowed now stands in {tmp_path / LIST.name}"
