"""The card of a bystander: how a teller, a guard or a child stops somebody who believes the fraudster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from antifraud_cli.checklists.build import entry
from antifraud_cli.checklists.maker import Maker
from antifraud_cli.checklists.model import Card


def bystander(
    response: Mapping[str, Any], *, category: str | None, rebuttal: str | None, region: str, lang: str
) -> Card:
    """Return the card for a script in a region.

    `rebuttal` is the sentence that breaks the spell of the script, None if the script is not known: the card then has
    neither that sentence nor the question that belongs to the script. Raises UsageError for an unknown region.
    """
    entry(response["regions"], region, "region")
    maker, data = Maker(response, region, lang), response["bystander"]
    ask = entry(data["asks"], category, "category") if category else None

    def texts(key: str) -> tuple[str, ...]:
        return tuple(maker.dont(item).text for item in data[key] if not item["regions"] or region in item["regions"])

    stall, questions = texts("stall"), texts("questions")
    if ask:
        maker.cite(ask["source"])
        questions += (maker.text(ask["text"][lang]),)
    calls = [step for step in data["calls"] if not step["regions"] or region in step["regions"]]
    calls = [step for step in calls if maker.can_show(step)]
    shown = tuple(maker.step(number, [step]) for number, step in enumerate(calls, start=1))
    return Card(
        category=category,
        region=region,
        rebuttal=maker.text(rebuttal) if rebuttal else None,
        stall=stall,
        questions=questions,
        calls=shown,
        donts=texts("donts"),
        gaps=tuple(maker.gaps),
        sources=maker.sources(),
        reviewed=min([*maker.dates, data["reviewed"]]),
    )
