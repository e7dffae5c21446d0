"""A constraint solver for meetings at expos: a library and a command line.

It knows no web framework, database or environment. Start at `solver.portfolio.solve.solve` or `python -m solver`.
"""
