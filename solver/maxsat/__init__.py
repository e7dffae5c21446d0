"""Proof by satisfiability (MaxSAT), for problems without walking."""
