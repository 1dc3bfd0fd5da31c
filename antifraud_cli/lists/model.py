"""What stands in a person's own lists."""

from __future__ import annotations

from typing import NamedTuple

from antifraud_cli.errors import AntifraudError

LISTS = ("contact", "allow", "block")
"""The lists, the one that wins first."""
PLACES = "places"
"""The person's own prefix table, kept in the same file."""


class Entry(NamedTuple):
    """One number or pattern in one list."""

    list: str
    """One of LISTS."""
    number: str
    """As `patterns.normal` writes it: digits, + in front, # for one digit, * for any number of digits."""
    note: str = ""
    """The person's own words about it: a name, a reason."""
    added: str = ""
    """The day it was added: 2026-11-21."""


class Place(NamedTuple):
    """What a person's own table says about numbers that begin alike."""

    prefix: str
    """First digits, with + where the number shows one."""
    region: str = ""
    """Where such numbers were given out."""
    carrier: str = ""
    """Which operator gave them out."""


class ListsError(AntifraudError):
    """A list cannot be read or changed. `reason` is the end of the key of a text, `values` what it mentions."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(f"lists: {reason}")
        self.reason = reason
        self.values = values
