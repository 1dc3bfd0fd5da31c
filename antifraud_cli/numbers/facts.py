"""Everything that the rules may ask about one number in one context.

What stood before the number is judged before anything is taken off: +, ++, 00 and 86 in front of a mainland number
are evidence, and a library that repairs them throws it away.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from antifraud_cli.numbers import domestic
from antifraud_cli.numbers.claims import claim_of, fit
from antifraud_cli.numbers.domestic import Found
from antifraud_cli.numbers.extract import Candidate
from antifraud_cli.numbers.model import NumberContext
from antifraud_cli.numbers.plan import NumberPlan

MAINLAND = "86"
HOME, UNKNOWN = "CN", "overseas"
"""The mainland; a place abroad of which no more is known."""
_IMPOSSIBLE = ("foreign_invalid", "foreign_unassigned")
# Short kinds whose numbers never carry a mark; behind + they are a disguise, not a foreign number.
_SHORT_KINDS = frozenset(
    (
        "service_95",
        "callcentre_95",
        "unknown_95",
        "service_96",
        "operator_service",
        "operator_code",
        "gov_short",
        "social_short",
        "emergency",
    )
)
_TOLL_KINDS = frozenset(("service_400", "service_800"))
_LONGEST_SHORT = 8
_SHORTEST_FOREIGN = 5
"""Fewer digits behind a + are typing that was not finished, not a caller ID."""


class Read(NamedTuple):
    """A number, read: what stood before it and what it is."""

    found: Found
    """What it is; for foreign numbers a kind and nothing else."""
    normalized: str
    """Digits, with + in front if it came with a country code."""
    mark: str
    """none, plus, zeros, doubled or bare86."""
    behind: str
    """"", cn, naked or foreign."""
    code: str = ""
    """The calling code."""
    country: list[str] | None = None
    """The name of the country or region in each language."""
    line: str = ""
    """landline or mobile, of a foreign number."""


def read(candidate: Candidate, location: str, sms: bool, plan: NumberPlan) -> Read:
    """Read a number as it was written."""
    digits = candidate.digits
    if not digits or candidate.letters:
        return Read(Found("not_a_number", digits), "", "none", "")
    if len(digits) > domestic.MAX_DIGITS:
        return Read(Found("malformed", digits, fault="long"), digits, "none", "")
    if candidate.plus or digits.startswith("00") and len(digits) > 3:
        one = _marked(candidate, sms, plan)
        if one.mark == "zeros" and location not in (HOME, UNKNOWN) and one.found.kind in _IMPOSSIBLE:
            return _elsewhere(digits, location, plan)  # 002 and 009 are how one dials abroad in Taiwan
        return one
    if location != HOME:
        return _elsewhere(digits, location, plan)
    return _unmarked(digits, sms, plan)


def _unmarked(digits: str, sms: bool, plan: NumberPlan) -> Read:
    found = _published(domestic.analyse(digits, plan), MAINLAND + digits[1:] if digits[0] == "0" else "", plan)
    if digits.startswith(MAINLAND) and found.listed == "none" and not domestic.whole(found) and len(digits) > 4:
        inner = _national(digits[2:], sms, plan)
        if inner.listed != "none" or domestic.whole(inner):
            return Read(inner, "+" + digits, "bare86", "cn", MAINLAND)
    if found.kind == "malformed" and digits.startswith(_neighbours(plan)):
        # 852 2123 4567: the code of a neighbour, the mark left out.
        one = _abroad(digits, "+" + digits, "none", plan)
        if one.found.kind == "foreign":
            return one
    return Read(found, digits, "none", "")


def _neighbours(plan: NumberPlan) -> tuple[str, ...]:
    return tuple(code for codes in plan.part["domestic_plus"].values() for code in codes)


def _marked(candidate: Candidate, sms: bool, plan: NumberPlan) -> Read:
    digits = candidate.digits
    mark = "doubled" if candidate.plus > 1 else "plus" if candidate.plus else "zeros"
    rest = digits[2:] if mark == "zeros" else digits
    normalized = "+" + rest
    if rest.startswith(MAINLAND) and len(rest) > 2:
        return Read(_published(_national(rest[2:], sms, plan), rest, plan), normalized, mark, "cn", MAINLAND)
    bare = rest.lstrip("0")
    if rest != bare and bare.startswith(MAINLAND) and len(bare) > 4:
        inner = _national(bare[2:], sms, plan)
        if inner.listed != "none":
            return Read(inner, normalized, mark, "cn", MAINLAND)
    naked = _naked(rest, plan)
    if naked is not None:
        return Read(naked, normalized, mark, "naked")
    return _abroad(rest, normalized, mark, plan)


def _published(found: Found, international: str, plan: NumberPlan) -> Found:
    """The number as it is, or as the form that a public line publishes for callers from abroad."""
    number = plan.dial_forms.get(international)
    if number is None or number not in plan.cn:
        return found
    return found._replace(listed="official", official=number, form="dial_form", fault="", tail="")


def _national(digits: str, sms: bool, plan: NumberPlan) -> Found:
    """The number behind 86, where the trunk 0 of an area code is left out, or not."""
    first = domestic.analyse(digits, plan)
    if first.listed != "none" or digits[0] == "0":
        return first
    second = domestic.analyse("0" + digits, plan)
    if second.listed != "none":
        return second
    if domestic.whole(second) and second.kind == "landline" and not (sms and domestic.whole(first)):
        return second
    if domestic.whole(first) or second.kind == "malformed":
        return first if first.kind != "local_number" else first._replace(kind="malformed", fault="short")
    return second


def _naked(rest: str, plan: NumberPlan) -> Found | None:
    """A mainland number with a mark right before it, which no foreign number can be."""
    if not rest:
        return None
    found = domestic.analyse(rest, plan)
    if (
        len(rest) <= _LONGEST_SHORT
        and (found.listed != "none" or found.kind in _SHORT_KINDS)
        and found.kind != "landline"
    ):
        return found
    if rest[0] == "0" and found.listed != "none":
        return found
    if found.kind in _TOLL_KINDS and not found.fault:
        from antifraud_cli.numbers import foreign

        return found if foreign.analyse(rest, plan).kind != "foreign" else None
    return None


def _abroad(rest: str, normalized: str, mark: str, plan: NumberPlan) -> Read:
    from antifraud_cli.numbers import foreign

    one = foreign.analyse(rest, plan)
    if len(rest) < _SHORTEST_FOREIGN and rest[:1] != "0":
        return Read(Found("malformed", rest, fault="short"), normalized, mark, "foreign", one.code, one.country)
    tail, official = domestic.tail_of(rest, plan)
    listed = "enterprise" if normalized in plan.numbers else "none"
    use = domestic.use_of(normalized, plan)
    if rest in plan.part["foreign_lines"]:
        return Read(
            Found(one.kind, rest, listed="official", official=rest), normalized, mark, "foreign", one.code, one.country
        )
    found = Found(
        one.kind, rest, listed=listed, official=official if listed == "none" else normalized, tail=tail, use=use
    )
    return Read(found, normalized, mark, "foreign", one.code, one.country, one.line)


def _elsewhere(digits: str, location: str, plan: NumberPlan) -> Read:
    """A number without mark, seen outside the mainland: first a number of that place."""
    if digits in plan.lines.get(location, {}):
        found = Found("regional_line", digits, listed="official", official=digits)
        return Read(found, digits, "none", "", country=_region(location, plan))
    mainland = domestic.analyse(digits, plan)
    if mainland.listed in ("official", "weak") or mainland.listed == "enterprise" and location == UNKNOWN:
        return Read(mainland, digits, "none", "")
    if location == UNKNOWN:
        return Read(Found("foreign_local", digits), digits, "none", "")
    from antifraud_cli.numbers import foreign

    meant = foreign.written_in(digits, location)
    if meant and meant.startswith(MAINLAND):
        return Read(_national(meant[2:], False, plan), "+" + meant, "none", "cn", MAINLAND)
    if meant:
        return _abroad(meant, "+" + meant, "none", plan)
    if meant is None and (mainland.listed != "none" or domestic.whole(mainland)):
        return Read(mainland, digits, "none", "")
    known = meant is not None or foreign.is_short_line(digits, location)
    kind = "foreign_local" if known else "foreign_local_invalid"
    return Read(Found(kind, digits), digits, "none", "", country=_region(location, plan))


def _region(location: str, plan: NumberPlan) -> list[str] | None:
    from antifraud_cli.numbers import foreign

    return foreign.region_name(location, plan)


def facts(one: Read, candidate: Candidate, context: NumberContext, plan: NumberPlan) -> dict[str, Any]:
    """The values that the conditions of the rules are compared with."""
    found = one.found
    line = official_line(one, context.location, plan)
    claim = claim_of(context.claims, plan)
    values = {
        "kind": found.kind,
        "digits": found.digits,
        "exact": found.official if found.listed != "none" else found.digits,
        "mark": one.mark,
        "behind": one.behind,
        "fault": found.fault,
        "lookalike": candidate.lookalike,
        "listed": found.listed,
        "use": found.use,
        "calls_out": line["calls"] if line else "unknown",
        "sends_sms": line["sms"] if line else "unknown",
        "group": _group(found, line, plan),
        "form": found.form,
        "tail": found.tail,
        "head": found.head,
        "home": _home(one, context.location, plan),
        "one_ring": False,
        "cases": False,
        "direction": context.direction,
        "location": context.location,
        "abroad": context.location != HOME,
        "called_first": context.called_first,
        "overseas_contact": context.overseas_contact,
        "link": context.has_link,
        "claim": claim.id,
        "claim_fits": "unknown",
    }
    if one.behind == "foreign":
        values["one_ring"] = one.found.digits.startswith(tuple(plan.part["one_ring"]))
        values["cases"] = one.found.digits.startswith(tuple(plan.part["cases"]))
    if claim.id:
        values["claim_fits"] = fit(claim, found, str(values["group"]), plan)
    return values


def official_line(one: Read, location: str, plan: NumberPlan) -> Any:
    """The official line that the number is, if it is one."""
    if one.found.listed not in ("official", "weak", "sender"):
        return None
    if one.behind == "foreign":
        region, number = plan.part["foreign_lines"][one.found.official]
        return plan.lines[region][number]
    if one.found.kind == "regional_line":
        return plan.lines[location][one.found.official]
    return plan.cn.get(one.found.official)


def _group(found: Found, line: Any, plan: NumberPlan) -> str:
    if line:
        return str(line["group"])
    if found.listed == "enterprise":
        return str(plan.part["owners"][plan.numbers[found.official][0]][1])
    return ""


def _home(one: Read, location: str, plan: NumberPlan) -> str:
    """Whether a number with + pretends to be of the region one is in, where home calls show no +."""
    codes = plan.part["domestic_plus"].get(location) if one.behind == "foreign" else None
    if not codes or one.found.kind != "foreign" or not one.found.digits.startswith(tuple(codes)):
        return ""
    return one.line or "landline"
