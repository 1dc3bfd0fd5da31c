"""Whose phone lines are shown, and what a message itself tells of what has happened."""

from __future__ import annotations

from typing import Any

import pytest

from antifraud_cli import classify
from antifraud_cli.cli.environment import region_of


@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({"LANG": "zh_HK.UTF-8"}, "HK"),
        ({"LANG": "zh_TW"}, "TW"),
        ({"LC_ALL": "zh_SG.UTF-8", "LANG": "zh_CN.UTF-8"}, "SG"),
        ({"LANG": "zh_CN.UTF-8"}, "CN"),
        ({"LANG": "en_US.UTF-8"}, "CN"),
        ({"LC_ALL": "C", "LANG": "zh_HK.UTF-8"}, "HK"),
        ({}, "CN"),
    ],
)
def test_a_chinese_locale_tells_the_region(variables: dict[str, str], region: str) -> None:
    """The territory of a Chinese locale chooses the phone lines; any other locale leaves the mainland's."""
    assert region_of(variables) == region


@pytest.mark.parametrize(("lang", "number"), [("zh_HK.UTF-8", "999"), ("zh_TW.UTF-8", "110"), ("zh_CN.UTF-8", "110")])
def test_the_checklist_has_the_lines_of_the_region(antifraud: Any, lang: str, number: str) -> None:
    """Without --region a checklist calls the police of the place that the locale names."""
    found = antifraud("checklist", "--situation", "transferred", "--json", variables={"LANG": lang}).json
    assert number in [step["number"] for step in found["steps"]]


def test_a_region_that_was_named_wins(antifraud: Any) -> None:
    """--region is stronger than the locale."""
    found = antifraud("checklist", "--region", "MO", "--json", variables={"LANG": "zh_HK.UTF-8"}).json
    assert found["region"] == "MO"


PAID = "我接到自称公安局的电话，说我涉嫌洗钱，我已经把八万转到安全账户了"


def test_money_that_is_gone_is_noticed() -> None:
    """A text that tells of a payment says so in its verdict; a demand alone does not."""
    assert classify(PAID).situations == ("transferred",)
    assert classify("你是某某吗，我是公安局的，你涉嫌洗钱，把钱转到安全账户").situations == ()


def test_the_first_line_says_police_when_money_is_gone(antifraud: Any) -> None:
    """Who has already paid reads first whom to call."""
    assert "110" in antifraud("classify", PAID).out.splitlines()[0]


def test_triage_without_a_terminal_takes_what_the_text_tells(antifraud: Any) -> None:
    """Where nobody can be asked, the checklist follows the payment that the text tells of."""
    assert antifraud("triage", "--json", stdin=PAID).json["checklist"]["situations"] == ["transferred"]
