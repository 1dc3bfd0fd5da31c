"""What people type for a category, a situation, a way of payment or a region, and the nearest names where nothing fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.keys import key_of

_SUGGESTIONS = 4


def resolve_category(name: str, lang: str) -> str:
    """The id of a category for an id, name or alias in any language. Raises UsageError."""
    known = store.load("categories")
    found = known["names"].get(key_of(name))
    if found in known["categories"]:
        return str(found)
    shown = [known["categories"][near]["name"][lang] for near in _nearest(name, known) if near in known["categories"]]
    raise _unknown("category", name, shown or ["antifraud learn"], lang)


def resolve_topic(name: str, lang: str) -> str:
    """The id of a category or a technique. Raises UsageError."""
    known = store.load("categories")
    found = known["names"].get(key_of(name))
    if found:
        return str(found)
    topics = {**known["categories"], **known["techniques"]}
    raise _unknown(
        "category", name, [topics[near]["name"][lang] for near in _nearest(name, known)] or ["antifraud learn"], lang
    )


def resolve_situation(name: str, lang: str) -> str:
    """The id of a situation for an id or a title in any language. Raises UsageError."""
    return _resolve("situation", "title", name, lang)


def resolve_channel(name: str, lang: str) -> str:
    """The id of a way of payment for an id, name or alias (支付宝, 虚拟币) in any language. Raises UsageError."""
    return _resolve("channel", "name", name, lang)


def resolve_region(name: str, lang: str) -> str:
    """The id of a region for an id or a name in any language. Raises UsageError."""
    return _resolve("region", "name", name, lang)


def _resolve(kind: str, shown: str, name: str, lang: str) -> str:
    """The id in the table of a kind whose key, shown text or alias is `name`."""
    entries: Mapping[str, Any] = store.load("response")[f"{kind}s"]
    wanted = key_of(name)
    for known, entry in entries.items():
        if wanted in (key_of(known), *map(key_of, [*entry[shown].values(), *entry.get("aliases", ())])):
            return known
    raise _unknown(kind, name, list(entries), lang)


def _nearest(name: str, known: Mapping[str, Any]) -> list[str]:
    """Ids whose names share most with what was typed, best first."""
    from difflib import get_close_matches

    wanted = key_of(name)
    names: Mapping[str, str] = known["names"]
    near = [
        names[key] for key in names if wanted and len(wanted) > 1 and (wanted in key or key in wanted) and len(key) > 1
    ]
    near += [names[key] for key in get_close_matches(wanted, names, n=8, cutoff=0.4)]
    return list(dict.fromkeys(near))[:_SUGGESTIONS]


def _unknown(kind: str, name: str, suggestions: Iterable[str], lang: str) -> UsageError:
    texts = store.load(f"ui.{lang}")
    separator = texts["list.separator"]
    return UsageError(
        texts[f"error.unknown_{kind}"].format(name=name),
        texts["hint.did_you_mean"].format(names=separator.join(suggestions)),
    )
