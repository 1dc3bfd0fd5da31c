"""The work that every message takes, compiled from C where a compiler was there: the same answers, sooner.

Whoever uses it keeps a way in Python: the reference that says what is meant, and what runs where nothing was compiled.
"""

from __future__ import annotations

import os
from functools import cache
from types import ModuleType

FORMAT = 5
"""The module must say the same: one left over from another version would be asked for what it does not have."""
PURE = "ANTIFRAUD_PURE"
"""Environment variable: with any value but 0 the compiled module is left alone, to compare."""


@cache
def native() -> ModuleType | None:
    """The compiled module; None where there is none, or where it is not wanted."""
    if os.environ.get(PURE, "0") not in ("", "0"):
        return None
    try:
        from antifraud_cli.speedups import _native
    except ImportError:
        return None
    return _native if _native.FORMAT == FORMAT else None
