"""What a run of digits is in the numbering plan of mainland China."""

from __future__ import annotations

from typing import NamedTuple

from antifraud_cli.knowledge.tableformat import USES
from antifraud_cli.numbers.plan import NumberPlan

MAX_DIGITS = 20
"""The longest number there is: a message sender of 20 digits."""
# A fault that is named on numbers up to this length; longer ones are no numbers at all.
_MAX_CALLER = 12
_PADDED_TAIL = 8
# Kinds in which an official number with digits before or after it would land.
_EXTENDABLE = frozenset(("malformed", "short_unknown", "service_96", "gov_short", "social_short", "operator_code"))
# The longest short number behind an area code.
_SHORT = 8


class Found(NamedTuple):
    """Digits in the mainland plan."""

    kind: str
    """A kind of plan.yaml."""
    digits: str
    """The national digits, trunk 0 included."""
    carrier: str = ""
    """Id of the operator that gave the number out."""
    area: str = ""
    """The area code."""
    fault: str = ""
    """What is wrong with it: a value of the condition `fault`."""
    listed: str = "none"
    """official, weak, enterprise, sender or none."""
    official: str = ""
    """The published number that it is, contains or imitates."""
    form: str = "bare"
    """bare, area (published so) or area_other."""
    use: str = ""
    """How an enterprise number is published."""
    tail: str = ""
    """Whose number it ends with: emergency, official, enterprise."""
    head: str = ""
    """Whose number it begins with."""


def whole(found: Found) -> bool:
    """Whether this is a number that can exist, not just digits."""
    return not found.fault and found.kind not in ("malformed", "short_unknown", "local_number")


def analyse(digits: str, plan: NumberPlan) -> Found:
    """What these digits are, when nothing stands before them."""
    listed = _listed(digits, plan)
    if listed != "none":
        kind, carrier, _ = plan.structure(digits)
        if digits[0] == "0":
            kind = "landline" if len(digits) > 9 else "area_short"
            return Found(kind, digits, "", _area(digits, plan), "", listed, digits, "bare", use_of(digits, plan))
        return Found(kind or "short_unknown", digits, carrier, "", "", listed, digits, "bare", use_of(digits, plan))
    if digits[0] == "0":
        return _landline(digits, plan)
    return _by_structure(digits, plan)


def _listed(digits: str, plan: NumberPlan) -> str:
    line = plan.cn.get(digits)
    if line is not None:
        return "weak" if line["status"] == "unverified" else "official"
    return "enterprise" if digits in plan.numbers else "none"


def use_of(digits: str, plan: NumberPlan) -> str:
    row = plan.numbers.get(digits)
    return USES[row[1]] if row else ""


def _area(digits: str, plan: NumberPlan) -> str:
    for size in (3, 4):
        if digits[:size] in plan.areas:
            return digits[:size]
    return ""


def _landline(digits: str, plan: NumberPlan) -> Found:
    area = _area(digits, plan)
    if not area:
        kind, carrier, fault = plan.structure(digits[1:]) if len(digits) == 12 else ("", "", "")
        if kind in ("mobile", "mvno") and not fault:
            # An old display form: a mobile number from another place with the trunk 0.
            return Found(kind, digits[1:], carrier)
        if 10 <= len(digits) <= _MAX_CALLER:
            return Found("landline", digits, fault="area_unknown")
        return _malformed(digits, plan)
    rest = digits[len(area) :]
    listed = _listed(rest, plan) if 3 <= len(rest) <= _SHORT else "none"
    if listed != "none":
        form = "area" if listed == "official" and plan.cn[rest]["area"] else "area_other"
        return Found("area_short", digits, "", area, "", listed, rest, form, use_of(rest, plan))
    if rest[:1] in plan.local_first and rest:
        return _local(digits, area, rest, plan)
    kind, _, fault = plan.structure(rest) if len(rest) <= _SHORT else ("", "", "long")
    if kind and not fault and len(rest) < 7 or kind in ("callcentre_95", "operator_service") and not fault:
        head, number = _head(rest, plan)
        return Found("area_short", digits, "", area, "", "none", number, "area_other", "", "", head)
    if 6 < len(rest) <= _SHORT:
        tail, number = tail_of(digits, plan)
        return Found("landline", digits, "", area, "local_first", "none", number, tail=tail)
    return _malformed(digits, plan, area)


def _local(digits: str, area: str, rest: str, plan: NumberPlan) -> Found:
    tail, number = tail_of(rest, plan)
    if len(rest) in plan.areas[area][3]:
        return Found("landline", digits, "", area, "", "none", number, tail=tail)
    if len(rest) in (7, 8):
        return Found("landline", digits, "", area, "local_length", "none", number, tail=tail)
    return _malformed(digits, plan, area)


def _by_structure(digits: str, plan: NumberPlan) -> Found:
    kind, carrier, fault = plan.structure(digits)
    length = len(digits)
    head, tail = ("", ""), ("", "")
    if not kind or fault:
        if kind in ("service_95", "unknown_95", "callcentre_95") and fault == "long" and length <= _MAX_CALLER:
            head = _head(digits, plan)
            return Found(kind, digits, carrier, "", "long", "none", head[1], head=head[0])
        if length in (7, 8) and digits[0] in plan.local_first:
            tail = tail_of(digits, plan)
            if not tail[0]:
                tail = _inside(digits, plan)
            return Found("local_number", digits, "", "", "", "none", tail[1], tail=tail[0])
        kind = "short_unknown" if length < 7 else "malformed"
        carrier = ""
    if kind in _EXTENDABLE and length <= _MAX_CALLER:
        head = _head(digits, plan)
        tail = tail_of(digits, plan) if length <= _PADDED_TAIL else tail
        # 962110 is a number of its own: a whole 96 number may end with 110, whatever it was given out for.
        chance = tail[0] == "emergency" and kind == "service_96"
        if head[0] == "official" or head[0] == "emergency" and length < 7 or tail[0] and not chance:
            return Found(kind, digits, "", "", "padded", "none", head[1] or tail[1], tail=tail[0], head=head[0])
    if kind == "malformed":
        return _malformed(digits, plan)
    if kind not in ("service_95", "emergency"):
        tail = tail_of(digits, plan)
    listed, number = "none", tail[1]
    if kind == "gov_sms":
        listed, number = "sender", digits[:5]
    return Found(kind, digits, carrier, "", "", listed, number, tail=tail[0], head=head[0])


def _malformed(digits: str, plan: NumberPlan, area: str = "") -> Found:
    kind, _, fault = plan.structure(digits)
    length = len(digits)
    if digits[0] == "0":
        tail = tail_of(digits, plan) if length <= _PADDED_TAIL else ("", "")
        if tail[0]:
            return Found("malformed", digits, "", area, "padded", "none", tail[1], tail=tail[0])
        fault = "long" if length > 11 else "short"
    return Found("malformed", digits, "", area, fault or ("long" if length > 11 else "short"))


def tail_of(digits: str, plan: NumberPlan) -> tuple[str, str]:
    """Whose short number the digits end with, and which."""
    for size in (5, 6, 7, 8):
        end = digits[-size:]
        if len(end) == size < len(digits):
            if end in plan.cn:
                return "official", end
            if end in plan.numbers and end[0] in "19":
                return "enterprise", end
    line = plan.cn.get(digits[-3:])
    if line is not None and line.get("imitated") and len(digits) > 3:
        return "emergency", digits[-3:]
    return "", ""


def _inside(digits: str, plan: NumberPlan) -> tuple[str, str]:
    """An official five-digit number inside a local number, where so many digits are hardly chance."""
    for start in range(1, len(digits) - 4):
        if digits[start : start + 5] in plan.cn:
            return "official", digits[start : start + 5]
    return "", ""


def _head(digits: str, plan: NumberPlan) -> tuple[str, str]:
    """Whose short number the digits begin with, and which."""
    for size in (5, 6):
        begin = digits[:size]
        if size < len(digits):
            if begin in plan.cn:
                return "official", begin
            if begin in plan.numbers:
                return "enterprise", begin
    line = plan.cn.get(digits[:3])
    if line is not None and line["group"] in ("police", "emergency") and len(digits) > 3:
        return "emergency", digits[:3]
    return "", ""
