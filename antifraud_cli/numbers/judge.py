"""From a written number and its context to a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from antifraud_cli.knowledge.tableformat import LANGUAGES
from antifraud_cli.numbers.extract import Candidate, scan
from antifraud_cli.numbers.facts import Read, facts, official_line, read
from antifraud_cli.numbers.model import NumberContext, NumberReason, NumberVerdict
from antifraud_cli.numbers.plan import NumberPlan, Rule

_ALARMS = ("danger", "caution")
_MOST_REASONS = 3
# The rule that takes whatever is left over adds nothing to another rule's reasons.
_LEFTOVER = 60
_LONGEST_CLAIM = 24
_WITH_PLACE = ("mobile", "mvno")


def check(
    raw: str, context: NumberContext, plan: NumberPlan | Mapping[str, Any], lang: str = "zh-Hans"
) -> NumberVerdict:
    """Judge the number in `raw` (the first, if there are several: part them with `find_numbers`).

    `plan` may be the compiled part itself; build a NumberPlan once where many numbers are judged.
    """
    if not isinstance(plan, NumberPlan):
        plan = NumberPlan(plan)
    found = scan(raw)
    return judge(found[0] if found else _nothing(raw), raw, context, plan, lang)


def check_each(text: str, context: NumberContext, plan: NumberPlan, lang: str = "zh-Hans") -> Iterator[NumberVerdict]:
    """Judge every number in a text that somebody wants checked, in order; a text without any is judged as a whole."""
    for candidate in scan(text) or [_nothing(text)]:
        yield judge(candidate, candidate.text, context, plan, lang)


def _nothing(text: str) -> Candidate:
    return Candidate(text, 0, len(text), "", 0, False, False, None)


def judge(candidate: Candidate, raw: str, context: NumberContext, plan: NumberPlan, lang: str) -> NumberVerdict:
    """Judge one number that was taken apart."""
    one = read(candidate, context.location, context.direction == "sms", plan)
    values = facts(one, candidate, context, plan)
    rules = [rule for rule in plan.rules(values) if not rule.tests or _holds(rule, values)]
    decided = rules[0]
    language = LANGUAGES.index(lang)
    words = _words(one, values, context, plan, language)
    reasons = [decided, *(rule for rule in rules[1:] if _adds(rule, decided))]
    return NumberVerdict(
        input=raw,
        normalized=one.normalized,
        kind=one.found.kind,
        kind_name=plan.part["kinds"][one.found.kind][language],
        level=decided.level,
        rule=decided.id,
        reasons=tuple(_reason(rule, words, language) for rule in reasons[:_MOST_REASONS]),
        owner=words["owner"] if one.found.listed != "none" and words["owner"] else None,
        region=words["area"] or words["place"] or (words["country"] if one.behind == "foreign" else None) or None,
        carrier=words["carrier"] or None,
        extension=candidate.extension,
        advice=tuple(_advice(decided, words, language)),
    )


def _holds(rule: Rule, values: dict[str, Any]) -> bool:
    for key, allowed in rule.tests:  # noqa: SIM110 - all(…) takes twice as long, and every number passes here
        if values[key] not in allowed:
            return False
    return True


def _adds(rule: Rule, decided: Rule) -> bool:
    """Whether a second rule's reason supports the verdict: an alarm, and not a louder one than was decided."""
    if not rule.adds or rule.level not in _ALARMS or decided.level not in _ALARMS or rule.priority <= _LEFTOVER:
        return False
    return decided.level == "danger" or rule.level == "caution"


def _words(
    one: Read, values: dict[str, Any], context: NumberContext, plan: NumberPlan, language: int
) -> dict[str, str]:
    """What the placeholders of the texts stand for; "" where it is not known."""
    part = plan.part
    found = one.found
    line = official_line(one, context.location, plan)
    owner = purpose = never = ""
    if line:
        owner, purpose = line["owner"][language], line["purpose"][language]
        never = ("，也不", "，也不", " or ")[language].join(part["never"][name][language] for name in line["never"])
    elif found.official in plan.numbers:
        owner = part["owners"][plan.numbers[found.official][0]][0][language]
    place = plan.places.find(found.digits) if found.kind in _WITH_PLACE and plan.places else None
    help_lines = part["help"].get(context.location, {})
    return {
        "number": one.normalized,
        "owner": owner,
        "purpose": purpose,
        "never": never,
        "official": found.official,
        "carrier": part["carriers"][found.carrier][language] if found.carrier else "",
        "area": plan.areas[found.area][language] if found.area else "",
        "place": place[language] if place else "",
        "country": one.country[language] if one.country else "",
        "code": one.code,
        "kind": part["kinds"][found.kind][language],
        "claim": _said(context.claims),
        **{role: _help(role, help_lines, part["help"]["else"], language) for role in ("police", "antifraud", "report")},
    }


def _said(claims: str | None) -> str:
    """The user's own words for who is calling, short enough to stand in a sentence."""
    words = " ".join((claims or "").split())
    return words if len(words) <= _LONGEST_CLAIM else words[:_LONGEST_CLAIM] + "…"


def _help(role: str, lines: Mapping[str, str], otherwise: Mapping[str, list[str]], language: int) -> str:
    if role in lines:
        return lines[role]
    return otherwise[role][language] if role in otherwise else ""


class _Blank(dict[str, str]):
    """Values for a text; one that is missing shows as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def _fill(text: str, words: Mapping[str, str]) -> str:
    """Put the values in; a sentence that begins with one begins with a capital letter."""
    if "{" not in text:
        return text
    filled = text.format_map(_Blank(words))
    return filled[:1].upper() + filled[1:]


def _reason(rule: Rule, words: Mapping[str, str], language: int) -> NumberReason:
    return NumberReason(rule.id, _fill(rule.reason[language], words), rule.source)


def _advice(rule: Rule, words: Mapping[str, str], language: int) -> list[str]:
    """The advice of a rule, without what needs a value that is not known."""
    return [
        _fill(advice.texts[language], words) for advice in rule.advice if all(words.get(need) for need in advice.needs)
    ]
