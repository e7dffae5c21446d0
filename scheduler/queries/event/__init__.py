"""Reads about the event: overview, programme, topics, log."""
