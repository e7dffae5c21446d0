"""What calendars are told, and when people can meet."""
