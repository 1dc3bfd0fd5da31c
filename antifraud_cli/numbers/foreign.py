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


def written_in(digits: str, location: str) -> str | None:
    """What digits without + mean in a region: "" a number of that region, or the digits of an international number that
    stand behind its code for calls abroad (011 in the US, 002 in Taiwan), behind its own country code, or under a
    country code that several countries share. None: nothing that exists there.
    """
    import phonenumbers
    from phonenumbers import CountryCodeSource

    region = _REGION.get(location, location)
    try:
        number = phonenumbers.parse(digits, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    behind_code = number.country_code_source in (
        CountryCodeSource.FROM_NUMBER_WITH_IDD,
        CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN,
    )
    # In North America the country code 1 is what one dials before any long-distance number.
    trunk = phonenumbers.ndd_prefix_for_region(region, True) == str(number.country_code)
    if phonenumbers.region_code_for_number(number) == region and (trunk or not behind_code):
        return ""
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"


def is_short_line(digits: str, location: str) -> bool:
    """Whether the plan of a region has such a short number; emergency numbers, which never call, are left out."""
    import phonenumbers
    from phonenumbers import shortnumberinfo

    region = _REGION.get(location, location)
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return False
    short = shortnumberinfo.is_valid_short_number_for_region(number, region)
    return short and not shortnumberinfo.is_emergency_number(digits, region)


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
