"""Phone numbers: found in text, taken apart, judged. Pure: the number plan comes in as data.

>>> from antifraud_cli.numbers import NumberContext, find_numbers
>>> [raw.text for raw in find_numbers("来电 10086、95588")]
['10086', '95588']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from antifraud_cli.numbers.extract import find_numbers
from antifraud_cli.numbers.judge import check, check_each
from antifraud_cli.numbers.model import NumberContext, NumberReason, NumberVerdict, RawNumber
from antifraud_cli.numbers.plan import NumberPlan, load_plan

__all__ = [
    "NumberContext",
    "NumberPlan",
    "NumberReason",
    "NumberVerdict",
    "RawNumber",
    "check",
    "check_each",
    "find_in_message",
    "find_numbers",
    "load_plan",
]


def find_in_message(text: str, words: Mapping[str, Sequence[str]]) -> list[RawNumber]:
    """The phone numbers in a message, in order. `words`: what `knowledge.numberplan.message_words` returns."""
    from antifraud_cli.numbers import message

    return message.find_in_message(text, message.Words(words))
