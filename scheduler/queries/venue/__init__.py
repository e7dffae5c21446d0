"""Reads about the venue."""
