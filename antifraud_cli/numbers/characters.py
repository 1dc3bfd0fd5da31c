"""Characters as a reader takes them: full-width digits become digits, invisible marks vanish, dashes become one dash."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that pass for digits. Only these: other letters in a number make it no number at all.
LOOKALIKE_DIGITS = str.maketrans("lIıІіΙOoΟοОо", "111111000000")
LOOKALIKES = "lIıІіΙOoΟοОо"
LATIN = str.maketrans("ıІіΙΟοОо", "lIlIOoOo")
"""The foreign ones among them as Latin letters: character classes beyond ASCII cost milliseconds to compile."""
LATIN_LOOKALIKES = "lIOo"
_DASHES = "-‐‑‒–—―−﹣－ー─━"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\r\v\f"
_PLUS = "＋﹢⁺➕"
_TABLE: dict[int, str] = {
    **{ord(char): "-" for char in _DASHES},
    **{ord(char): " " for char in _SPACES},
    **{ord(char): "+" for char in _PLUS},
}
_TABLED = frozenset(map(chr, _TABLE)) - {"-"}
_VARIATION = frozenset(range(0xFE00, 0xFE10)) | {0x20E3}


def plain(text: str) -> tuple[str, list[int] | None]:
    """The text as read, and for each of its characters the position in the original (None: positions are the same)."""
    if text.isascii():
        return text, None
    changed = text if _TABLED.isdisjoint(text) else text.translate(_TABLE)
    if _plain_characters().fullmatch(changed):
        return changed, None
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in _read(char):
            chars.append(one)
            places.append(place)
    return "".join(chars), places


@lru_cache(maxsize=1)
def _plain_characters() -> re.Pattern[str]:
    """ASCII, Chinese characters and their punctuation: nothing to read otherwise. Costs a millisecond to compile."""
    return re.compile(r"[\x00-\x7f\u3001-\u303f\u3400-\u9fff，。：；！？（）【】“”‘’…￥、]*")


def _read(char: str) -> str:
    if char.isascii():
        return char
    code = ord(char)
    if code in _TABLE:
        return _TABLE[code]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Cc") or code in _VARIATION:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if 0x3000 <= code < 0xA000 or char in LOOKALIKES or 0xFF00 <= code < 0xFF10:
        return char if code < 0xFF00 else unicodedata.normalize("NFKC", char)
    return unicodedata.normalize("NFKC", char) if category in ("No", "Lu", "Ll", "Po", "Ps", "Pe", "Sm") else char
