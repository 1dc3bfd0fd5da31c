"""Numbers outside mainland China. The phonenumbers package is imported on first use: it costs 25 ms.

Only its metadata are asked; the geocoder and carrier modules (400 ms and 100 MB) never.
"""

from __future__ import annotations

from typing import NamedTuple

from antifraud_cli.numbers.plan import NumberPlan

_REGION = {"UK": "GB"}


class Foreign(NamedTuple):
    """A number behind a calling code, or a number of the region the user is in."""

    kind: str
    """foreign, foreign_invalid, foreign_unassigned, foreign_premium."""
    code: str
    """The calling code, or the digits that are none."""
    country: list[str] | None
    """Its name in each language."""
    line: str
    """landline, mobile or ""."""


def analyse(digits: str, plan: NumberPlan) -> Foreign:
    """What an international number is; `digits` without + and 00."""
    if digits[:1] in ("", "0") or digits[:3] in plan.unassigned:
        return Foreign("foreign_unassigned", digits[:3] if digits[:1] != "0" else "0", None, "")
    import phonenumbers

    code = _code(digits, plan)
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return Foreign("foreign_invalid", code, _country(code, None, plan), "")
    region = phonenumbers.region_code_for_number(number)
    country = _country(code, region, plan)
    kind = phonenumbers.number_type(number)
    types = phonenumbers.PhoneNumberType
    if code == "979" or kind == types.PREMIUM_RATE:
        return Foreign("foreign_premium", code, country, "")
    if kind == types.UNKNOWN:
        known = code in plan.part["networks"]
        return Foreign("foreign" if known else "foreign_invalid", code, country, "")
    return Foreign("foreign", code, country, _line(kind))


def is_local(digits: str, location: str) -> bool:
    """Whether the digits, as one dials them there, can be a number of the region."""
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, _REGION.get(location, location))
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, _REGION.get(location, location))


def region_name(location: str, plan: NumberPlan) -> list[str] | None:
    """The name of a location in each language."""
    region = _REGION.get(location, location)
    for regions in plan.part["countries"].values():
        if region in regions:
            names: list[str] = regions[region]
            return names
    return None


def _code(digits: str, plan: NumberPlan) -> str:
    for size in (1, 2, 3):
        if digits[:size] in plan.part["countries"] or digits[:size] in plan.part["networks"]:
            return digits[:size]
    return digits[:3]


def _country(code: str, region: str | None, plan: NumberPlan) -> list[str] | None:
    networks: dict[str, list[str]] = plan.part["networks"]
    if code in networks:
        return networks[code]
    regions: dict[str, list[str]] = plan.part["countries"].get(code, {})
    if region in regions:
        return regions[region]
    return next(iter(regions.values()), None)


def _line(kind: int) -> str:
    from phonenumbers import PhoneNumberType

    if kind == PhoneNumberType.FIXED_LINE:
        return "landline"
    return "mobile" if kind in (PhoneNumberType.MOBILE, PhoneNumberType.PAGER) else ""
