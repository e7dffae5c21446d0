"""Which methods work on a problem, side by side, and what they have found."""
