"""Reads about delegations."""
