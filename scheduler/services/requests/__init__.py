"""Interests, requests, open calls, and the lists of partners."""
