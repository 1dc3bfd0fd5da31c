"""Options that several commands share. Their help is the key of a text: `group.in_words` puts the words in."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from antifraud_cli.cli import environment
from antifraud_cli.cli.environment import nearest_language, text
from antifraud_cli.errors import UsageError
from antifraud_cli.knowledge.tableformat import LANGUAGES


def set_language(value: str | None) -> str | None:
    """Take --lang over; the common spellings of the three languages are understood."""
    if value:
        if value.lower().split("-")[0].split("_")[0] not in ("zh", "yue", "en"):
            raise UsageError(text("error.unknown_language", name=value), ", ".join(LANGUAGES))
        environment.current().lang = nearest_language(value)
    return value


def set_color(value: str) -> str:
    """Take --color over."""
    if value not in ("auto", "always", "never"):
        raise UsageError(text("error.unknown_choice", option="--color", name=value), "auto, always, never")
    environment.current().color = value
    return value


def named_folders(value: list[str] | None) -> list[str] | None:
    """The folders of --rules, without a slash behind: the names of files in them begin so."""
    if value and "" in value:
        raise UsageError(text("error.needs_value", name="--rules"), text("hint.no_file"))
    return [folder.rstrip(f"{os.sep}{os.altsep or ''}") or folder for folder in value or ()]


Lang = Annotated[
    Optional[str],
    typer.Option("--lang", metavar="zh-Hans|zh-Hant|en", help="option.lang", callback=set_language, is_eager=True),
]
Color = Annotated[
    str,
    typer.Option("--color", metavar="auto|always|never", help="option.color", callback=set_color, is_eager=True),
]
Json = Annotated[bool, typer.Option("--json", help="option.json")]
Plain = Annotated[bool, typer.Option("--plain", help="option.plain")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="option.exit_zero")]
Encoding = Annotated[Optional[str], typer.Option("--encoding", metavar="NAME", help="option.encoding")]
File = Annotated[Optional[str], typer.Option("--file", "-f", metavar="FILE", help="option.file")]
Clip = Annotated[bool, typer.Option("--clip", help="option.clip")]
Rules = Annotated[
    Optional[list[str]], typer.Option("--rules", metavar="DIR", help="option.rules", callback=named_folders)
]
Situations = Annotated[Optional[list[str]], typer.Option("--situation", "-s", metavar="ID", help="option.situation")]
Region = Annotated[Optional[str], typer.Option("--region", metavar="CN|HK|MO|TW|…", help="option.region")]
PaidBy = Annotated[
    Optional[list[str]],
    typer.Option("--paid-by", metavar="bank|alipay|wechat|usdt|cash|gold|giftcard|card", help="option.paid_by"),
]
Elapsed = Annotated[Optional[str], typer.Option("--elapsed", metavar="20m|10h|5d", help="option.elapsed")]


def elapsed_seconds(value: str | None) -> int | None:
    """The value of --elapsed in seconds."""
    from antifraud_cli.checklists import parse_elapsed

    if value is None:
        return None
    try:
        return parse_elapsed(value)
    except UsageError:
        raise UsageError(text("error.elapsed", name=value), text("hint.elapsed")) from None


def check_formats(json: bool, plain: bool) -> None:
    """--json and --plain exclude each other."""
    if json and plain:
        raise UsageError(text("error.json_and_plain"), text("hint.json_and_plain"))
