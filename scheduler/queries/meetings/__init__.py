"""Reads about plans and meetings."""
