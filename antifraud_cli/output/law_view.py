"""How the law reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from antifraud_cli.law import Found, Law
from antifraud_cli.output.layout import BLANK, Block


def blocks(found: Found, region: str, others: str, text: Callable[..., str]) -> list[Block]:
    """Each article with the day in force, what follows and what people get wrong. `region`, `others`: names to show."""
    shown = [Block(text("law.title", what=found.title or text("law.everything"), region=region), "strong")]
    if not found.laws:
        shown += [BLANK, Block(text("law.none", region=region))]
    for law in found.laws:
        name = Block(f"{law.law} {law.article}", "heading")
        shown += [BLANK, *([] if name.text == found.title else [name]), *_article(law, text)]
    if others:
        shown += [BLANK, Block(text("law.elsewhere", regions=others))]
    return [*shown, BLANK, Block(text("law.note"), "note")]


def topic_blocks(rows: Iterable[tuple[str, str, int]], region: str, text: Callable[..., str]) -> list[Block]:
    """The topics: id, name and how many articles the region has."""
    shown = [Block(text("law.list", region=region), "strong"), BLANK]
    shown += [Block(text("law.topic", name=name, id=topic, count=count), marker="-") for topic, name, count in rows]
    return [*shown, BLANK, Block(text("law.how")), Block(text("law.note"), "note")]


def brief(law: Law, text: Callable[..., str]) -> str:
    """One line about an article: which, since when, what it says."""
    return text("law.brief", law=law.law, article=law.article, day=law.in_force, says=law.says)


def as_json(found: Found, topics: Mapping[str, str]) -> dict[str, Any]:
    """The object `antifraud.law/1`; `topics`: id -> name."""
    return {
        "schema": "antifraud.law/1",
        "title": found.title,
        "region": found.region,
        "laws": [asdict(law) for law in found.laws],
        "elsewhere": list(found.elsewhere),
        "topics": [{"id": topic, "name": name} for topic, name in topics.items()],
    }


def records(found: Found) -> Iterator[tuple[str | None, ...]]:
    """The records of --plain."""
    for law in found.laws:
        yield (
            law.id,
            law.region,
            law.law,
            law.article,
            law.in_force,
            law.status,
            law.says,
            law.consequence,
            law.pitfall,
        )


def _article(law: Law, text: Callable[..., str]) -> Iterator[Block]:
    note = text("law.in_force_note", day=law.in_force, note=law.in_force_note) if law.in_force_note else ""
    yield Block(note or text("law.in_force", day=law.in_force), indent=2)
    if law.status != "verified":
        yield Block(text("law.unverified"), indent=2)
    yield Block(text("law.says", value=law.says), indent=2)
    if law.consequence:
        yield Block(text("law.consequence", value=law.consequence), indent=2)
    if law.pitfall:
        yield Block(text("law.pitfall", value=law.pitfall), indent=2)
    sources = text("list.sentences").join(law.source)
    yield Block(text("law.source", sources=sources, reviewed=law.reviewed), "note", indent=2)
