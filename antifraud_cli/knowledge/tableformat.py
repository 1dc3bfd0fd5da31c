"""Marks inside the lines of the compiled pattern table, shared by what writes it and what reads it."""

FIELD_END = "\x1e"
"""Between the fields of a part: needs, lead, flags, program."""
STRING_END = "\x1f"
"""Between a literal string and its number."""
