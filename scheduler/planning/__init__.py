"""From a round's rows to a solver problem, from a schedule to a draft plan. The only importer of `solver`."""
