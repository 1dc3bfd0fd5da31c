"""`antifraud case`: keep what happened and the evidence together, for the police."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from antifraud_cli.cases import folder
from antifraud_cli.cases import verify as checker
from antifraud_cli.cases.faults import CaseError
from antifraud_cli.cases.folder import Added
from antifraud_cli.cases.model import Person, in_order
from antifraud_cli.checklists import fill
from antifraud_cli.cli import environment, group
from antifraud_cli.cli.case_input import (
    Details,
    amounts_of,
    ask_about_transfer,
    in_words,
    path_of,
    take_content,
    where_from,
)
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.options import Clip, Color, Encoding, Json, Lang, Plain, check_formats
from antifraud_cli.cli.show import show_blocks, show_json, show_plain
from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge import store
from antifraud_cli.output import case_view
from antifraud_cli.output.escape import one_line
from antifraud_cli.output.layout import BLANK, Block

Place = Annotated[str, typer.Argument(metavar="CASE", help="argument.case")]
Name = Annotated[Optional[str], typer.Option("--name", metavar="NAME", help="option.case.name")]
Phone = Annotated[Optional[str], typer.Option("--phone", metavar="NUMBER", help="option.case.phone")]
IdNumber = Annotated[Optional[str], typer.Option("--id-number", metavar="NUMBER", help="option.case.id_number")]
Address = Annotated[Optional[str], typer.Option("--address", metavar="TEXT", help="option.case.address")]
_ADVICE = ("e_keep", "e_items", "e_no_fee")
"""Facts in data/facts.yaml that a person with a case needs."""


def command() -> Any:
    """The group for the command line."""
    return group.make_group(
        "case",
        {
            "new": new,
            "add": add,
            "show": show,
            "timeline": timeline,
            "export": export,
            "verify": verify,
            "list": list_cases,
        },
    )


def new(
    case: Annotated[str, typer.Argument(metavar="CASE", help="argument.case_new")],
    title: Annotated[Optional[str], typer.Option("--title", metavar="TEXT", help="option.case.title")] = None,
    name: Name = None,
    phone: Phone = None,
    id_number: IdNumber = None,
    address: Address = None,
    currency: Annotated[
        Optional[str], typer.Option("--currency", metavar="CNY|HKD|TWD|…", help="option.case.own")
    ] = None,
    json: Json = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Begin a case in a new folder."""
    env = environment.current()

    from antifraud_cli.cases import amounts

    with in_words():
        place = path_of(case)
        own = amounts.parse_currency(currency) if currency else where_from(env.region())
        person = Person(name, phone, id_number, address)
        begun = folder.create(place, title or place.name, env.lang, own, person, _now())
    if json:
        show_json(env, case_view.as_json(begun, case))
    else:
        shown = [Block(text("case.begun", name=one_line(case)), "strong"), BLANK]
        shown += [Block(line, marker="-") for line in [*_advice(env), text("case.no_secrets")]]
        shown += [
            BLANK,
            Block(text("case.next")),
            Block(text("case.next.command", name=one_line(case)), "strong", indent=4),
        ]
        show_blocks(env, shown)
    return Exit.NOTHING


def add(
    case: Place,
    kind: Annotated[str, typer.Argument(metavar="file|message|number|transfer|note|person", help="argument.case_kind")],
    content: Annotated[Optional[list[str]], typer.Argument(metavar="[CONTENT]…", help="argument.case_content")] = None,
    time: Annotated[Optional[str], typer.Option("--time", "-t", metavar="TIME", help="option.case.time")] = None,
    note: Annotated[Optional[str], typer.Option("--note", metavar="TEXT", help="option.case.note")] = None,
    sender: Annotated[Optional[str], typer.Option("--sender", metavar="WHO", help="option.case.sender")] = None,
    amount: Annotated[Optional[str], typer.Option("--amount", metavar="SUM", help="option.case.amount")] = None,
    currency: Annotated[
        Optional[str], typer.Option("--currency", metavar="CNY|HKD|…", help="option.case.currency")
    ] = None,
    channel: Annotated[
        Optional[str], typer.Option("--channel", metavar="bank|alipay|…", help="option.case.channel")
    ] = None,
    from_account: Annotated[Optional[str], typer.Option("--from", metavar="ACCOUNT", help="option.case.from")] = None,
    from_name: Annotated[
        Optional[str], typer.Option("--from-name", metavar="NAME", help="option.case.from_name")
    ] = None,
    from_bank: Annotated[
        Optional[str], typer.Option("--from-bank", metavar="BANK", help="option.case.from_bank")
    ] = None,
    to_account: Annotated[Optional[str], typer.Option("--to", metavar="ACCOUNT", help="option.case.to")] = None,
    to_name: Annotated[Optional[str], typer.Option("--to-name", metavar="NAME", help="option.case.to_name")] = None,
    to_bank: Annotated[Optional[str], typer.Option("--to-bank", metavar="BANK", help="option.case.to_bank")] = None,
    balance: Annotated[Optional[str], typer.Option("--balance", metavar="SUM", help="option.case.balance")] = None,
    reference: Annotated[
        Optional[str], typer.Option("--reference", metavar="NUMBER", help="option.case.reference")
    ] = None,
    replaces: Annotated[
        Optional[int], typer.Option("--replaces", min=1, max=9999, metavar="N", help="option.case.replaces")
    ] = None,
    name: Name = None,
    phone: Phone = None,
    id_number: IdNumber = None,
    address: Address = None,
    clip: Clip = False,
    encoding: Encoding = None,
    json: Json = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Add one thing, or several files or numbers."""
    env = environment.current()
    details = Details(
        kind=kind,
        values={
            "time": time, "note": note, "sender": sender, "amount": amount, "currency": currency, "channel": channel,
            "from_account": from_account, "from_name": from_name, "from_bank": from_bank, "to_account": to_account,
            "to_name": to_name, "to_bank": to_bank, "balance": balance, "reference": reference,
            "name": name, "phone": phone, "id_number": id_number, "address": address,
        },
    )  # fmt: skip
    details.check()
    if replaces is not None and (details.kind in ("file", "person") or len(content or ()) > 1):
        raise UsageError(text("case.error.replaces"), text("case.hint.replaces"))
    with in_words():
        place, now = path_of(case), _now()
        before = folder.load(place)
        ask_about_transfer(env, details, before.currency, now)
        stored = amounts_of(details, before.currency, now)
        items = take_content(env, details, content, clip=clip, encoding=encoding)
        added: list[Added] = []
        try:
            for item in items:
                added.append(_add(place, details, item, stored, now, replaces))
                _tell_late(env, added[-1].readable)
        except CaseError:
            if added:  # of several files, those before the one that failed are in the case
                _show_added(env, added, case, json)
            raise
    _show_added(env, added, case, json)
    return Exit.NOTHING


def _add(
    place: Path,
    details: Details,
    item: dict[str, str] | Path,
    stored: dict[str, str],
    now: datetime,
    replaces: int | None,
) -> Added:
    if details.kind == "person":
        return folder.add_person(place, Person(**details.given("name", "phone", "id_number", "address")), now)
    if isinstance(item, Path):
        return folder.add_file(place, item, stored, now)
    return folder.add_item(place, details.kind, {**item, **stored}, now, replaces=replaces)


def show(case: Place, json: Json = False, plain: Plain = False, lang: Lang = None, color: Color = "auto") -> int:
    """Show what a case holds."""
    check_formats(json, plain)
    env = environment.current()
    with in_words():
        found = folder.load(path_of(case))
    if json:
        show_json(env, case_view.as_json(found, case))
    elif plain:
        show_plain(env, case_view.records(found, found.items))
    else:
        advice = [Block(line, marker="-") for line in _advice(env)]
        show_blocks(env, [*case_view.show(found, text), BLANK, *advice])
    return Exit.NOTHING


def timeline(case: Place, json: Json = False, plain: Plain = False, lang: Lang = None, color: Color = "auto") -> int:
    """Show what happened, in order."""
    check_formats(json, plain)
    env = environment.current()
    with in_words():
        found = folder.load(path_of(case))
    timed, rest = in_order(found.items)
    if json:
        show_json(env, case_view.as_json(found, case, timed + rest))
    elif plain:
        show_plain(env, case_view.records(found, timed + rest))
    else:
        show_blocks(env, case_view.timeline(found, text))
    return Exit.NOTHING


def export(
    case: Place,
    output: Annotated[Optional[str], typer.Option("--output", "-o", metavar="DIR", help="option.case.output")] = None,
    masked: Annotated[bool, typer.Option("--mask", help="option.case.mask")] = False,
    mask_name: Annotated[
        Optional[list[str]], typer.Option("--mask-name", metavar="NAME", help="option.case.mask_name")
    ] = None,
    json: Json = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Write the report and a zip for the police."""
    env = environment.current()
    if mask_name and not masked:
        raise UsageError(text("case.error.mask_name"), "--mask")
    from antifraud_cli.cases import export as writer
    from antifraud_cli.output import html, markdown

    with in_words():
        place, now = path_of(case), _now()
        found, findings = checker.verify(place)
        if masked:
            from antifraud_cli.cases.mask import mask_case, masker

            hide = masker(found, mask_name or ())
            findings = tuple(finding._replace(name=hide(finding.name)) for finding in findings)
            found = mask_case(found, mask_name or ())
        target = path_of(output) if output else _free_name(place, now, masked)
        title = text("case.report.title", title=found.title)
        blocks = case_view.report(found, findings, _advice(env), now, masked, text)
        page = html.Page(title, blocks, html.language_tag(env.lang, env.region()))
        reports = {
            "report.html": html.render(page).encode(),
            "report.md": markdown.render(blocks, title).encode(),
        }
        written = writer.export(place, target, found, reports, with_evidence=not masked)
    if json:
        files = [str(path) for path in written]
        show_json(env, case_view.as_json(found, case, files=files, masked=masked, **_found(findings)))
    else:
        _show_written(env, written, findings, masked)
    return Exit.FOUND if _problems(findings) else Exit.NOTHING


def verify(case: Place, json: Json = False, plain: Plain = False, lang: Lang = None, color: Color = "auto") -> int:
    """Look whether anything was changed."""
    check_formats(json, plain)
    env = environment.current()
    with in_words():
        found, findings = checker.verify(path_of(case))
    if json:
        show_json(env, case_view.as_json(found, case, **_found(findings)))
    elif plain:
        show_plain(env, [(finding.what, finding.name, finding.detail) for finding in findings])
    else:
        show_blocks(env, case_view.findings_blocks(found, findings, text))
    return Exit.FOUND if _problems(findings) else Exit.NOTHING


def list_cases(
    where: Annotated[str, typer.Argument(metavar="[DIR]", help="argument.case_where")] = ".",
    json: Json = False,
    plain: Plain = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """List the cases in a folder."""
    check_formats(json, plain)
    env = environment.current()
    with in_words():
        cases = folder.cases_in(path_of(where))
    if json:
        answer = [case_view.as_json(found, str(place)) for place, found in cases]
        show_json(env, {"schema": "antifraud.cases/1", "cases": answer})
    elif plain:
        show_plain(env, [(str(place), found.title, found.created, len(found.items)) for place, found in cases])
    else:
        show_blocks(env, case_view.listing(cases, text))
    return Exit.NOTHING


def _now() -> datetime:
    return datetime.now().astimezone()


def _advice(env: Environment) -> list[str]:
    """What not to delete, what the police need, and that nobody may ask money for it: facts from data/."""

    response = store.load("response")
    return [fill(response["facts"][name]["claim"][env.lang], response, env.region()) for name in _ADVICE]


def _free_name(place: Path, now: datetime, masked: bool) -> Path:
    """Beside the case. A copy that is shared does not bear the name of the case, which may be that of a person."""
    whole = place.resolve()
    return whole.with_name(f"{'masked' if masked else whole.name}-report-{now:%Y%m%d-%H%M%S}")


def _tell_late(env: Environment, error: CaseError | None) -> None:
    if error is not None:
        cause = getattr(error, "cause", None)
        reason = environment.reason_of(cause) if cause else text(f"case.error.{error.key}", **error.values)
        env.tell(text("case.late", reason=one_line(reason)))


def _show_added(env: Environment, added: Sequence[Added], case: str, json: bool) -> None:

    last = added[-1].case
    items = [one.item for one in added if one.item is not None]
    if json:
        show_json(env, case_view.as_json(last, case, added=[item.n for item in items]))
        return
    shown = [Block(text("case.added", count=len(last.items)), "strong"), BLANK]
    for item in items:
        shown += case_view.item_blocks(item, last, text)
    if not items:
        shown = [Block(text("case.person_added"), "strong")]
    show_blocks(env, shown + case_view.missing_blocks(items, text))


def _show_written(env: Environment, written: Sequence[Path], findings: Sequence[checker.Finding], masked: bool) -> None:

    shown = [Block(text("case.written"), "strong")]
    shown += [Block(one_line(str(path)), marker="-") for path in written]
    shown += [BLANK, Block(text("case.written.masked" if masked else "case.written.police"))]
    if _problems(findings):
        shown += [BLANK, Block(text("case.verify.bad", count=len(_problems(findings))), "caution")]
        shown += [Block(case_view.finding_text(finding, text), marker="-") for finding in _problems(findings)]
    show_blocks(env, shown)


def _problems(findings: Sequence[checker.Finding]) -> list[checker.Finding]:
    return [finding for finding in findings if not finding.harmless]


def _found(findings: Sequence[checker.Finding]) -> dict[str, Any]:
    rows = [
        {"what": finding.what, "name": finding.name, "detail": finding.detail, "harmless": finding.harmless}
        for finding in findings
    ]
    return {"unchanged": not _problems(findings), "findings": rows}
