"""The problem by numbers: indexed once, slots in the order of time; what every method reads."""
