"""`antifraud check-number`: judge phone numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Optional

import typer

from antifraud_cli.batch.lines import Line, LineFault, UnknownEncodingError, lines_of
from antifraud_cli.cli import environment, group
from antifraud_cli.cli.environment import Environment, text
from antifraud_cli.cli.exits import Exit
from antifraud_cli.cli.input import HINT_ENCODINGS
from antifraud_cli.cli.options import Color, Encoding, ExitZero, Json, Lang, Plain, check_formats
from antifraud_cli.cli.show import show_blocks
from antifraud_cli.errors import InputError, UsageError

_MAX_LINE = 100_000
"""Bytes of a line with numbers in it: far more than a number needs, little enough to be quick."""
_ALARMING = ("caution", "danger", "invalid")


def command() -> Any:
    """The command for the command line."""
    return group.make(check_number, "help.check-number")


def check_number(
    numbers: Annotated[Optional[list[str]], typer.Argument(metavar="[NUMBER]…", help="argument.number")] = None,
    direction: Annotated[
        str, typer.Option("--direction", metavar="incoming|sms|dial", help="option.direction")
    ] = "incoming",
    location: Annotated[
        Optional[str], typer.Option("--location", metavar="CN|HK|…|overseas", help="option.location")
    ] = None,
    called_first: Annotated[bool, typer.Option("--i-called-first", help="option.i_called_first")] = False,
    overseas_contact: Annotated[bool, typer.Option("--overseas-contact", help="option.overseas_contact")] = False,
    claims: Annotated[Optional[str], typer.Option("--claims", metavar="WHO", help="option.claims")] = None,
    encoding: Encoding = None,
    json: Json = False,
    plain: Plain = False,
    exit_zero: ExitZero = False,
    lang: Lang = None,
    color: Color = "auto",
) -> int:
    """Judge every number in the arguments, or in the lines of standard input."""
    check_formats(json, plain)
    if direction not in ("incoming", "sms", "dial"):
        raise UsageError(text("error.unknown_choice", option="--direction", name=direction), "incoming, sms, dial")
    env = environment.current()
    from antifraud_cli import api
    from antifraud_cli.numbers import NumberContext

    context = NumberContext(
        direction=direction,
        location=_place(location or env.region(), env.lang),
        called_first=called_first,
        claims=claims,
        overseas_contact=overseas_contact,
    )
    write = _writer(env, json, plain)
    found = False
    for line in _lines(env, numbers, encoding):
        for verdict in api.check_numbers_in(line, context, env.lang):
            write(verdict)
            found = found or verdict.level in _ALARMING
    return Exit.FOUND if found and not exit_zero else Exit.NOTHING


def _place(location: str, lang: str) -> str:
    """The id of a region; names are understood too, at the price of loading them."""
    from antifraud_cli.numbers.model import LOCATIONS

    if location in LOCATIONS:
        return location
    from antifraud_cli.names import resolve_region

    return resolve_region(location, lang)


def _lines(env: Environment, numbers: list[str] | None, encoding: str | None) -> Iterator[str]:
    """The texts to look at: arguments, or standard input line by line."""
    given = [number for number in numbers or () if number != "-"]
    if given:
        yield from given
        return
    if env.stdin_is_terminal:
        env.tell(text("prompt.number"))
    empty = True
    for _, line in _read(env, encoding):
        if line is LineFault.TOO_LONG:
            raise InputError(text("error.too_long", limit=_MAX_LINE), text("hint.no_number"))
        if isinstance(line, LineFault):
            raise InputError(text("error.undecodable"), text("hint.encoding"))
        if line.strip():
            empty = False
            yield line.strip()
            if env.stdin_is_terminal:
                return
    if empty:
        raise InputError(text("error.no_number"), text("hint.no_number"))


def _read(env: Environment, encoding: str | None) -> Iterator[Line]:
    try:
        yield from lines_of(env.stdin, encoding, _MAX_LINE)
    except UnknownEncodingError:
        raise UsageError(text("error.unknown_encoding", name=encoding), HINT_ENCODINGS) from None


def _writer(env: Environment, json: bool, plain: bool) -> Any:
    from antifraud_cli.output import number_view

    if json:
        from antifraud_cli.output.escape import as_json

        return lambda verdict: env.write_utf8(as_json(verdict.as_json()) + "\n")
    if plain:
        from antifraud_cli.output import plain as plain_format

        return lambda verdict: env.write(plain_format.render([number_view.record(verdict)]))
    shown = 0

    def write(verdict: Any) -> None:
        nonlocal shown
        if shown:
            env.write("\n")
        shown += 1
        show_blocks(env, number_view.blocks(verdict, text))

    return write
