from collections.abc import Callable, Sequence
from typing import Any

FORMAT: int

def figure_ends(text: str, marks: str, /) -> list[int]: ...
def number_starts(text: str, least: int, /) -> list[int] | None: ...

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
    def __init__(self, grams: list[str], rarity: bytes, scam: bytes, scripts: bytes, width: int) -> None: ...
    def sum(self, text: str, most: int, /) -> tuple[int, int, int]: ...
    def columns(self, text: str, most: int, longest: int, /) -> tuple[list[int], tuple[int, int]]: ...

class Characters:
    def __init__(self, from_: str, to: str, marked: str, hints: list[str]) -> None: ...
    def normalized(
        self, text: str, /
    ) -> tuple[str, list[int] | None, list[int] | None, tuple[tuple[str, int, int], ...], bool] | None: ...

_Span = tuple[int, int]

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
    def write(
        self,
        text: str,
        hits: Sequence[tuple[int, tuple[_Span, ...]]],
        scam: float,
        scripts: tuple[tuple[str, float], ...],
        telling: _Span,
        numbers: str,
        urls: str,
        contacts: str,
        amounts: str,
        own: str,
        copies: int,
        /,
    ) -> tuple[str, str | None, tuple[str, ...], bytes]: ...
