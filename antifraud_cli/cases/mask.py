"""Hide identity numbers, cards, accounts, phone numbers and names in a case that is to be shown to others.

A number in a message may be split by blanks, dashes or line breaks, written in full-width or Chinese digits or with
letters that look like digits. Where it is not clear what a long number is, it is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from antifraud_cli.cases.model import Case, Item, Person

MARK = "*"
_SHORTEST = 7
"""Fewer digits are a hotline, a code or a sum; no phone, card or identity number is as short."""
_KEPT_START, _KEPT_END = 3, 4
_CHINESE = "零〇○一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖两兩幺"
_SIGNS = "①-⑨⓪❶-❾⓵-⓽➀-➈➊-➓⑴-⑼⒈-⒐⁰¹²³⁴-⁹₀-₉㊀-㊈㈠-㈨🄀-🄊\U0001d7ce-\U0001d7ff"
_DIGIT = rf"[\d{_CHINESE}{_SIGNS}]"
_LOOKS_LIKE_DIGIT = "OoＯｏIlＩｌОоΟο"
_INVISIBLE = "\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufe0f\u20e3\ufeff\u00ad"
_JOINT = rf"[\s\-‐-―－_.·•・‧,，/\\|*~～()（）+＋:：{_INVISIBLE}]"
_SUM = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d{1,6})(?:\.\d{1,2})?")
_WHEN = re.compile(
    r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01]))?"
    r"(?:[\sT]*(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?)?"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+(?=@[\w-]+\.\w)")
_SHORT_IDENTITY = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\s?\d{6}\s?(?:[(（]\s?[0-9Aa]\s?[)）]|[A-Da-d])(?![A-Za-z0-9])"
)
"""Hong Kong identity cards and the like: too few digits for the general rule."""


def masker(case: Case, names: Iterable[str] = ()) -> Callable[[str], str]:
    """What hides in any text about a case what is known to name a person.

    `names`: more names to hide. Those of the person and of account holders are hidden anyway, and so are their numbers.
    """
    known = {*names, case.person.name or ""}
    numbers = {case.person.phone or "", case.person.id_number or ""}
    for item in case.items:
        known |= {item.from_name or "", item.to_name or ""}
        numbers |= {item.from_account or "", item.to_account or ""}
    return _Hider((name for name in known if len(name.strip()) > 1), numbers)


def mask_case(case: Case, names: Iterable[str] = ()) -> Case:
    """A copy of the case in which nobody can be recognised by what is known to name a person."""
    hide = masker(case, names)
    person = Person(
        name=case.person.name and mask_name(case.person.name),
        phone=case.person.phone and mask_number(case.person.phone),
        id_number=case.person.id_number and mask_number(case.person.id_number),
        address=case.person.address and MARK * 3,
    )
    return replace(case, title=hide(case.title), person=person, items=tuple(_item(item, hide) for item in case.items))


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """A text in which numbers of seven digits and more, mail addresses and the given names are hidden.

    >>> mask_text("张三的卡 6222 0212 3456 7890 123,电话138-0013-8000,转 5000 元", ["张三"])
    '张*的卡 **** **** **** **** 123,电话138-****-8000,转 5000 元'
    """
    return _Hider(names)(text)


def mask_name(name: str) -> str:
    """A name of which the first character is left, in Latin letters that of each word: 张*, J*** S****."""
    if len(name.strip()) < 2:
        return MARK * len(name.strip())
    if name.isascii():
        return re.sub(r"\w+", lambda word: _stars(word[0], 1, 0), name)
    return _stars(name, 1, 0)


def mask_number(number: str) -> str:
    """A number or account in a field of its own: hidden whatever it looks like, but for its end."""
    signs = sum(character.isalnum() for character in number)
    return _stars(number, 0, 4 if signs > 11 else 2 if signs > 5 else 0)


def _item(item: Item, hide: Callable[[str], str]) -> Item:
    changes: dict[str, object] = {}
    for name in ("text", "note", "sender", "typed", "channel", "reference", "from_bank", "to_bank", "number"):
        value = getattr(item, name)
        if value:
            changes[name] = hide(value)
    for name in ("from_account", "to_account"):
        if getattr(item, name):
            changes[name] = mask_number(getattr(item, name))
    for name in ("from_name", "to_name"):
        if getattr(item, name):
            changes[name] = mask_name(getattr(item, name))
    if item.file:
        changes["file"] = replace(item.file, name=hide(item.file.name), path=hide(item.file.path))
    return replace(item, **changes)  # type: ignore[arg-type]


class _Hider:
    """Hides long numbers, mail addresses, and the names and numbers that it was told of."""

    def __init__(self, names: Iterable[str], numbers: Iterable[str] = ()) -> None:
        # 张 三 and 张三 are one name; so are John  Smith and john smith.
        whole = {name.strip() for name in names}
        words = {word for name in whole for word in name.split() if word.isascii() and len(word) > 2}
        self._names = _any_of([_spaced(name) for name in whole] + [rf"\b{re.escape(word)}\b" for word in words])
        self._numbers = _any_of(_spaced(number) for number in numbers if len(number.strip()) > 3)

    def __call__(self, text: str) -> str:
        text = _EMAIL.sub(lambda match: match[0][0] + MARK * 3, text)
        if self._names:
            text = self._names.sub(lambda match: mask_name(match[0]), text)
        if self._numbers:
            text = self._numbers.sub(lambda match: mask_number(match[0]), text)
        text = _SHORT_IDENTITY.sub(lambda match: _stars(match[0], 1, 0), text)
        return _runs().sub(lambda match: _hide(match[0]), text)


def _spaced(text: str) -> str:
    """A pattern for a text whose characters may be parted by blanks and dashes."""
    parted = rf"[\s\-·•{_INVISIBLE}]{{0,3}}"
    return parted.join(re.escape(character) for character in text if not character.isspace())


def _any_of(sources: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({source for source in sources if source}, key=len, reverse=True)
    return re.compile("|".join(longest_first), re.IGNORECASE) if longest_first else None


@cache
def _one_digit() -> re.Pattern[str]:
    return re.compile(rf"{_DIGIT}|[{_LOOKS_LIKE_DIGIT}]")


@cache
def _runs() -> re.Pattern[str]:
    """Digits with whatever stands between them, letters that look like digits included."""
    inner = rf"(?:{_DIGIT}|[{_LOOKS_LIKE_DIGIT}](?=[{_LOOKS_LIKE_DIGIT}]{{0,4}}{_JOINT}{{0,3}}{_DIGIT}))"
    return re.compile(
        rf"(?:(?<![A-Za-z])[A-Za-z]{{1,2}})?{_DIGIT}(?:{_JOINT}{{0,3}}{inner})*[{_LOOKS_LIKE_DIGIT}]*(?:[XxＸｘ]|[A-Za-z](?![A-Za-z]))?"
    )


def _hide(run: str) -> str:
    places = [place for place, character in enumerate(run) if _is_digit(character)]
    if len(places) < _SHORTEST or _WHEN.fullmatch(run.strip()) or _all_sums(run):
        return run
    if len(places) == 11:
        return _stars(run, _KEPT_START, _KEPT_END)
    return _stars(run, 0, 4 if len(places) > 11 else 2)


def _all_sums(run: str) -> bool:
    """Whether a run is one sum of money written with commas or a point: 1,234,567.00. A bare long number is hidden."""
    return ("," in run or "." in run) and _SUM.fullmatch(run.strip()) is not None


def _stars(run: str, start: int, end: int) -> str:
    """`run` with every letter and digit hidden but the first `start` and the last `end`; what parts them stays."""
    places = [place for place, character in enumerate(run) if character.isalnum() or _is_digit(character)]
    hidden = set(places[start : len(places) - end])
    return "".join(MARK if place in hidden else character for place, character in enumerate(run))


def _is_digit(character: str) -> bool:
    return _one_digit().fullmatch(character) is not None
