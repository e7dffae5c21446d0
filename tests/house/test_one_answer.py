"""Questions with one answer: whoever asks them in a second place is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ONLY_HERE = [
    (
        "does that process live",
        r"psutil\.Process\(.*create_time|\.create_time\(\)",
        {"scheduler/services/machine/processes.py"},
    ),
    ("when is the next evening", r"time\(18\b|EVENING\s*=", {"scheduler/domain/evening.py"}),
    (
        "what is a row of the outbox",
        r"PRIORITIES\.get\(|OutboxMessage\.__table__|OutboxMessage\(\*\*",
        {"scheduler/mail/outbox.py"},
    ),
    ("how long is the walk", r"hall_width\s*\*|\bPACE\s*=", {"scheduler/domain/walking.py"}),
    (
        "which page of a list is asked for",
        r"(args|values)\.get\(\"page\"|PageFilter\(request",
        {"scheduler/web/paging.py"},
    ),
    (
        "does an idle slot lie between two meetings",
        r"later\[\w+\] & |\.ending_by\([^)]*\) & (?!~)",
        {"solver/instance/slot_times.py"},
    ),
    (
        "which slots come first",
        r"problem\.slots\[\w\]\.start, problem\.slots\[\w\]\.end\)",
        {"solver/instance/slot_times.py"},
    ),
    (
        "what of a meeting is fixed",
        r"required or \w+\.locked\b|\.locked and \w+\.published|\.published if \w+\.locked",
        {"solver/instance/locked.py"},
    ),
    (
        "may this participant ask that one",
        r"MatrixRule\.(from|to)_type_id ==",
        {"scheduler/queries/people/may_ask.py"},
    ),
]


@pytest.mark.parametrize(("question", "pattern", "homes"), ONLY_HERE, ids=[row[0] for row in ONLY_HERE])
def test_a_question_is_answered_in_one_place(question: str, pattern: str, homes: set[str]) -> None:
    found = {
        str(path.relative_to(ROOT))
        for root in ("scheduler", "solver")
        for path in (ROOT / root).rglob("*.py")
        if "migrations" not in path.parts and re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found == homes, question
