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
        {"services/machine/processes.py"},
    ),
    ("when is the next evening", r"time\(18\b|EVENING\s*=", {"domain/evening.py"}),
    ("what is a row of the outbox", r"PRIORITIES\.get\(", {"mail/outbox.py", "mail/agenda_mails.py"}),
    ("how long is the walk", r"hall_width\s*\*|\bPACE\s*=", {"domain/walking.py"}),
]


@pytest.mark.parametrize(("question", "pattern", "homes"), ONLY_HERE, ids=[row[0] for row in ONLY_HERE])
def test_a_question_is_answered_in_one_place(question: str, pattern: str, homes: set[str]) -> None:
    root = ROOT / "scheduler"
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found == homes, question
