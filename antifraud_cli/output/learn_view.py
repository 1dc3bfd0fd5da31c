"""How the lesson about one category or technique reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from antifraud_cli.law import Law
from antifraud_cli.output.law_view import brief
from antifraud_cli.output.layout import BLANK, Block


def blocks(topic: Mapping[str, Any], lesson: Mapping[str, Any], lang: str, text: Callable[..., str]) -> list[Block]:
    """How it works, a case, the signs, the look-alikes, the rebuttal. `topic` is the short part, `lesson` the long one."""
    shown = [Block(topic["name"][lang], "strong"), Block(lesson["definition"][lang]), BLANK]
    shown.append(Block(text("message.remember", sentence=topic["rebuttal"][lang]), "strong"))
    for key in ("how", "case", "signs", "lookalikes"):
        value = lesson.get(key, {}).get(lang)
        if not value:
            continue
        shown += [BLANK, Block(text(f"heading.{key}"), "heading")]
        if isinstance(value, str):
            shown.append(Block(value))
        else:
            shown += [Block(item, marker=f"{n}." if key == "how" else "-") for n, item in enumerate(value, start=1)]
    shown += [BLANK, Block(text("heading.now"), "heading")]
    shown += [Block(advice, marker=f"{n}.") for n, advice in enumerate(topic["advice"][lang], start=1)]
    return shown


def law_blocks(laws: Sequence[Law], name: str, region: str, text: Callable[..., str]) -> list[Block]:
    """Which articles apply in a region, one line each, and where the rest stands."""
    shown = [BLANK, Block(text("heading.law", region=region), "heading")]
    shown += [Block(brief(law, text), marker="-") for law in laws] or [Block(text("law.none", region=region))]
    return [*shown, Block(text("law.more", topic=name), "note")]


def end_blocks(lesson: Mapping[str, Any], text: Callable[..., str]) -> list[Block]:
    """When the lesson was last looked at."""
    return [BLANK, Block(text("learn.reviewed", reviewed=lesson["reviewed"]), "note")]


def law_as_json(laws: Sequence[Law], region: str) -> dict[str, Any]:
    """The keys of `antifraud.lesson/1` that tell of the law in a region."""
    return {"region": region, "laws": [asdict(law) for law in laws]}


def as_json(name: str, topic: Mapping[str, Any], lesson: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The object `antifraud.lesson/1`."""
    parts = {key: lesson[key][lang] for key in ("definition", "how", "case", "signs", "lookalikes") if lesson.get(key)}
    return {
        "schema": "antifraud.lesson/1",
        "id": name,
        "name": topic["name"][lang],
        **parts,
        "rebuttal": topic["rebuttal"][lang],
        "advice": topic["advice"][lang],
        "source": lesson["source"],
        "reviewed": lesson["reviewed"],
    }
