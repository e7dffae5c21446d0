"""Statements past the ORM: rows in bulk, rows read raw, conditions that choose an index."""
