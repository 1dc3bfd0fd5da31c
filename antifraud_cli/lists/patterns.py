"""Numbers and patterns as lists hold them: `#` is one digit, `*` any number of digits, + and leading zeros are kept.

>>> normal("0755-8888 ####"), normal("0044 20*"), normal("170*")
('07558888####', '+4420*', '170*')
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from antifraud_cli.lists.model import LISTS, Entry, ListsError
from antifraud_cli.numbers import NumberPlan
from antifraud_cli.numbers.characters import plain
from antifraud_cli.numbers.facts import MAINLAND

LONGEST = 24
"""Characters of the longest entry: no number has more than 20 digits."""
LEAST_DIGITS = 3
"""Digits that an entry must begin with (one fewer behind +): fewer take in millions of strangers."""
_READY = re.compile(r"\+?[0-9]{3,20}")
_ENTRY = re.compile(r"\+?[0-9#*]+")
_BETWEEN = re.compile(r"[\s().\-\[\]（）【】·]+")
_BARE_86 = re.compile(r"861[3-9][0-9]{9}")
_WILD = re.compile(r"[#*]")
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


def is_pattern(number: str) -> bool:
    """Whether an entry stands for more than one number."""
    return "*" in number or "#" in number


def head(number: str) -> str:
    """What stands before the first # or *; the whole of a plain number. Entries are looked up by it."""
    found = _WILD.search(number)
    return number[: found.start()] if found else number


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


def rank(entry: Entry) -> tuple[int, bool, int, int, str]:
    """Orders entries that fit the same number, the one that decides first.

    Contact before allow before block; a whole number before a pattern; a longer entry before a shorter one (digits
    and # counted, then digits alone).
    """
    places = len(entry.number) - entry.number.count("*")
    digits = places - entry.number.count("#")
    return LISTS.index(entry.list), is_pattern(entry.number), -places, -digits, entry.number


def other_forms(shown: str, codes: Collection[str]) -> list[str]:
    """How the same subscriber may also be written: with or without a calling code of `codes`, with or without trunk 0.

    >>> other_forms("13800138000", ["86"])
    ['+8613800138000', '013800138000']
    """
    if shown.startswith("+"):
        rests = [shown[1 + len(code) :] for code in codes if shown.startswith("+" + code)]
        return [form for rest in rests if rest for form in (rest, "0" + rest.removeprefix("0"))]
    bare = shown.removeprefix("0")
    forms = [f"+{code}{bare}" for code in codes]
    forms += [f"+{code}{shown}" for code in codes if bare != shown]
    if len(bare) == 11 and bare[0] == "1":
        forms.append(bare if bare != shown else "0" + shown)
    return forms


def calling_codes(location: str, plan: NumberPlan) -> list[str]:
    """The codes that may be left out or put before a number seen there: of that place and of the mainland."""
    from antifraud_cli.numbers.foreign import region_name

    names = region_name(location, plan)
    own = [code for code, regions in plan.part["countries"].items() if names in regions.values()]
    return list(dict.fromkeys([*own, MAINLAND]))
