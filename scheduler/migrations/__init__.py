"""The database's history: each change of the tables is a step that `expo db upgrade` takes (see `schema.py`)."""
