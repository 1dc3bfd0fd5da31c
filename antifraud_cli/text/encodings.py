"""How bytes tell their encoding: by a mark at their beginning, or by what they can be read as."""

from __future__ import annotations

import codecs

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks and their encodings; UTF-32 first, as its little-endian mark begins with that of UTF-16."""
UNMARKED = ("utf-8", "gb18030")
"""What bytes without a mark are tried as, in this order."""


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names."""
    return next((name for bom, name in BOMS if data.startswith(bom)), None)


def decode_as(data: bytes, encodings: tuple[str, ...] = UNMARKED) -> str | None:
    """The text by the first of the encodings that fits; None if none does."""
    for name in encodings:
        try:
            return data.decode(name)
        except UnicodeError:
            continue
    return None
