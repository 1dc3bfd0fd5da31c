"""How names are compared."""

from __future__ import annotations

import unicodedata


def key_of(name: str) -> str:
    """The form in which names are compared: full- and half-width, case, blanks and punctuation make no difference."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())
