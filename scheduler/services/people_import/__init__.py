"""Lists of people: read, looked at, corrected, stored, undone."""
