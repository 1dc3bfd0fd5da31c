"""What a case holds, as it stands after a number of log lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

SCHEMA = "antifraud.case/1"
KINDS = ("file", "message", "number", "transfer", "note")
"""What can be added to a case."""
CHANNELS = ("bank", "alipay", "wechat", "card", "usdt", "cash", "gold", "giftcard")
"""Ways in which money leaves; any other words are taken too."""
PERSON = ("name", "phone", "id_number", "address")


@dataclass(frozen=True)
class Person:
    """Who was defrauded, as far as they want to write it down."""

    name: str | None = None
    """Name as on the identity card."""
    phone: str | None = None
    """Where the police can reach them."""
    id_number: str | None = None
    """Number of the identity card or passport."""
    address: str | None = None
    """Where they live."""


@dataclass(frozen=True)
class Evidence:
    """A copy of a file."""

    path: str
    """Where the copy lies, inside the case folder, with forward slashes: evidence/0003-chat.png."""
    name: str
    """What the file was called."""
    size: int
    """Bytes."""
    sha256: str
    """SHA-256 of the content, in lower-case hexadecimal digits."""
    modified: str
    """When the original was last changed, by its own file system."""


@dataclass(frozen=True)
class Item:
    """One thing that was added."""

    n: int
    """Number of the item, from 1; never given twice."""
    kind: str
    """One of `KINDS`."""
    added: str
    """When it was added, ISO 8601 with zone."""
    time: str | None = None
    """When it happened, ISO 8601 with zone."""
    precision: str | None = None
    """How exactly the time is known: day, minute or second."""
    typed: str | None = None
    """The time in the words in which it was given."""
    text: str | None = None
    """The message or the note."""
    number: str | None = None
    """The phone number, as it was shown."""
    sender: str | None = None
    """Who sent a message, or who called: as shown."""
    amount: str | None = None
    """Exact sum of a transfer, digits with a decimal point."""
    currency: str | None = None
    """Code of its currency."""
    channel: str | None = None
    """How the money left: one of `CHANNELS`, or other words."""
    from_account: str | None = None
    """The person's own account."""
    from_name: str | None = None
    """Whose account that is."""
    from_bank: str | None = None
    """Bank or service of that account."""
    to_account: str | None = None
    """The account that the money went to."""
    to_name: str | None = None
    """Name of its holder, as shown."""
    to_bank: str | None = None
    """Its bank or service."""
    balance: str | None = None
    """What was left on the person's own account afterwards, in the same currency."""
    reference: str | None = None
    """Serial number of the transaction."""
    note: str | None = None
    """Anything else about it."""
    replaces: int | None = None
    """Number of an earlier item that this one corrects or completes. That one stays where it is, and counts no more."""
    file: Evidence | None = None
    """The copy of a file."""


@dataclass(frozen=True)
class Case:
    """A case as it stands."""

    id: str
    """Made up when the case was begun; tells two cases apart that have the same title."""
    title: str
    """What the person calls it."""
    created: str
    """When it was begun, ISO 8601 with zone."""
    language: str
    """Language of the comments in the folder."""
    currency: str
    """What 元 and a bare number mean."""
    person: Person
    """Who was defrauded."""
    items: tuple[Item, ...]
    """Everything that was added, in the order in which it was."""
    lines: int
    """Lines of the log that it was read from."""
    head: str
    """SHA-256 of the last of them: it stands for all that the case holds."""


@dataclass(frozen=True)
class Total:
    """How much money left, in one currency."""

    currency: str
    """Its code."""
    amount: Decimal
    """The exact sum."""
    transfers: int
    """How many transfers it is the sum of."""


def build(entries: Iterable[Mapping[str, Any]], lines: int, head: str) -> Case | None:
    """The case that the log entries tell of; None where they begin no case. What cannot be read is passed over."""
    begun: Mapping[str, Any] | None = None
    person: dict[str, str] = {}
    items: list[Item] = []
    for entry in entries:
        if isinstance(entry.get("case"), Mapping) and begun is None:
            begun = entry["case"]
        if isinstance(entry.get("person"), Mapping):
            person.update({name: str(entry["person"][name]) for name in PERSON if entry["person"].get(name)})
        if isinstance(entry.get("item"), Mapping):
            item = _item(entry["item"])
            if item is not None:
                items.append(item)
    if begun is None:
        return None
    words = {name: str(begun.get(name) or "") for name in ("id", "title", "created", "language", "currency")}
    return Case(**words, person=Person(**person), items=tuple(items), lines=lines, head=head)


def _item(given: Mapping[str, Any]) -> Item | None:
    """An item from a log that anybody may have written: fields of another type than ours are left out."""
    if not isinstance(given.get("n"), int) or given.get("kind") not in KINDS:
        return None
    known: dict[str, Any] = {"n": given["n"], "kind": given["kind"], "added": str(given.get("added") or "")}
    for field in fields(Item):
        value = given.get(field.name)
        if field.name not in ("n", "kind", "added", "file") and isinstance(value, str):
            known[field.name] = value
    if isinstance(given.get("replaces"), int):
        known["replaces"] = given["replaces"]
    file = given.get("file")
    if isinstance(file, Mapping) and isinstance(file.get("size"), int):
        known["file"] = Evidence(
            size=file["size"], **{name: str(file.get(name) or "") for name in ("path", "name", "sha256", "modified")}
        )
    return Item(**known)


def without_gaps(value: Any) -> dict[str, Any]:
    """A dataclass as a mapping, absent fields left out."""
    found: dict[str, Any] = asdict(value)
    return {name: content for name, content in found.items() if content is not None}


def current(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that count: all but those that a later one replaces."""
    kept = tuple(items)
    replaced = {item.replaces for item in kept}
    return tuple(item for item in kept if item.n not in replaced)


def totals(items: Iterable[Item]) -> tuple[Total, ...]:
    """Sum of all transfers that count, for each currency, in the order in which the currencies first came up."""
    sums: dict[str, Total] = {}
    for item in current(items):
        amount = amount_of(item)
        if amount is None:
            continue
        code = item.currency or ""
        before = sums.get(code, Total(code, Decimal(0), 0))
        sums[code] = Total(code, before.amount + amount, before.transfers + 1)
    return tuple(sums.values())


def amount_of(item: Item) -> Decimal | None:
    """The sum of a transfer; None for everything else."""
    if item.kind != "transfer" or not item.amount:
        return None
    try:
        found = Decimal(item.amount)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def in_order(items: Iterable[Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items that count: those with a time, earliest first, and those without."""
    from datetime import datetime

    timed: list[tuple[datetime, int, Item]] = []
    rest: list[Item] = []
    for item in current(items):
        try:
            moment = datetime.fromisoformat(item.time or "")
        except ValueError:
            rest.append(item)
            continue
        if moment.tzinfo is None:
            rest.append(item)
        else:
            timed.append((moment, item.n, item))
    return tuple(item for *_, item in sorted(timed, key=lambda row: row[:2])), tuple(rest)


def missing(item: Item) -> tuple[str, ...]:
    """What the police need about a transfer to stop it, and what is not there yet."""
    if item.kind != "transfer":
        return ()
    wanted = ("time", "to_account", "to_name", "to_bank", "from_account")
    return tuple(name for name in wanted if not getattr(item, name))
