"""The independent judge of schedules."""
