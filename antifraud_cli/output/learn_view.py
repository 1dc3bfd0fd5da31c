"""How the lesson about one category or technique reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    return [*shown, BLANK, Block(text("learn.reviewed", reviewed=lesson["reviewed"]), "note")]


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
