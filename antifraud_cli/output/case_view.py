"""How a case reads: on the screen, and as the report that goes to a police station."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from antifraud_cli.cases.amounts import CURRENCIES, written
from antifraud_cli.cases.model import (
    CHANNELS,
    PERSON,
    SCHEMA,
    Case,
    Item,
    amount_of,
    current,
    in_order,
    missing,
    totals,
    without_gaps,
)
from antifraud_cli.cases.verify import Finding
from antifraud_cli.output.escape import one_line, visible
from antifraud_cli.output.layout import BLANK, Block

Text = Callable[..., str]
BLANK_LINE = "________________"
_MOST_SHOWN = 60
_DETAILS = ("sender", "reference", "note")
_ACCOUNT = ("account", "name", "bank")


def show(case: Case, text: Text) -> list[Block]:
    """The case at a glance: the person, what is lost, what is in it, what is still missing."""
    shown = [Block(text("case.title", title=one_line(case.title)), "strong")]
    person = [
        text(f"case.field.{name}") + one_line(getattr(case.person, name))
        for name in PERSON
        if getattr(case.person, name)
    ]
    shown += [Block(line) for line in person] or [Block(text("case.no_person"))]
    shown += _totals(case, text)
    if case.items:
        shown += [BLANK, Block(text("case.heading.items"), "heading")]
        shown += [Block(_line(item, case, text), marker=f"{item.n}.") for item in case.items]
        shown += [
            Block(text("case.replaced", old=item.replaces, n=item.n), marker="-")
            for item in case.items
            if item.replaces
        ]
    else:
        shown += [BLANK, Block(text("case.empty"))]
    return shown + missing_blocks(current(case.items), text)


def missing_blocks(items: Iterable[Item], text: Text) -> list[Block]:
    """What the police will ask about the transfers, and is not there yet."""
    lines = [(item.n, names) for item in items if (names := missing(item))]
    first = lines[0][0] if lines else 0
    rows = [
        Block(
            text("case.missing", n=n, names=text("list.separator").join(text(f"case.lack.{name}") for name in names)),
            marker="-",
        )
        for n, names in lines
    ]
    if not rows:
        return []
    return [BLANK, Block(text("case.heading.missing"), "heading"), *rows, Block(text("case.missing.how", n=first))]


def timeline(case: Case, text: Text) -> list[Block]:
    """What happened, in order; what has no time comes last."""
    timed, rest = in_order(case.items)
    shown = [
        Block(text("case.timeline", title=one_line(case.title)), "strong"),
        Block(text("case.zone", zone=_zone(case.created))),
    ]
    shown += [BLANK, *_events(timed, case, text)] if timed else []
    if rest:
        shown += [BLANK, Block(text("case.heading.untimed"), "heading"), *_events(rest, case, text)]
    return shown if case.items else [shown[0], Block(text("case.empty"))]


def item_blocks(item: Item, case: Case, text: Text) -> list[Block]:
    """One item with everything that is known about it."""
    shown = [Block(_line(item, case, text), marker=f"{item.n}.")]
    if item.typed and item.time and item.typed[:10] != item.time[:10]:
        shown.append(Block(text("case.typed", typed=one_line(item.typed)), indent=4))
    if item.kind == "transfer":
        shown += [
            Block(text(f"case.side.{side}", value=_account(item, side, text)), indent=4)
            for side in ("from", "to")
            if any(getattr(item, f"{side}_{part}") for part in _ACCOUNT)
        ]
        if item.channel:
            shown.append(Block(text("case.field.channel") + channel(item.channel, text), indent=4))
        if item.balance:
            shown.append(Block(text("case.field.balance") + _money(item.balance, item.currency, text), indent=4))
    if item.replaces:
        shown.append(Block(text("case.replaced", old=item.replaces, n=item.n), indent=4))
    shown += _details(item, text)
    if item.file:
        shown.append(Block(text("case.copy", path=one_line(item.file.path), size=f"{item.file.size:,}"), indent=4))
        shown.append(Block(text("case.sha256", sha256=one_line(item.file.sha256)), indent=4))
    return shown


def report(
    case: Case, findings: Sequence[Finding], advice: Sequence[str], now: datetime, masked: bool, text: Text
) -> list[Block]:
    """The report for the police: who, how much, every transfer, what happened in order, the evidence with its hashes."""
    shown = [
        Block(text("case.report.made", at=f"{now:%Y-%m-%d %H:%M}", zone=_zone(now.isoformat()), id=case.id), "note")
    ]
    if masked:
        shown.append(Block(text("case.report.masked"), "strong"))
    shown += _person(case, text) + _losses(case, text) + _course(case, text) + _evidence(case, text)
    shown += [BLANK, Block(text("case.heading.keep"), "heading"), *(Block(line, marker="-") for line in advice)]
    shown.append(BLANK)
    shown += [Block(text(f"case.report.{line}", blank=BLANK_LINE), "field") for line in ("signature", "date")]
    shown += [BLANK, Block(text("case.report.seal", lines=case.lines, sha256=case.head), "note")]
    return shown + _warnings(findings, text)


def findings_blocks(case: Case, findings: Sequence[Finding], text: Text) -> list[Block]:
    """What `verify` says."""
    problems = [finding for finding in findings if not finding.harmless]
    notes = [finding for finding in findings if finding.harmless]
    copies = sum(item.file is not None for item in case.items)
    if problems:
        shown = [Block(text("case.verify.bad", count=len(problems)), "caution")]
        shown += [Block(finding_text(finding, text), marker="-") for finding in problems]
        shown.append(Block(text("case.verify.bad_hint")))
    else:
        shown = [Block(text("case.verify.good", lines=case.lines, copies=copies), "strong")]
    if notes:
        shown += [BLANK, Block(text("case.verify.notes"))]
        shown += [Block(finding_text(finding, text), marker="-") for finding in notes]
    return [*shown, BLANK, Block(text("case.verify.seal", sha256=case.head), "note")]


def finding_text(finding: Finding, text: Text) -> str:
    """One finding in words."""
    return text(f"case.finding.{finding.what}", name=one_line(finding.name), detail=one_line(finding.detail))


def listing(cases: Sequence[tuple[Path, Case]], text: Text) -> list[Block]:
    """The cases of a folder, one a line."""
    if not cases:
        return [Block(text("case.none_here")), Block(text("case.none_here.command"), "strong", indent=4)]
    shown: list[Block] = []
    for place, case in cases:
        sums = text("list.separator").join(_money(total.amount, total.currency, text) for total in totals(case.items))
        shown.append(Block(f"{one_line(str(place))}  {one_line(case.title)}", "strong"))
        line = text(
            "case.listed", created=case.created[:10], count=len(case.items), sums=sums or text("case.no_transfers")
        )
        shown.append(Block(line, indent=4))
    return shown


def as_json(case: Case, folder: str, items: Iterable[Item] | None = None, **more: Any) -> dict[str, Any]:
    """The object `antifraud.case/1`."""
    return {
        "schema": SCHEMA,
        "folder": folder,
        "id": case.id,
        "title": case.title,
        "created": case.created,
        "language": case.language,
        "currency": case.currency,
        "person": without_gaps(case.person),
        "items": [without_gaps(item) | _file_of(item) for item in (case.items if items is None else items)],
        "totals": [
            {"currency": total.currency, "amount": f"{total.amount:f}", "transfers": total.transfers}
            for total in totals(case.items)
        ],
        "log": {"lines": case.lines, "sha256": case.head},
        **more,
    }


def records(case: Case, items: Iterable[Item]) -> list[tuple[Any, ...]]:
    """--plain: number, kind, time, sum, currency, text or number or file, account that the money went to, SHA-256."""
    return [
        (
            item.n,
            item.kind,
            item.time,
            item.amount,
            item.currency,
            item.text or item.number or (item.file and item.file.name),
            item.to_account,
            item.file and item.file.sha256,
        )
        for item in items
    ]


def channel(value: str, text: Text) -> str:
    """How the money left, in words."""
    return text(f"case.channel.{value}") if value in CHANNELS else one_line(value)


def when(item: Item, case: Case, text: Text) -> str:
    """The time of an item as it is read; the distance from UTC only where it is not that of the case."""
    try:
        moment = datetime.fromisoformat(item.time or "")
    except ValueError:
        return text("case.no_time")
    if item.precision == "day":
        return text("case.day_only", day=f"{moment:%Y-%m-%d}")
    shown = f"{moment:%Y-%m-%d %H:%M:%S}" if item.precision == "second" else f"{moment:%Y-%m-%d %H:%M}"
    own = _zone(item.time or "")
    return shown if own == _zone(case.created) else f"{shown} (UTC{own})"


def _local(iso: str, case: Case) -> str:
    """A time of a file system on the clock of the case."""
    try:
        zone = datetime.fromisoformat(case.created).tzinfo
        return f"{datetime.fromisoformat(iso).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return one_line(iso)


def _zone(iso: str) -> str:
    try:
        return f"{datetime.fromisoformat(iso):%z}"[:3] + ":" + f"{datetime.fromisoformat(iso):%z}"[3:5]
    except ValueError:
        return ""


def _file_of(item: Item) -> dict[str, Any]:
    return {"file": without_gaps(item.file)} if item.file else {}


def _line(item: Item, case: Case, text: Text) -> str:
    """An item on one line."""
    what = text(f"case.kind.{item.kind}")
    amount = amount_of(item)
    if amount is not None:
        what += f" {_money(str(item.amount), item.currency, text)}"
    else:
        what += text("case.colon") + _short(item.text or item.number or (item.file.name if item.file else ""))
    return _dated(item, case, what, text)


def _dated(item: Item, case: Case, what: str, text: Text) -> str:
    return f"{when(item, case, text)}  {what}" if item.time else what


def _events(items: Iterable[Item], case: Case, text: Text, *, brief: bool = False) -> list[Block]:
    """Items one after the other, messages and notes in full; `brief`: transfers and files on one line only."""
    shown: list[Block] = []
    for item in items:
        if item.text:
            shown.append(Block(_dated(item, case, text(f"case.kind.{item.kind}"), text), marker="-"))
            shown += _details(item, text)
            shown.append(Block(visible(item.text), indent=4))
        elif brief and item.kind in ("transfer", "file"):
            shown.append(Block(text(f"case.see.{item.kind}", line=_line(item, case, text), n=item.n), marker="-"))
        else:
            head, *rest = item_blocks(item, case, text)
            shown += [head._replace(marker="-"), *rest]
    return shown


def _details(item: Item, text: Text) -> list[Block]:
    return [
        Block(text(f"case.field.{name}") + visible(value), indent=4)
        for name in _DETAILS
        if (value := getattr(item, name))
    ]


def _transfer(place: int, item: Item, case: Case, text: Text) -> list[Block]:
    """One transfer in full; what is missing has a line to write on."""
    rows = [
        (text("case.column.what"), text("case.column.value")),
        (text("case.column.time"), when(item, case, text) if item.time else BLANK_LINE),
        (text("case.column.amount"), _money(str(item.amount), item.currency, text)),
        (text("case.column.from"), _account(item, "from", text)),
        (text("case.column.to_account"), one_line(item.to_account or BLANK_LINE)),
        (text("case.column.to_name"), one_line(item.to_name or BLANK_LINE)),
        (text("case.column.to_bank"), one_line(item.to_bank or BLANK_LINE)),
        (text("case.column.channel"), channel(item.channel, text) if item.channel else BLANK_LINE),
        (text("case.column.balance"), _money(item.balance, item.currency, text) if item.balance else BLANK_LINE),
        (text("case.column.reference"), one_line(item.reference or BLANK_LINE)),
    ]
    if item.note:
        rows.append((text("case.column.note"), one_line(item.note)))
    if item.replaces:
        rows.append((text("case.column.replaces"), text("case.replaced", old=item.replaces, n=item.n)))
    return [Block(text("case.transfer", place=place, n=item.n), rows=tuple(rows)), BLANK]


def _person(case: Case, text: Text) -> list[Block]:
    """Who was defrauded; what is not known has a line to write on."""
    known = ((name, getattr(case.person, name)) for name in PERSON)
    rows = [Block(text(f"case.field.{name}") + one_line(value or BLANK_LINE), "field") for name, value in known]
    return [BLANK, Block(text("case.heading.person"), "heading"), BLANK, *rows]


def _losses(case: Case, text: Text) -> list[Block]:
    """The total, and every transfer in full."""
    timed, rest = in_order(case.items)
    transfers = [item for item in timed + rest if item.kind == "transfer"]
    if not transfers:
        return [BLANK, Block(text("case.heading.totals"), "heading"), Block(text("case.no_transfers"))]
    tables = [block for place, item in enumerate(transfers, start=1) for block in _transfer(place, item, case, text)]
    return _totals(case, text) + tables


def _course(case: Case, text: Text) -> list[Block]:
    """What happened, in order. Transfers and files without a time stand in lists of their own already."""
    timed, rest = in_order(case.items)
    told = [item for item in rest if item.kind not in ("transfer", "file")]
    shown: list[Block] = []
    if timed:
        shown += [BLANK, Block(text("case.heading.course"), "heading")]
        shown += [Block(text("case.zone", zone=_zone(case.created))), *_events(timed, case, text, brief=True)]
    if told:
        shown += [BLANK, Block(text("case.heading.untimed"), "heading"), *_events(told, case, text)]
    return shown


def _evidence(case: Case, text: Text) -> list[Block]:
    files = [item for item in case.items if item.file]
    shown = [BLANK, Block(text("case.heading.evidence"), "heading")]
    if not files:
        return [*shown, Block(text("case.no_files"))]
    for item in files:
        if item.file is None:
            continue
        name, size = one_line(item.file.name), f"{item.file.size:,}"
        modified = _local(item.file.modified, case)
        shown.append(Block(text("case.file", name=name, size=size), marker=f"{item.n}."))
        shown += _details(item, text)
        shown.append(Block(text("case.file_place", path=one_line(item.file.path), modified=modified), indent=4))
        shown.append(Block(text("case.sha256", sha256=one_line(item.file.sha256)), indent=4))
    return shown


def _warnings(findings: Sequence[Finding], text: Text) -> list[Block]:
    problems = [finding for finding in findings if not finding.harmless]
    if not problems:
        return []
    rows = [Block(finding_text(finding, text), marker="-") for finding in problems]
    return [BLANK, Block(text("case.report.problems"), "heading"), *rows]


def _totals(case: Case, text: Text) -> list[Block]:
    found = totals(case.items)
    if not found:
        return []
    shown = [BLANK, Block(text("case.heading.totals"), "heading")]
    return shown + [
        Block(text("case.total", sum=_money(total.amount, total.currency, text), count=total.transfers), "strong")
        for total in found
    ]


def _account(item: Item, side: str, text: Text) -> str:
    parts = [getattr(item, f"{side}_{part}") for part in _ACCOUNT]
    return text("list.sentences").join(one_line(part) for part in parts if part) or BLANK_LINE


def _money(amount: str | Decimal, currency: str | None, text: Text) -> str:
    """A sum as it is said: 人民币 12,000.50 元."""
    try:
        shown = written(Decimal(amount))
    except (InvalidOperation, ValueError):
        shown = one_line(str(amount))
    if currency in CURRENCIES:
        return text(f"case.money.{currency}", sum=shown)
    return f"{shown} {one_line(currency or '')}".rstrip()


def _short(value: str) -> str:
    line = one_line(value)
    return line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}…"
