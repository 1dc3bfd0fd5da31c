"""How names are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def key_of(name: str) -> str:
    """The form in which names are compared: full- and half-width, case, blanks and punctuation make no difference."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def is_named(rule: str, names: Sequence[str]) -> bool:
    """Whether the id of a rule is one of `names` or begins with one: romance names romance.money too."""
    return any(rule == name or rule.startswith(f"{name}.") for name in names)
