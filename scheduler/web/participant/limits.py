"""Limits of how often are counted per person: in the hall thousands share one network address."""

from __future__ import annotations

from scheduler.rate_limits import by_person

__all__ = ["by_person"]
