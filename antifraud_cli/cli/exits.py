"""What the exit status says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of every command; 1 never means a crash."""

    NOTHING = 0
    """Done; nothing at caution or above."""
    FOUND = 1
    """Something at caution or above (or a number that cannot exist)."""
    ERROR = 2
    """Wrong usage, configuration or input."""
    CRASH = 70
    """A fault of the program."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED_PIPE = 141
    """Whoever read the output stopped reading."""
    TERMINATED = 143
    """Asked to end by the system (SIGTERM)."""
