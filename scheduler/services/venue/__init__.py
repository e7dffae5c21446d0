"""Pavilions, places, walks, meeting blocks."""
