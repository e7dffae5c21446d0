"""Proof by satisfiability: problems without walking as clauses, solved by core-guided MaxSAT."""
