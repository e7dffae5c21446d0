"""Workers, leases and the database's own statistics."""
