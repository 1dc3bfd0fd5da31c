"""The functions that other programs call. They load the knowledge on first use and keep it for the next call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.tableformat import LANGUAGES

if TYPE_CHECKING:
    from os import PathLike

    from antifraud_cli.checklists.model import Card, Checklist
    from antifraud_cli.knowledge.ownrules import OwnRules
    from antifraud_cli.messages.classify import Classifier
    from antifraud_cli.messages.explain import Explanation
    from antifraud_cli.messages.model import MessageVerdict
    from antifraud_cli.numbers.model import NumberContext, NumberVerdict

DEFAULT_LANGUAGE = "zh-Hans"


def classify(text: str, *, lang: str = DEFAULT_LANGUAGE, rules: OwnRules | None = None) -> MessageVerdict:
    """Judge a message, a chat, or a person's own account of what happened.

    `lang` is the language of reasons and advice: zh-Hans, zh-Hant or en. `rules`: what `load_rules` gives. Raises
    InputError for a text of more than a million characters. A verdict `none` says that no sign of fraud was found; it
    never says that there is none.

    >>> classify("把钱转到安全账户,不要告诉家人,我是公安局民警,你涉嫌洗钱").level
    'danger'
    """
    return classifier_with(rules)(text, _language(lang))


def explain(
    text: str, *, only: Sequence[str] = (), lang: str = DEFAULT_LANGUAGE, rules: OwnRules | None = None
) -> tuple[MessageVerdict, Explanation]:
    """Judge a message and take the verdict apart: every rule found, what it weighs, what stood in its way.

    `only` names rules, or prefixes of their ids (romance): they alone judge then, without the model. `rules`: what
    `load_rules` gives. Raises InputError for a text of more than a million characters, UsageError for a name that no
    rule has.

    >>> verdict, explanation = explain("把钱转到安全账户,不要告诉家人,我是公安局民警,你涉嫌洗钱")
    >>> explanation.categories[0].id == verdict.category
    True
    """
    lang = _language(lang)
    judge = classifier_with(rules)
    for name in only:
        if not judge.knows(name):
            texts = store.load(f"ui.{lang}")
            raise UsageError(texts["error.unknown_rule"].format(name=name), texts["hint.unknown_rule"])
    return judge.explained(text, lang, only)


def load_rules(*folders: str | PathLike[str], cache: str | PathLike[str] | None = None) -> OwnRules:
    """A person's own rules (docs/own-rules.md), for `classify` and `explain`; later folders replace rules of earlier ones.

    `cache`: a folder in which they are kept compiled; the next call is then faster. Raises DataError with every fault of
    the files: its `problems` name file, line and key.
    """
    from os import fspath

    from antifraud_cli.errors import DataError
    from antifraud_cli.knowledge import ownrules

    found = ownrules.load([fspath(folder) for folder in folders], fspath(cache) if cache is not None else "")
    if found.problems:
        raise DataError(list(found.problems))
    return found


def check_number(
    number: str,
    *,
    direction: str = "incoming",
    location: str = "CN",
    called_first: bool = False,
    claims: str | None = None,
    overseas_contact: bool = False,
    lang: str = DEFAULT_LANGUAGE,
) -> NumberVerdict:
    """Judge one phone number as it stood on a display or in a message; keep its +, 00 and blanks, they are evidence.

    `direction`: incoming | sms | dial. `location`: where the phone is (CN, HK, MO, TW, SG, …, overseas).
    `called_first`: the person had called that office before. `claims`: who the caller says to be (police, bank …).
    `overseas_contact`: the person expects calls from abroad.

    >>> check_number("96110").level
    'official'
    """
    from antifraud_cli.numbers import NumberContext

    context = NumberContext(
        direction=direction,
        location=location,
        called_first=called_first,
        claims=claims,
        overseas_contact=overseas_contact,
    )
    return check_number_in(number, context, _language(lang))


def check_number_in(number: str, context: NumberContext, lang: str = DEFAULT_LANGUAGE) -> NumberVerdict:
    """`check_number` with a context made once for many numbers."""
    from antifraud_cli.numbers import check

    return check(number, context, number_plan(), lang)


def check_numbers_in(text: str, context: NumberContext, lang: str = DEFAULT_LANGUAGE) -> Iterator[NumberVerdict]:
    """Judge every number in a text; one verdict, `invalid`, for a text without any."""
    from antifraud_cli.numbers import check_each

    return check_each(text, context, number_plan(), lang)


def checklist(
    category: str | None = None,
    *,
    situations: Sequence[str] = (),
    region: str = "CN",
    elapsed: str | int | None = None,
    lang: str = DEFAULT_LANGUAGE,
    paid_by: Sequence[str] = (),
) -> Checklist:
    """What to do now, most urgent first.

    `category` may be an id, a name or an alias (杀猪盘, pig butchering). `situations` are ids of what has happened
    (transferred, installed_app_or_shared_screen …). `elapsed` is the time since then: seconds, or 20m, 10h, 5d.
    `paid_by` is how the money went: bank, alipay, wechat, usdt, cash, gold, giftcard, card, or what people call these.
    Raises UsageError for a name that does not exist, with the nearest ones in its hint.

    >>> checklist("杀猪盘", situations=["transferred"]).steps[0].number
    '110'
    """
    from antifraud_cli.checklists import build, parse_elapsed
    from antifraud_cli.names import resolve_category, resolve_channel, resolve_region, resolve_situation

    lang = _language(lang)
    return build(
        store.load("response"),
        category=resolve_category(category, lang) if category else None,
        situations=[resolve_situation(name, lang) for name in situations],
        region=resolve_region(region, lang),
        elapsed=parse_elapsed(elapsed) if isinstance(elapsed, str) else elapsed,
        lang=lang,
        paid_by=[resolve_channel(name, lang) for name in paid_by],
    )


def bystander(category: str | None = None, *, region: str = "CN", lang: str = DEFAULT_LANGUAGE) -> Card:
    """How to stop somebody who believes the fraudster: win time, ask, call for help, and what makes it worse.

    `category` may be an id, a name or an alias. Raises UsageError for a name that does not exist.

    >>> bystander("公检法").calls[0].number
    '110'
    """
    from antifraud_cli.checklists import bystander as build_card
    from antifraud_cli.names import resolve_category, resolve_region

    lang = _language(lang)
    known = resolve_category(category, lang) if category else None
    return build_card(
        store.load("response"),
        category=known,
        rebuttal=store.load("categories")["categories"][known]["rebuttal"][lang] if known else None,
        region=resolve_region(region, lang),
        lang=lang,
    )


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """The classifier with its knowledge loaded; one for the life of the process."""
    from antifraud_cli.messages.classify import Classifier

    return Classifier(store.load)


def classifier_with(rules: OwnRules | None) -> Classifier:
    """The classifier with a person's own rules laid over ours; `classifier()` where there are none."""
    return classifier() if rules is None else _classifier_over(rules)


@lru_cache(maxsize=4)
def _classifier_over(rules: OwnRules) -> Classifier:
    from antifraud_cli.messages.classify import Classifier

    return Classifier(rules.over(store.load))


@lru_cache(maxsize=1)
def number_plan() -> Any:
    """The number plan, loaded."""
    from antifraud_cli.numbers import load_plan

    return load_plan(store.load("numbers"), _places)


def _places() -> Any:
    """Where mobile numbers were given out."""
    from antifraud_cli.numbers.places import Places

    return Places(store.load("places"), store.load("places.mobile"))


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise UsageError(f"lang: {lang!r}", ", ".join(LANGUAGES))
    return lang
