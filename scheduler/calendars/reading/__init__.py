"""Reading a stranger's calendar: tolerant of form, strict about times, bounded in work.

Octets become content lines (`content_lines`), lines become components (`components`), a component becomes an
entry (`entries`) or a named fault, entries of one UID become occurrences (`series`), and `calendar` says what all
that means for the days of an event. Only Python's own library is needed, so that a child process starts quickly
and can do little.
"""
