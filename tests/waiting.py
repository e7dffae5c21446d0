"""How tests wait: for a state, with an end so late that only a hang reaches it.

No test measures time. What has to come is waited for; what has to end is given PATIENCE, however busy the
machine is; a search that has to find the best gets PLENTY and ends when it has it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 300.0
"""Seconds after which something hangs: the end of every wait, and the timeout of every process and connection."""

PLENTY = 3600
"""Seconds for a search that ends by itself, or when it is told to: more than a test may take."""

Found = TypeVar("Found")


def wait_until(look: Callable[[], Found | None], what: str) -> Found:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.05)
    return found
