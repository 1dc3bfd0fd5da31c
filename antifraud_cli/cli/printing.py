"""Write checklists to paper and files: `--format`, `-o`, `--large`, `--fill`, `--all`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from antifraud_cli.cli.environment import Environment, reason_of, text
from antifraud_cli.cli.target import open_target
from antifraud_cli.errors import OutputError, UsageError
from antifraud_cli.output.layout import BLANK, Block

if TYPE_CHECKING:
    from antifraud_cli.output.checklist_sheet import Own

FORMATS = ("text", "md", "html", "json")
PAPER = ("html", "md")
"""Formats that give a sheet: with lines for one's own numbers, dates and all sources."""
SUFFIXES = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".json": "json", ".txt": "text"}
_WIDTH = 80

Format = Annotated[Optional[str], typer.Option("--format", metavar="text|md|html|json", help="option.print_format")]
Output = Annotated[Optional[str], typer.Option("--output", "-o", metavar="FILE", help="option.print_output")]
Large = Annotated[bool, typer.Option("--large", help="option.large")]
Fill = Annotated[Optional[list[str]], typer.Option("--fill", metavar="NAME=NUMBER", help="option.fill")]
Every = Annotated[bool, typer.Option("--all", help="option.print_all")]
Day = Annotated[Optional[str], typer.Option("--date", metavar="YYYY-MM-DD", help="option.print_date")]


@dataclass(frozen=True)
class Wish:
    """How a checklist should be written, and where to."""

    form: str
    """One of FORMATS."""
    output: str | None = None
    """A file, with --all a folder; None or - for standard output."""
    large: bool = False
    """Large print."""
    fill: Sequence[str] = field(default_factory=tuple)
    """Numbers of the reader's own, as given."""
    day: str = ""
    """The date on the sheet."""

    @classmethod
    def asked(
        cls,
        form: str | None,
        output: str | None,
        *,
        json: bool = False,
        plain: bool = False,
        large: bool = False,
        fill: Sequence[str] = (),
        day: str | None = None,
        every: bool = False,
        category: str | None = None,
    ) -> Wish:
        """What the options ask for. Raises UsageError where they do not fit together."""
        if form is not None and form not in FORMATS:
            raise UsageError(text("error.unknown_choice", option="--format", name=form), ", ".join(FORMATS))
        clashes = (
            ("--json", f"--format {form}", json and form not in (None, "json")),
            ("--plain", "--format, -o, --fill", plain and (form or output not in (None, "-") or fill)),
            ("--all", str(category), every and category),
        )
        for option, other, clash in clashes:
            if clash:
                raise UsageError(text("error.not_together", option=option, other=other))
        named = SUFFIXES.get(PurePath(output or "").suffix.lower())
        chosen = form or ("json" if json else named) or ("html" if every else "text")
        for option, wanted, forms in (("--large", large, ("html",)), ("--fill", fill, ("text", *PAPER))):
            if wanted and chosen not in forms:
                raise UsageError(text("error.only_for", option=option, other=f"--format {'|'.join(forms)}"))
        return cls(chosen, output, large, tuple(fill), _day(day))


def _day(given: str | None) -> str:
    try:
        return (datetime.date.fromisoformat(given) if given else datetime.date.today()).isoformat()
    except ValueError:
        raise UsageError(text("error.bad_date", name=given), "--date 2026-11-21") from None


def to_target(env: Environment, output: str | None, content: str) -> None:
    """Write a finished text, always as UTF-8."""
    with open_target(env, output) as target:
        target.write(content.encode("utf-8"))


def one(env: Environment, found: Any, wish: Wish) -> None:
    """Write one checklist."""
    if wish.form == "json":
        from antifraud_cli.output import checklist_view
        from antifraud_cli.output.escape import as_json

        to_target(env, wish.output, as_json(checklist_view.as_json(found)) + "\n")
        return
    from antifraud_cli.cli.fill import own_numbers

    own = own_numbers(env, wish.fill, found.region)
    if wish.form == "text" and wish.output in (None, "-"):
        from antifraud_cli.cli.show import show_blocks

        show_blocks(env, _blocks(env, found, own, wish))
    else:
        to_target(env, wish.output, _sheet(env, found, own, wish))


def every(env: Environment, found: Sequence[Any], wish: Wish) -> None:
    """Write one file for each checklist and an index into a folder, which is made if it is not there."""
    if wish.form == "json":
        raise UsageError(text("error.not_together", option="--all", other="--format json"))
    if not wish.output or wish.output == "-":
        raise UsageError(text("error.only_for", option="--all", other="-o DIR"))
    from antifraud_cli.cli.fill import own_numbers

    region = found[0].region
    own = own_numbers(env, wish.fill, region)
    suffix = "txt" if wish.form == "text" else wish.form
    contents = {f"{item.category}.{suffix}": _sheet(env, item, own, wish) for item in found}
    index = f"index.{suffix}"
    contents[index] = _render(*_index(env, region, list(contents)), region, env.lang, wish)
    folder = _made(wish.output)
    for name, content in contents.items():
        to_target(env, str(folder / name), content)
    env.tell(text("print.written", count=len(found), name=str(folder / index)))


def title(found: Any, lang: str, key: str) -> str:
    """What a checklist is for; `key` names the text around it."""
    from antifraud_cli.knowledge import store

    situations = store.load("response")["situations"]
    parts = [situations[name]["title"][lang] for name in found.situations]
    if found.category:
        parts.insert(0, _category(found.category, lang))
    return text(key, what=text("list.sentences").join(parts), region=_region(found.region, lang))


def _category(name: str, lang: str) -> str:
    from antifraud_cli.knowledge import store

    return str(store.load("categories")["categories"][name]["name"][lang])


def _region(name: str, lang: str) -> str:
    from antifraud_cli.knowledge import store

    return str(store.load("response")["regions"][name]["name"][lang])


def _sheet(env: Environment, found: Any, own: Sequence[Own], wish: Wish) -> str:
    """One checklist as a file."""
    return _render(title(found, env.lang, "print.title"), _blocks(env, found, own, wish), found.region, env.lang, wish)


def _blocks(env: Environment, found: Any, own: Sequence[Own], wish: Wish) -> list[Block]:
    from antifraud_cli.knowledge import store
    from antifraud_cli.output import checklist_sheet, checklist_view

    if wish.form not in PAPER:
        shown = checklist_view.blocks(found, title(found, env.lang, "checklist.title"), text)
        return [*shown, BLANK, *checklist_sheet.own_blocks(own, text)] if own else shown
    page = store.load("pages").get(found.region)
    official = Block(page["about"][env.lang], "qr", link=page["address"]) if page else None
    return checklist_sheet.blocks(found, own, official, wish.day, text)


def _index(env: Environment, region: str, files: Sequence[str]) -> tuple[str, list[Block]]:
    """Title and contents of the page that leads to the others."""
    rows = [
        Block(_category(PurePath(file).stem, env.lang), marker=f"{place}.", link=file)
        for place, file in enumerate(files, start=1)
    ]
    return text("print.index_title", region=_region(region, env.lang)), [
        Block(text("print.index_intro"), "strong"),
        BLANK,
        *rows,
    ]


def _render(heading: str, blocks: Sequence[Block], region: str, lang: str, wish: Wish) -> str:
    from antifraud_cli.output import html, markdown
    from antifraud_cli.output import text as plain_text

    if wish.form == "html":
        return html.render(html.Page(heading, blocks, html.language_tag(lang, region), wish.large))
    if wish.form == "md":
        return markdown.render(blocks, heading)
    return plain_text.render(blocks, _WIDTH)


def _made(name: str) -> Path:
    """The folder of that name."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(text("error.not_a_folder", name=name), text("hint.output")) from None
    except OSError as error:
        raise OutputError(text("error.os", name=name, reason=reason_of(error)), text("hint.output")) from None
    return folder
