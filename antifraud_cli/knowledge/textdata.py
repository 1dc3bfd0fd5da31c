"""Compile `data/text/`: the tables of the normalizer."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from antifraud_cli.knowledge.document import Collector, Entry, open_entry

# Blocks in which Unicode compatibility gives exactly one character: full-width, circled, mathematical, superscript …
_COMPATIBLE = [
    (0xA0, 0x2FFF),
    (0x3000, 0x33FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFFEF),
    (0x1D400, 0x1D7FF),
    (0x1F100, 0x1F1FF),
]
_OWN_FORMS = {
    "　": " ",
    "、": "、",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "【": "[",
    "】": "]",
    "〖": "[",
    "〗": "]",
    "〔": "[",
    "〕": "]",
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "《": "<",
    "》": ">",
    "➕": "+",
    "✚": "+",
    "—": "-",
    "–": "-",
    "－": "-",
    "﹢": "+",
    "✖": "x",
    "╳": "x",
}


def read(data_dir: Path, collector: Collector) -> dict[str, Any]:
    """The normalizer's tables: `from`/`to` characters, `spellings` (regex, plain) and `spelling_hints`."""
    table = _compatible_characters()
    table.update(
        _traditional(open_entry(data_dir / "text/traditional.yaml", "data/text/traditional.yaml", collector), table)
    )
    telling = _lookalikes(open_entry(data_dir / "text/lookalikes.yaml", "data/text/lookalikes.yaml", collector), table)
    entry = open_entry(data_dir / "text/spellings.yaml", "data/text/spellings.yaml", collector)
    spellings, hints = _spellings(entry, table)
    sources = sorted(table)
    return {
        "from": "".join(sources),
        "to": "".join(table[character] for character in sources),
        "telling": "".join(sorted(telling)),
        "spellings": spellings,
        "spelling_hints": hints,
    }


def _compatible_characters() -> dict[str, str]:
    table = {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for first, last in _COMPATIBLE:
        for code in range(first, last + 1):
            character = chr(code)
            plain = unicodedata.normalize("NFKC", character).lower()
            if len(plain) == 1 and plain != character:
                table[character] = plain
    table.update({character: plain for character, plain in _OWN_FORMS.items() if character != plain})
    # Accented Latin letters (ǫ, é) lose their accent: in Chinese scam texts they only imitate the plain letter.
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            table[chr(code)] = base
    return table


def _pairs(entry: Entry, words: list[str], key: str, table: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        if len(word) != 2:
            entry.note(key, f"expected two characters, found {word!r}")
            continue
        source, plain = word[0], table.get(word[1], word[1])
        if source in found and found[source] != plain:
            entry.note(key, f"{source!r} is given two meanings, {found[source]!r} and {plain!r}")
        if source != plain:
            found[source] = plain
    return found


def _traditional(entry: Entry, table: dict[str, str]) -> dict[str, str]:
    words = [word for line in entry.texts("pairs", at_least=1) for word in line.split()]
    entry.done()
    return _pairs(entry, words, "pairs", table)


def _lookalikes(entry: Entry, table: dict[str, str]) -> set[str]:
    telling: set[str] = set()
    for group in entry.entries("groups", at_least=1):
        group.text("id")
        pairs = _pairs(group, group.texts("pairs", at_least=1), "pairs", table)
        if group.flag("telling"):
            telling.update(pairs)
        table.update(pairs)
    entry.done()
    # A pair may lead to a character that an earlier table changes again (帳 -> 帐 -> 账): follow to the end.
    for source, plain in list(table.items()):
        seen = {source}
        while plain in table and plain not in seen:
            seen.add(plain)
            plain = table[plain]
        table[source] = plain
    for source in [source for source, plain in table.items() if source == plain]:
        del table[source]
    return telling


def _spellings(entry: Entry, table: dict[str, str]) -> tuple[list[list[str]], list[str]]:
    sources: list[list[str]] = []
    hints: set[str] = set()
    for spelling in entry.entries("spellings", at_least=1):
        plain = spelling.text("plain")
        forms = sorted(
            {_plain(form, table) for form in spelling.texts("forms", at_least=1)} - {plain},
            key=lambda form: (-len(form), form),
        )
        after = [_plain(word, table) for word in spelling.texts("after")]
        not_before = [_plain(word, table) for word in spelling.texts("not_before")]
        alternatives = "|".join(_form(form) for form in forms)
        before = "(?:" + "|".join(f"(?<={re.escape(word)})" for word in after) + ")" if after else ""
        behind = "(?!" + "|".join(re.escape(word) for word in not_before) + ")" if not_before else ""
        sources.append([f"{before}(?:{alternatives}){behind}", plain])
        hints.update(forms if not after else [word + form for word in after for form in forms])
    entry.done()
    return sources, _shortest(hints)


def _form(form: str) -> str:
    """A regex for one form; Latin letters at its edges must not be part of a longer word."""
    head = "(?<![a-z])" if "a" <= form[0] <= "z" else ""
    tail = "(?![a-z])" if "a" <= form[-1] <= "z" else ""
    return f"{head}{re.escape(form)}{tail}"


def _plain(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)


def _shortest(hints: set[str]) -> list[str]:
    """The hints that hold no other hint: one of them is in any text that has a disguised spelling."""
    return sorted(hint for hint in hints if not any(other != hint and other in hint for other in hints))
