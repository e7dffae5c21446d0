"""What a worker leaves in the process that it works in is gone before the next test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.jobs.solving import desk


@pytest.fixture(autouse=True)
def _open_desk() -> Iterator[None]:
    yield
    desk.closing.clear()
