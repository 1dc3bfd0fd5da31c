"""`--fill bank=95588`: numbers of the reader's own on a printed sheet. A wrong number there would be dialled in need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.errors import UsageError
from antifraud_cli.output.checklist_sheet import LABELS, Own, label

if TYPE_CHECKING:
    from antifraud_cli.numbers.model import NumberVerdict

_NUMBER = re.compile(r"\+?\d[\d\s().\-]*\d")
_BANK = LABELS[0]


def own_numbers(env: Environment, values: Sequence[str], region: str) -> list[Own]:
    """What --fill asks for, each number checked as one that is dialled in `region`.

    A number that cannot exist or that only scammers use is refused (UsageError), a mobile number for a bank as well.
    What deserves a second look is printed, with a warning on stderr. A number that its owner publishes is printed with
    the owner's name, so that a mistake shows.
    """
    return [_own(env, value, region) for value in values]


def _own(env: Environment, given: str, region: str) -> Own:
    name, equals, value = (part.strip() for part in given.partition("="))
    if not equals or not name:
        raise UsageError(text("error.fill_form", value=given), text("hint.fill_form"))
    if not value:
        return Own(name, "")
    value = unicodedata.normalize("NFKC", value)
    numbers = _NUMBER.findall(value)
    if not numbers:
        raise UsageError(text("error.fill_no_number", label=name, value=value), text("hint.fill_form"))
    for number in numbers:
        value = value.replace(number, _checked(env, name, number, region), 1)
    return Own(name, value)


def _checked(env: Environment, name: str, number: str, region: str) -> str:
    """The number as it should be printed."""
    from antifraud_cli import api

    verdict = api.check_number(number, direction="dial", location=region, lang=env.lang)
    shown = label(Own(name, number), text)
    reason = _refusal(name, verdict)
    if reason:
        raise UsageError(text("error.fill_refused", label=name, number=number, reason=reason), text("hint.fill_number"))
    if verdict.level == "official" and verdict.owner:
        return text("print.owner", value=verdict.normalized or number, owner=verdict.owner)
    if name == _BANK:
        env.tell(text("warn.fill_bank", number=number))
    elif verdict.level != "none":
        env.tell(text("warn.fill_caution", label=shown, number=number, reason=verdict.reasons[0].text))
    return number


def _refusal(name: str, verdict: NumberVerdict) -> str:
    """Why a number must not be printed; empty if it may."""
    if verdict.level in ("danger", "invalid"):
        return verdict.reasons[0].text
    return text("reason.mobile_bank") if name == _BANK and verdict.kind == "mobile" else ""
