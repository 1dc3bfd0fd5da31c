from collections.abc import Callable, Sequence
from typing import Any

FORMAT: int

def sums_in(text: str, /) -> tuple[str, ...]: ...

class Patterns:
    def __init__(
        self,
        strings: list[str],
        sets: str,
        anchored: str,
        needs: str,
        rules: str,
        plain: int,
        word: bytes,
        marks: str,
        program: Callable[[int], bytes],
        is_word: Callable[[str, int, int], bool],
        find_class: Callable[[int, str], bytes],
        class_marks: str,
        classes: int,
        longest: int,
        window: int,
        tries: int,
    ) -> None: ...
    def hits(self, text: str, /) -> list[tuple[int, tuple[tuple[int, int], ...]]]: ...

class Linear:
    def __init__(
        self,
        grams: list[str],
        rarity: bytes,
        scam: bytes,
        scripts: bytes,
        categories: tuple[str, ...],
        script_bias: tuple[float, ...],
        scam_bias: float,
        scam_scale: float,
        script_scale: float,
        shortest: float,
        most: int,
        longest: int,
    ) -> None: ...
    def opinion(
        self, text: str, look_below: float, /
    ) -> tuple[float, tuple[tuple[str, float], ...], tuple[int, int]]: ...

class Characters:
    def __init__(self, from_: str, to: str, marked: str, hints: list[str]) -> None: ...
    def normalized(
        self, text: str, /
    ) -> tuple[str, list[int] | None, list[int] | None, tuple[tuple[str, int, int], ...], bool] | None: ...

class Numbers:
    def __init__(
        self,
        not_before: tuple[str, ...],
        units: tuple[str, ...],
        not_units: tuple[str, ...],
        call: tuple[str, ...],
        call_after: tuple[str, ...],
        incoming: tuple[str, ...],
        within: int,
        directions: tuple[str, str],
    ) -> None: ...
    def find(self, text: str, /) -> list[tuple[int, int, str, str]] | None: ...

_Span = tuple[int, int]
_Written = tuple[str, str | None, tuple[str, ...], bytes]

class Answers:
    def __init__(
        self,
        thresholds: dict[str, float],
        categories: list[tuple[str, ...]],
        kinds: list[tuple[str, str]],
        techniques: list[str],
        situations: list[str],
        rules: list[tuple[Any, ...]],
        publicity: int,
        ordinary: int,
        unknown: int,
        model: str,
        model_json: str,
        model_reason: str,
    ) -> None: ...
    def category(self, name: str, /) -> int: ...
    def write(
        self,
        text: str,
        hits: Sequence[tuple[int, tuple[_Span, ...]]],
        scam: float,
        scripts: tuple[tuple[str, float], ...],
        telling: _Span,
        numbers: str,
        urls: str,
        contacts: tuple[str, ...],
        amounts: tuple[str, ...],
        own: str,
        copies: int,
        /,
    ) -> _Written: ...

class Judge:
    def __init__(
        self,
        characters: Characters,
        patterns: Patterns,
        linear: Linear,
        numbers: Numbers,
        answers: Answers,
        number: Callable[[str, str], tuple[str, bool]],
        left: list[str],
        categories: tuple[int, ...],
        number_rule: int,
        longest: int,
        look_below: float,
        own: Patterns | None,
        own_first: int,
        off: bytes,
    ) -> None: ...
    def write(self, text: str, own: str, copies: int, /) -> _Written | None: ...
