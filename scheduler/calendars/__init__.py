"""Agendas to iCalendar and back: files, feeds, invitations, busy times; alone in knowing the format."""
