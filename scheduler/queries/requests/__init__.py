"""Reads about interests, requests, open calls and what became of them."""
