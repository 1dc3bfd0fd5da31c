"""Names of files from outside: data, which must not decide where a copy lies or what a terminal does."""

from __future__ import annotations

import re
import unicodedata

_MOST_BYTES = 80
_MOST_SUFFIX = 12
# What Windows refuses, what parts folders, and whatever does not show.
_REFUSED = re.compile(r'[<>:"/\\|?*\s]+')


def copy_name(number: int, original: str) -> str:
    """The name of the copy of item `number`: 0003-chat.png.

    The number in front makes it unique and keeps it off the names that Windows reserves (con, nul …); what is left of
    the original name is there for the reader. The name as it was stands in the log.
    """
    base = unicodedata.normalize("NFC", original.replace("\\", "/").rpartition("/")[2])
    shown = "".join("_" if unicodedata.category(character)[0] in "CZ" else character for character in base)
    shown = _REFUSED.sub("_", shown).strip(". ")
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix.encode()) > _MOST_SUFFIX:
        stem, suffix = shown, ""
    room = _MOST_BYTES - len(suffix.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". _")
    return f"{number:04d}-{stem or 'file'}" + (f".{suffix}" if suffix else "")


def readable(name: str) -> str:
    """A name from the file system as text that can be stored: bytes that are no text are written out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
