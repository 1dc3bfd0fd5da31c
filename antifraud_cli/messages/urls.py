"""What the addresses in a message say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from antifraud_cli.text.classes import address_regex
from antifraud_cli.text.normalize import Normalized

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IP = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
_SHORT = 4
"""Names of so many letters tell only as a label of their own: they stand in other words too."""
_TRAILING = ".,;:!?)]}>'\""


class Address(NamedTuple):
    """One web address in a message."""

    url: str
    """As it stands in the message."""
    start: int
    """First code point in the original text."""
    end: int
    """Code point after the last one."""
    host: str
    """Host name, lower case, without a port or user part."""
    owner: str | None
    """Who owns the domain, if it is a known one."""
    findings: tuple[str, ...]
    """Names of the checks that speak against it."""
    official: bool = False
    """Whether nobody but a known owner publishes under the domain."""


class AddressChecker:
    """Judges addresses by the lists of `data/rules/urls.yaml`."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        owners: Sequence[Mapping[str, Any]] = lists["owners"]
        self._owners: dict[str, str] = {domain: owner["name"] for owner in owners for domain in owner["domains"]}
        self._words = frozenset([word for owner in owners for word in owner["words"]])
        self._long_words = sorted([word for word in self._words if len(word) > _SHORT])
        self._glued = frozenset([word for owner in owners for word in owner["glued"]])
        self._own_pages: Sequence[str] = lists["own_pages"]
        self._shorteners = frozenset(lists["shorteners"])
        self._cheap = frozenset(lists["cheap_suffixes"])
        self._apps = tuple(f".{suffix}" for suffix in lists["app_suffixes"])

    def find(self, text: Normalized) -> list[Address]:
        """Every address in a text, in order."""
        if "." not in text.text:
            return []
        found = []
        for match in address_regex().finditer(text.text):
            url = match.group().rstrip(_TRAILING)
            if not url.startswith("http") and text.text[match.start() - 1 : match.start()] == "@":
                continue  # the tail of an e-mail address
            start, end = text.span(match.start(), match.start() + len(url))
            address = self._judge(url, text.original[start:end], start, end)
            if text.text[match.start() + len(url) :].startswith("@"):  # what stands before an @ is a user's name
                address = address._replace(official=False)
            found.append(address)
        return found

    def _judge(self, url: str, shown: str, start: int, end: int) -> Address:
        rest = url.split("://", 1)[-1]
        authority, _, path = rest.partition("/")
        authority = authority.partition("?")[0]
        user, _, host = authority.rpartition("@")
        host = host.partition(":")[0]
        owner = self._owner(host)
        findings: list[str] = []
        if user:
            findings.append("url_userinfo")
        if owner is None:
            if self._imitates(host):
                findings.append("url_imitates")
            if host in self._shorteners:
                findings.append("url_short")
            elif host.rpartition(".")[2] in self._cheap:
                findings.append("url_cheap")
        if re.fullmatch(_IP, host):
            findings.append("url_bare_ip")
        if path.partition("?")[0].endswith(self._apps):
            findings.append("url_app")
        official = owner is not None and not findings and _is_within(host, self._own_pages)
        return Address(shown, start, end, host, owner, tuple(findings), official)

    def _imitates(self, host: str) -> bool:
        """Whether a foreign host holds the name of a known owner: a short one as a label of its own, a common one joined by a hyphen.

        The bare name under an ordinary ending (ctrip.cn beside ctrip.com) is more often the owner's own than not.
        """
        *_, name, ending = ["", *host.split(".")]
        if ending not in self._cheap and host.count(".") <= 2:
            host = host.removesuffix(f"{name}.{ending}") if name in self._words else host
        if not self._words.isdisjoint(re.split(r"[.\-]", host)) or any(map(host.__contains__, self._long_words)):
            return True
        return any("-" in label and not self._glued.isdisjoint(label.split("-")) for label in host.split("."))

    def _owner(self, host: str) -> str | None:
        while host not in self._owners:
            host = host.partition(".")[2]
            if not host:
                return None
        return self._owners[host]


def _is_within(host: str, domains: Sequence[str]) -> bool:
    """Whether a host is one of the domains or lies under one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
