"""The queue and the worker. Jobs are named; what they are about is told by ids, never by objects."""
