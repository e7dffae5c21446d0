"""What the bounded child process runs to read a calendar as a programme (`scheduler.sandbox`).

It has only its own folder: the package that reads needs nothing else of ours.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


def read(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The sessions of a calendar, ready for JSON."""
    sys.path.append(str(Path(__file__).parent))
    answer: dict[str, Any] = importlib.import_module("reading.sessions").read(data, order)
    return answer
