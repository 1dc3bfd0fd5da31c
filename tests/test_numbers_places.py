"""Where mobile numbers were given out: the compiled table says what the source says, and no more."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from phonenumbers.geodata import GEOCODE_DATA

from antifraud_cli import api
from antifraud_cli.knowledge.tableformat import LANGUAGES, PLACE_ROW
from antifraud_cli.numbers import NumberContext, check, load_plan
from antifraud_cli.numbers.places import Places

SHORTEST = 5
"""Digits of the shortest entry that names one place; shorter ones name one city for a head in use everywhere."""


@pytest.fixture(scope="module")
def places(parts: dict[str, Any]) -> Places:
    return Places(parts["places"], parts["places.mobile"])


def in_source(mobile: str) -> str:
    """The place that the longest entry of the source gives."""
    for size in range(7, SHORTEST - 1, -1):
        entry = GEOCODE_DATA.get("86" + mobile[:size])
        if entry:
            return str(entry.get("zh", ""))
    return ""


def test_every_range_is_the_one_of_the_source(places: Places) -> None:
    """For numbers of all heads the table knows a place exactly where the source does, and the same place for the same one."""
    chance = random.Random(86)
    seen: dict[str, set[str]] = {}
    for head in range(130, 200):
        for _ in range(300):
            mobile = f"{head}{chance.randrange(10**8):08d}"
            found, wanted = places.find(mobile), in_source(mobile)
            assert bool(found) == bool(wanted), (mobile, found, wanted)
            if found:
                seen.setdefault(wanted, set()).add(found[0])
    assert all(len(names) == 1 for names in seen.values())
    # Names that were brought up to date still begin with their province.
    assert all(next(iter(names))[:2] == source[:2] for source, names in seen.items())


def test_edges_of_ranges(places: Places) -> None:
    """The first and the last number of an entry lie in it, their neighbours only if the source says so."""
    for prefix in random.Random(1).sample(
        [key for key in GEOCODE_DATA if key.startswith("861") and len(key) == 9], 500
    ):
        head = int(prefix[2:])
        for near in (head - 1, head, head + 1):
            for mobile in (f"{near}0000", f"{near}9999"):
                assert bool(places.find(mobile)) == bool(in_source(mobile)), mobile


def test_a_head_for_the_whole_country_has_no_place() -> None:
    """173 serves everywhere, whatever single city the source names for all of it."""
    assert GEOCODE_DATA["86173"]["zh"]
    assert all(api.check_number(f"173{rest:08d}").region is None for rest in (0, 12345678, 99999999))


def test_every_place_has_a_name_in_every_language(parts: dict[str, Any]) -> None:
    """Each place of the table is named in three languages, in the script of each."""
    for names in parts["places"][1:]:
        assert len(names) == len(LANGUAGES)
        assert all(names)
        assert names[2].isascii()
        assert not names[0].isascii()


def test_no_place_of_the_source_is_left_without_a_name(places: Places) -> None:
    """A place that the source knows and data/ does not is a gap to be filled in places.yaml."""
    for prefix, names in GEOCODE_DATA.items():
        if prefix.startswith("861") and SHORTEST + 2 <= len(prefix) <= 9:
            mobile = prefix[2:].ljust(11, "0")
            assert places.find(mobile), (prefix, names)


def test_place_says_nothing_about_the_verdict(parts: dict[str, Any], places: Places) -> None:
    """With and without the table every verdict is the same, but for the place."""
    with_places, without = load_plan(parts["numbers"], lambda: places), load_plan(parts["numbers"])
    for number in ("13800138000", "+8613800138000", "17012345678", "013812345678", "13812345110", "4008123123"):
        verdict = check(number, NumberContext(), with_places)
        assert replace(verdict, region=None) == replace(check(number, NumberContext(), without), region=None)


@pytest.mark.parametrize("number", ["", "1", "13", "138001", "99999999999", "00000000000"])
def test_any_digits_can_be_looked_up(places: Places, number: str) -> None:
    """Digits that are no mobile number find a place or none, and no error."""
    found = places.find(number)
    assert found is None or len(found) == len(LANGUAGES)


def test_an_empty_table_knows_nothing() -> None:
    """Without rows there is no place."""
    assert Places([["", "", ""]], "").find("13800138000") is None
    assert Places([["", "", ""], ["甲", "甲", "A"]], PLACE_ROW.format(300000, 1)).find("12900138000") is None


def test_a_number_in_a_message_has_its_place_too() -> None:
    """`classify` and `check-number` say the same of where a number was given out."""
    [found] = api.classify("有事打我电话 13800138000").numbers
    assert found["region"]
    assert found["region"] == api.check_number("13800138000").region
