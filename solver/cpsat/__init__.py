"""The complete model for CP-SAT."""
