"""Organisers and participants on people: registered, invited, described, withdrawn."""
