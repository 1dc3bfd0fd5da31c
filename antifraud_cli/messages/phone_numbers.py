"""The phone numbers in a message, judged by numbers/."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from antifraud_cli import speedups

if TYPE_CHECKING:
    from antifraud_cli.numbers.model import NumberVerdict, RawNumber
    from antifraud_cli.speedups._native import Numbers

_LEAST_DIGITS = 3
LOOKED_AT = 20_000
"""Numbers are looked for in this much of a text: a longer one is a document, whose numbers say little."""
_REMEMBERED = 10_000
"""So many numbers need not be judged anew: messages name the same lines over and over."""


class Place(NamedTuple):
    """A number in a message."""

    start: int
    """First code point in the original text."""
    end: int
    """Code point after the last one."""
    number: str
    """As it stands there."""
    direction: str
    """incoming, where the text says that it called; otherwise dial."""


_DIRECTIONS = ("incoming", "dial")
_as_place = partial(tuple.__new__, Place)


class NumbersInMessage:
    """Finds and judges phone numbers. The number plan is loaded when a text first has one."""

    def __init__(self, part: Callable[[str], Any], around: Mapping[str, Any]) -> None:
        """`around`: the words around numbers; `incoming` ones at most `incoming_within` before it say that it called."""
        self._part = part
        self._around = around
        self._incoming: Sequence[str] = around["incoming"]
        self._within: int = around["incoming_within"]
        self.compiled = self._compile()
        """Finds numbers in plain shapes, by the compiled module; None without it."""

    def find(self, text: str) -> list[Place]:
        """Each phone number in a text."""
        text = text[:LOOKED_AT]
        if self.compiled is not None:
            places = self.compiled.find(text)
            if places is not None:
                return list(map(_as_place, places))
        if sum(map(str.isdigit, text)) < _LEAST_DIGITS:
            return []  # spares most messages the import
        return [
            Place(raw.start, raw.end, raw.text, self._direction(text[max(0, raw.start - self._within) : raw.start]))
            for raw in self._find(text)
        ]

    def judged(self, text: str, lang: str) -> list[tuple[Place, NumberVerdict]]:
        """Each phone number in a text, with the verdict on it."""
        places = self.find(text)
        if not places:
            return []
        judge = self.judge
        return [(place, judge(place.number, place.direction, lang)) for place in places]

    def _direction(self, before: str) -> str:
        for word in self._incoming:
            if word in before:
                return _DIRECTIONS[0]
        return _DIRECTIONS[1]

    def _compile(self) -> Numbers | None:
        native = speedups.native()
        if native is None:
            return None
        words = ("not_before", "units", "not_units", "call", "call_after", "incoming")
        found: Numbers = native.Numbers(
            **{name: tuple(self._around[name]) for name in words}, within=self._within, directions=_DIRECTIONS
        )
        return found

    @cached_property
    def _find(self) -> Callable[[str], list[RawNumber]]:
        from antifraud_cli.numbers.message import Words, find_in_message

        words = Words(self._around)
        return lambda text: find_in_message(text, words)

    @cached_property
    def judge(self) -> Callable[[str, str, str], NumberVerdict]:
        """Judges a number, given its direction and the language."""
        from antifraud_cli.numbers import NumberContext, check, load_plan
        from antifraud_cli.numbers.places import Places

        plan = load_plan(self._part("numbers"), lambda: Places(self._part("places"), self._part("places.mobile")))

        @lru_cache(_REMEMBERED)
        def judge(number: str, direction: str, lang: str) -> NumberVerdict:
            return check(number, NumberContext(direction=direction), plan, lang)

        return judge
