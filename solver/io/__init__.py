"""Problem and schedule files (JSON)."""
