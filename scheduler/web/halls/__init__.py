"""Plans of the halls, for everybody who has a role at the event."""
