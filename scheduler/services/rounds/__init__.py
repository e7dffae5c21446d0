"""Matchmaking rounds and their runs."""
