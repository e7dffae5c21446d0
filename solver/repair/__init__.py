"""Changing a schedule that people already have by as little as can be: to hold one more meeting, or to mend it."""
