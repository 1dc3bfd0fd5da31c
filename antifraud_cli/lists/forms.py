"""What a look-up needs to know about entries: their beginnings, their order, the other forms of a number.

Apart from `patterns`, which takes entries in: every `check-number` of a person with lists imports this.
"""

from __future__ import annotations

from collections.abc import Collection

from antifraud_cli.lists.model import LISTS, Entry
from antifraud_cli.numbers import NumberPlan
from antifraud_cli.numbers.facts import MAINLAND

LONGEST = 24
"""Characters of the longest entry: no number has more than 20 digits."""


def is_pattern(number: str) -> bool:
    """Whether an entry stands for more than one number."""
    return "*" in number or "#" in number


def head(number: str) -> str:
    """What stands before the first # or *; the whole of a plain number. Entries are looked up by it."""
    return number.partition("*")[0].partition("#")[0]


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
    if location == "CN":
        return [MAINLAND]
    from antifraud_cli.numbers.foreign import region_name

    names = region_name(location, plan)
    own = [code for code, regions in plan.part["countries"].items() if names in regions.values()]
    return list(dict.fromkeys([*own, MAINLAND]))
