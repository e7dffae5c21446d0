"""Reads about rounds and runs."""
