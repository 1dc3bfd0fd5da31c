"""The phone lines of a region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from antifraud_cli.checklists.maker import fill, local_words, title
from antifraud_cli.checklists.model import Line
from antifraud_cli.errors import UsageError


def hotlines(response: Mapping[str, Any], region: str, lang: str) -> tuple[Line, ...]:
    """Return the lines of a region: first those with a role in its checklists, then the others.

    Lines that are not verified are among them, and say so in `status`.
    """
    if region not in response["regions"]:
        raise UsageError(f"region: {region!r}", " ".join(response["regions"]))
    roles: dict[str, list[str]] = {}
    for role, name in response["regions"][region]["lines"].items():
        roles.setdefault(name, []).append(role)
    others = [name for name, line in response["hotlines"].items() if line["region"] == region and name not in roles]
    return tuple(_line(response, name, tuple(roles.get(name, ())), region, lang) for name in [*roles, *others])


def dial_first(response: Mapping[str, Any], region: str, lang: str) -> str | None:
    """What to dial first in a region, in one or two sentences."""
    found = response["dial_first"].get(region)
    return fill(found["text"][lang], response, region) if found else None


def _line(response: Mapping[str, Any], name: str, roles: tuple[str, ...], region: str, lang: str) -> Line:
    line = response["hotlines"][name]
    in_local_words = local_words(response, region, lang)

    def local(text: str) -> str:
        return in_local_words(fill(text, response, region))

    return Line(
        id=name,
        region=line["region"],
        number=line["number"],
        dial_from_abroad=line["dial_from_abroad"],
        name=line["name"][lang],
        does=local(line["does"][lang]),
        does_not=local(line["does_not"][lang]),
        hours=line["hours"][lang] if line["hours"] else None,
        calls_out=line["calls_out"],
        roles=roles,
        status=line["status"],
        source="; ".join(title(response["sources"][source], lang) for source in line["source"]),
        source_ids=tuple(line["source"]),
        reviewed=line["reviewed"],
        valid_until=line["valid_until"],
    )
