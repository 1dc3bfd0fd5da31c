"""A person's own lists: numbers to block, to allow, and of people they know; and places by prefix. On disk, in SQLite.

What an entry may change in a verdict, and what it may not, stands in docs/lists.md and in `verdict`.
"""
