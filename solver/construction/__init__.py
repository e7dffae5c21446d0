"""Schedules made from nothing, meeting by meeting."""
