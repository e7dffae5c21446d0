"""Signing in, being signed in, and a seat's mail address."""
