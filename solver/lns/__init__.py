"""Large-neighbourhood search: ruin and recreate under simulated annealing."""
