"""Where mobile numbers of the mainland were given out, as a table of ranges.

The ranges come from the phonenumbers package (Apache-2.0), whose geocoder takes 400 ms and 100 MB to load. It is asked
here, once, when data/ is compiled; the program itself reads the table only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from antifraud_cli.knowledge.document import Collector, Entry, open_entry
from antifraud_cli.knowledge.tableformat import PLACE_DIGITS, PLACE_ROW

_HEAD = PLACE_DIGITS + 1
"""Digits of a mobile number that tell the place, the leading 1 included."""
_CODE = "86"


def read(data_dir: Path, areas: Mapping[str, list[str]], collector: Collector) -> tuple[list[list[str]], str]:
    """The names of the places in each language, and the table of ranges (see `PLACE_ROW`).

    `areas`: the area codes with their names. A place without a name in data/ is left out: a newer package may know more.
    """
    entry = open_entry(data_dir / "numbers/places.yaml", "data/numbers/places.yaml", collector)
    entry.provenance()
    shortest = int(entry.number("shortest", 1, _HEAD))
    named = {row[0]: list(row[:3]) for row in areas.values()}
    named.update(_names(entry))
    entry.done()
    names: list[list[str]] = [["", "", ""]]
    numbers: dict[str, int] = {"": 0}
    rows = []
    for start, place in _ranges(shortest):
        if place not in numbers:
            numbers[place] = len(names) if place in named else 0
            if place in named:
                names.append(named[place])
        rows.append(PLACE_ROW.format(start, numbers[place]))
    return names, "".join(rows)


def _names(entry: Entry) -> dict[str, list[str]]:
    inner = entry.entry("names")
    found: dict[str, list[str]] = {}
    for place, row in inner.table.items() if inner else ():
        if isinstance(row, list) and len(row) == 3 and all(isinstance(text, str) and text for text in row):
            found[place] = list(row)
        else:
            entry.note("names", f"{place}: expected [zh-Hans, zh-Hant, en], found {row!r}")
    return found


@cache
def _ranges(shortest: int) -> list[tuple[int, str]]:
    """First seven digits (the 1 left out) from which on a place holds, and the place; "" where nothing is known."""
    ranges: list[tuple[int, str]] = []
    for start, end, place in _merged(shortest):
        if ranges and ranges[-1][0] == start:
            ranges.pop()  # no gap before this one
        if not (ranges and ranges[-1][1] == place):
            ranges.append((start, place))
        ranges.append((end, ""))
    return ranges


def _merged(shortest: int) -> Iterator[tuple[int, int, str]]:
    """Ranges in order that do not overlap: longer entries stand out of shorter ones around them."""
    from phonenumbers.geodata import GEOCODE_DATA

    heads: dict[int, str] = {}
    for prefix in sorted(GEOCODE_DATA, key=len):
        digits = prefix.removeprefix(_CODE)
        if prefix.startswith(_CODE) and digits.startswith("1") and shortest <= len(digits) <= _HEAD:
            place = GEOCODE_DATA[prefix].get("zh", "")
            size = 10 ** (_HEAD - len(digits))
            begin = int(digits[1:]) * size
            heads.update(dict.fromkeys(range(begin, begin + size), place))
    begin = end = 0
    for head in sorted(heads):
        if end != head or heads[head] != heads[begin]:
            if end:
                yield begin, end, heads[begin]
            begin = head
        end = head + 1
    if end:
        yield begin, end, heads[begin]
