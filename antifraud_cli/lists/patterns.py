"""Numbers and patterns as lists hold them: `#` is one digit, `*` any number of digits, + and leading zeros are kept.

>>> normal("0755-8888 ####"), normal("0044 20*"), normal("170*")
('07558888####', '+4420*', '170*')
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from antifraud_cli.lists.forms import LONGEST, head, is_pattern
from antifraud_cli.lists.model import ListsError
from antifraud_cli.numbers.characters import plain

LEAST_DIGITS = 3
"""Digits that an entry must begin with (one fewer behind +): fewer take in millions of strangers."""
_READY = re.compile(r"\+?[0-9]{3,20}")
_ENTRY = re.compile(r"\+?[0-9#*]+")
_BETWEEN = re.compile(r"[\s().\-\[\]（）【】·]+")
_BARE_86 = re.compile(r"861[3-9][0-9]{9}")
_STARS = re.compile(r"\*[#*]*\*")


def normal(written: str) -> str:
    """The one way in which an entry is kept. Raises ListsError: not_a_number, too_long.

    Blanks, dashes and brackets go, full-width characters become plain, 00 in front becomes +. Nothing else is
    repaired: letters for digits, two numbers or an extension are refused.
    """
    text = written if _READY.fullmatch(written) else _BETWEEN.sub("", plain(written)[0])
    if not _ENTRY.fullmatch(text):
        raise ListsError("not_a_number", number=written)
    if text.startswith("00") and (len(text) > 3 or is_pattern(text)) or _BARE_86.fullmatch(text):
        text = "+" + text.removeprefix("00")
    text = _STARS.sub(lambda match: "#" * match[0].count("#") + "*", text)
    if len(text) > LONGEST:
        raise ListsError("too_long", number=written, limit=LONGEST)
    if len(text) < LEAST_DIGITS and not is_pattern(text):
        raise ListsError("not_a_number", number=written)
    return text


def is_broad(pattern: str) -> bool:
    """Whether a pattern begins with so few digits that it takes in millions of numbers."""
    start = head(pattern)
    return is_pattern(pattern) and len(start) < LEAST_DIGITS


def covered(pattern: str, numbers: Iterable[str]) -> list[str]:
    """Those of the numbers that the entry stands for."""
    if not is_pattern(pattern):
        return [number for number in numbers if number == pattern]
    shape = pattern.replace("+", r"\+").replace("#", "[0-9]").replace("*", "[0-9]*")
    return list(filter(re.compile(shape).fullmatch, numbers))
