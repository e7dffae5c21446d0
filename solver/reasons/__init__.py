"""Why a meeting is not held, and why a problem can't be solved."""
