"""Which articles of law belong to a topic, a scam or a name, in one region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.knowledge.keys import key_of


@dataclass(frozen=True)
class Law:
    """One article in plain words, in one language."""

    id: str
    """Its id in data/laws.yaml, such as cn.cl.266."""
    region: str
    """Where it is in force."""
    topics: tuple[str, ...]
    """Ids of the topics that it belongs to."""
    law: str
    """Name of the law."""
    article: str
    """Which article of it."""
    in_force: str
    """The day since which the text is in force, such as 2022-12-01."""
    in_force_note: str | None
    """What is not certain about that day."""
    says: str
    """What it says."""
    consequence: str | None
    """What follows for whoever breaks it."""
    pitfall: str | None
    """What people get wrong about it."""
    status: str
    """verified | single | unverified."""
    source: tuple[str, ...]
    """Titles of the sources."""
    source_ids: tuple[str, ...]
    """Their ids in data/sources.yaml."""
    reviewed: str
    """The day on which it was last compared with its sources."""
    valid_until: str | None
    """The day on which it must be looked at again."""


@dataclass(frozen=True)
class Found:
    """The answer to one question about the law."""

    title: str | None
    """Name of the topic, scam or law that was asked for; None: everything."""
    region: str
    """The region that was asked for."""
    laws: tuple[Law, ...]
    """Those in force there; a law asked for by its name is given wherever it is in force."""
    elsewhere: tuple[str, ...]
    """Other regions that have something on it."""


def find(topic: str | None, region: str, lang: str) -> Found:
    """The laws for a topic, a category, or the name or number of a law. Raises UsageError for an unknown name.

    >>> [law.article for law in find("266", "CN", "en").laws]
    ['Article 266']
    """
    response = store.load("response")
    laws: Mapping[str, Any] = response["laws"]
    title, ids = _meant(topic, response, lang)
    if topic is not None and len(ids) == 1:
        return Found(title, region, (of(ids[0], response, lang),), ())
    here = tuple(of(name, response, lang) for name in ids if laws[name]["region"] == region)
    regions = dict.fromkeys(laws[name]["region"] for name in ids)
    return Found(title, region, here, tuple(name for name in regions if name != region))


def of_category(category: str, region: str, lang: str) -> tuple[Law, ...]:
    """The laws of one region that a scam, or who helps with it, breaks."""
    response = store.load("response")
    ids = store.load("learn")[category].get("laws", ())
    return tuple(of(name, response, lang) for name in ids if response["laws"][name]["region"] == region)


def of(name: str, response: Mapping[str, Any], lang: str) -> Law:
    """One law by its id, in one language."""
    law = response["laws"][name]

    def local(key: str) -> str | None:
        return law[key][lang] if law[key] else None

    return Law(
        id=name,
        region=law["region"],
        topics=tuple(law["topics"]),
        law=law["law"][lang],
        article=law["article"][lang],
        in_force=law["in_force"],
        in_force_note=local("in_force_note"),
        says=law["says"][lang],
        consequence=local("consequence"),
        pitfall=local("pitfall"),
        status=law["status"],
        source=tuple(response["sources"][source]["title"] for source in law["source"]),
        source_ids=tuple(law["source"]),
        reviewed=law["reviewed"],
        valid_until=law["valid_until"],
    )


def _meant(topic: str | None, response: Mapping[str, Any], lang: str) -> tuple[str | None, list[str]]:
    """Title and law ids for what was typed: a topic, a law, or a scam, in this order."""
    laws: Mapping[str, Any] = response["laws"]
    if topic is None:
        return None, list(laws)
    found = response["law_names"].get(key_of(topic))
    if found in laws:
        return f"{laws[found]['law'][lang]} {laws[found]['article'][lang]}", [found]
    if found:
        return response["law_topics"][found]["name"][lang], [name for name in laws if found in laws[name]["topics"]]
    from antifraud_cli.names import resolve_category

    try:
        category = resolve_category(topic, lang)
    except UsageError:
        raise _unknown(topic, response, lang) from None
    return store.load("categories")["categories"][category]["name"][lang], store.load("learn")[category]["laws"]


def _unknown(topic: str, response: Mapping[str, Any], lang: str) -> UsageError:
    """The error for a name that means nothing, with the topics whose names share a part with it."""
    texts, wanted = store.load(f"ui.{lang}"), key_of(topic)
    near = (
        target
        for key, target in response["law_names"].items()
        if len(wanted) > 1 and (wanted in key or key in wanted) and target in response["law_topics"]
    )
    names = [response["law_topics"][name]["name"][lang] for name in dict.fromkeys(near)]
    hint = texts["list.sentences"].join(names[:2]) or "antifraud law"
    return UsageError(texts["error.unknown_law"].format(name=topic), texts["hint.did_you_mean"].format(names=hint))
