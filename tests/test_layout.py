"""Lines for narrow and wide terminals: nothing cut off, nothing torn apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antifraud_cli.output.escape import as_json, one_line, visible
from antifraud_cli.output.layout import Block, lay_out, width_of, wrap

CHINESE = st.text(alphabet="转账给对方,先打110报警。“安全账户”（96110）abc 4008123123！", max_size=200)


@given(CHINESE, st.integers(min_value=20, max_value=100))
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    """No line is wider than the terminal, beyond one punctuation mark that may not begin a line."""
    for line in wrap(text, width):
        assert width_of(line) <= width + 2


@given(CHINESE, st.integers(min_value=20, max_value=100))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """Wrapped lines hold every character but blanks, in order."""
    joined = "".join(wrap(text, width))
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_numbers_are_never_torn(width: int) -> None:
    """A phone number stays on one line at every width."""
    text = "如果已经转账马上拨打110报警然后拨打银行客服电话4008123123要求止付再拨+86-10-12308"
    lines = wrap(text, width)
    for number in ("110", "4008123123", "+86-10-12308"):
        assert any(number in line for line in lines)


@given(CHINESE, st.integers(min_value=24, max_value=80))
def test_no_line_begins_with_a_closing_mark(text: str, width: int) -> None:
    """A comma or full stop after Chinese text never begins a line."""
    lines = wrap(re.sub(r"[，。！,.! ]+", "，", text), width)
    for line in lines[1:]:
        assert not line.startswith("，")


def test_hanging_indent_follows_the_marker() -> None:
    """Continued lines of a numbered step stand under its text."""
    lines = [line for line, _ in lay_out([Block("先打电话" * 10, marker="1.")], 30)]
    assert lines[0].startswith("1. 先")
    assert all(line.startswith(("   先", "   打", "   电", "   话")) for line in lines[1:])


CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]")


@given(st.text(max_size=200))
def test_shown_text_holds_no_control_character(text: str) -> None:
    """Foreign text cannot steer a terminal or turn the reading direction."""
    assert not CONTROLS.search(visible(text))
    assert not CONTROLS.search(one_line(text))
    assert "\n" not in one_line(text)


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=50), max_size=4))
def test_json_holds_no_control_character_and_is_lossless(value: dict[str, str]) -> None:
    """JSON output can be printed on a terminal and parsed back to the same value."""
    import json

    encoded = as_json(value)
    assert not CONTROLS.search(encoded)
    assert "\n" not in encoded
    assert json.loads(encoded) == value
    encoded.encode("utf-8")
