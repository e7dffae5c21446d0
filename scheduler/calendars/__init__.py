"""Agendas to iCalendar and back: files, feeds, invitations, busy times; the only room that knows the format."""
