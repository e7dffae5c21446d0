"""Upper bounds by Lagrangian relaxation."""
